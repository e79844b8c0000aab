package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/toolchain"
)

const doctorUsage = `usage: clew doctor

Shows what clew sees of the Go toolchain in this folder, and whether it works with it. Then it
plants a deadlock in a small test of its own and looks for it, as "clew test" would.
`

// runDoctor shows the toolchain, then runs the self-test. It ends with one line that says whether
// clew can be relied upon here.
func runDoctor(ctx *Context, args []string) int {
	if err := noArgs("doctor", args); err != nil {
		return ctx.Fail(err)
	}
	ctx.row("clew", version())
	g, err := toolchain.Find(ctx.Dir, ctx.Env)
	if g != nil {
		showToolchain(ctx, g)
	}
	if err != nil {
		return ctx.Fail(err)
	}
	o, err := g.Overlay()
	if err != nil {
		return ctx.Fail(err)
	}
	ctx.row("overlay", o.Hash+" in "+o.Folder())
	if o.GOROOT != g.GOROOT {
		ctx.row("private GOROOT", o.GOROOT)
	}
	foundAt, err := selfTest(ctx, g)
	if err != nil {
		ctx.row("self-test", "failed")
		return ctx.Fail(err)
	}
	ctx.row("self-test", fmt.Sprintf("found a planted deadlock with schedule %d", foundAt))
	fmt.Fprintln(ctx.Stdout, "clew works here")
	return exitOK
}

// row prints a name and a value, the values in one column.
func (ctx *Context) row(name, value string) { fmt.Fprintf(ctx.Stdout, "%-15s %s\n", name, value) }

// showToolchain prints what is known of a toolchain, supported or not.
func showToolchain(ctx *Context, g *toolchain.Go) {
	supported := "supported"
	if !g.Supported() {
		supported = "not supported"
	}
	ctx.row("go command", g.Bin)
	ctx.row("toolchain", fmt.Sprintf("%s (%s; clew works with Go %s)", g.Version, supported, strings.Join(toolchain.Releases(), ", ")))
	ctx.row("GOROOT", g.GOROOT)
	if g.Private() {
		ctx.row("", "downloaded by the go command, so clew uses a private GOROOT")
	}
	cgo := "off"
	if g.CgoEnabled {
		cgo = "on"
	}
	ctx.row("target", fmt.Sprintf("%s/%s, cgo %s (clew needs none)", g.GOOS, g.GOARCH, cgo))
	if g.GOFLAGS != "" {
		ctx.row("GOFLAGS", g.GOFLAGS)
	}
	if ctx.envFlags {
		ctx.row("clew env", "its flags are in GOFLAGS, so a plain go test runs under clew in this shell")
	}
}

// planted is a module whose test ends in a deadlock under some schedules: two threads take two locks
// in opposite orders.
var planted = map[string]string{
	"go.mod": "module doctor\n\ngo 1.25\n",
	"doctor_test.go": `package doctor

import (
	"sync"
	"testing"
)

func TestPlanted(t *testing.T) {
	var a, b sync.Mutex
	var both sync.WaitGroup
	both.Go(func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock() })
	both.Go(func() { b.Lock(); a.Lock(); a.Unlock(); b.Unlock() })
	both.Wait()
}
`,
}

// selfTest runs clew test on the planted deadlock, with the toolchain that was found, and returns the
// number of the schedule that met it. If it was not met, clew cannot be relied upon: the error
// is clew's own, and all that clew test had to say was printed.
func selfTest(ctx *Context, g *toolchain.Go) (foundAt int, err error) {
	dir, err := os.MkdirTemp("", "clew-doctor-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	for name, text := range planted {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return 0, err
		}
	}
	var out bytes.Buffer
	inner := &Context{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Dir: dir, Env: pinned(ctx.Env, g)}
	reportFile := filepath.Join(dir, "report.json")
	if _, err := search(inner, newOptions(), []string{"-count=1", "."}, &delivery{summary: &out, report: reportFile, dir: dir}); err != nil {
		ctx.Stdout.Write(out.Bytes())
		return 0, err
	}
	foundAt, ok := deadlockIn(reportFile)
	if !ok {
		ctx.Stdout.Write(out.Bytes())
		return 0, fmt.Errorf("the self-test's planted deadlock was not found: do not rely on clew here")
	}
	return foundAt, nil
}

// pinned returns an environment in which the go command is the one of the toolchain, whatever a go.mod
// says, and the user's flags and workspace do not count.
func pinned(env []string, g *toolchain.Go) []string {
	path := filepath.Join(g.GOROOT, "bin")
	for _, setting := range env {
		if value, ok := strings.CutPrefix(setting, "PATH="); ok {
			path = filepath.Join(g.GOROOT, "bin") + string(filepath.ListSeparator) + value
		}
	}
	return append(env[:len(env):len(env)], "PATH="+path, "GOROOT="+g.GOROOT, "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off")
}

// deadlockIn returns the number of the schedule that met the first deadlock of a JSON report.
func deadlockIn(reportFile string) (foundAt int, ok bool) {
	data, err := os.ReadFile(reportFile)
	if err != nil {
		return 0, false
	}
	var report struct {
		Tests []struct {
			Findings []struct {
				Kind    string `json:"kind"`
				FoundAt int    `json:"found_at"`
			} `json:"findings"`
		} `json:"tests"`
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return 0, false
	}
	for _, test := range report.Tests {
		for _, finding := range test.Findings {
			if finding.Kind == "deadlock" {
				return finding.FoundAt, true
			}
		}
	}
	return 0, false
}
