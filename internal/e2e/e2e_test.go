// Package e2e runs the program as its users do, end to end: each file in testdata is a script in the
// language of testscript, with the Go code that it needs, and tells of one behaviour.
//
// The scripts share the build caches of whoever runs them, so that only the first one waits for the
// standard library. GOTOOLCHAIN in the environment chooses the Go release; CI runs them once for each
// that is supported. Besides testscript's own commands there are
//
//	exits CODE PROGRAM [ARGS...]   runs a program, which must end with that exit code
//	outcome TABLE OUTPUT            the schedule that clew run's table names for an outcome becomes $SCHEDULE
//	saved TEST [NAME]              TEST must have exactly one saved schedule; its path becomes $NAME (SCHEDULE)
//	kept NAME                      the schedule that the last stdout says how to replay becomes $NAME, for this script only
//	timeless FILE                  writes the last stdout to FILE, without how long the tests took
//	disk FOLDER SIZE               mounts a disk of that size on a new folder
//	oldgo FOLDER VERSION           writes a go command to FOLDER that says it is of that version
//	goroot NAME                    the GOROOT of the go command becomes $NAME
//	changedgo FOLDER FILE OLD NEW  makes FOLDER a GOROOT like the real one, but for one text in a file below src
//
// the variable $REPO, the folder of the module github.com/goclew/clew, whose public package some scripts import,
// and the conditions [mount], which holds where disk may mount one, [downloaded], which holds where the go
// command downloaded the toolchain that it uses, and [toolchain:VERSION], which holds where that toolchain is there
// or can be downloaded.
package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	_ "github.com/goclew/clew/internal/cli" // a change of the program makes cached results of this test invalid
	"github.com/rogpeppe/go-internal/testscript"
)

// bin is a folder that holds nothing but a fresh build of clew.
var bin string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "clew-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = dir
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "clew"), "github.com/goclew/clew/cmd/clew")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: clew does not build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the scripts build many test binaries")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		Setup:               setup,
		Condition:           condition,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     exits,
			"saved":     saved,
			"kept":      kept,
			"outcome":   outcome,
			"timeless":  timeless,
			"disk":      disk,
			"oldgo":     oldgo,
			"goroot":    goroot,
			"changedgo": changedgo,
		},
	})
}

// setup gives a script the caches and settings of whoever runs it, and clew on PATH.
func setup(env *testscript.Env) error {
	for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN", "CLEW_CACHE"} {
		if value, ok := os.LookupEnv(name); ok {
			env.Setenv(name, value)
		}
	}
	env.Setenv("CLEWBIN", bin)
	repo, err := filepath.Abs("../..")
	env.Setenv("REPO", repo)
	env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
	return err
}

// exits runs a program and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// saved looks for the only schedule of a test.
func saved(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: saved TEST [NAME]")
	}
	files, err := filepath.Glob(ts.MkAbs("testdata/clew/" + args[0] + "/*"))
	ts.Check(err)
	if len(files) != 1 {
		ts.Fatalf("%d schedules are saved for %s, want 1: %s", len(files), args[0], files)
	}
	name := "SCHEDULE"
	if len(args) == 2 {
		name = args[1]
	}
	ts.Setenv(name, "testdata/clew/"+args[0]+"/"+filepath.Base(files[0]))
}

var again = regexp.MustCompile(`(?m)^ *again: +clew replay (/.*)$`)

// kept finds the schedule that was kept elsewhere than beside its test, and removes it when the script is done.
func kept(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: kept NAME")
	}
	named := again.FindStringSubmatch(ts.ReadFile("stdout"))
	if named == nil {
		ts.Fatalf("stdout does not name an absolute path in a line again:")
	}
	ts.Setenv(args[0], named[1])
	for range 4 { // the refuge is PACKAGE/testdata/clew/TEST/HASH
		named[1] = filepath.Dir(named[1])
	}
	ts.Defer(func() { os.RemoveAll(named[1]) })
}

var took = regexp.MustCompile(`(?m)( \([0-9.]+s\)|\t[0-9.]+s)$`)

// outcome finds the schedule that clew run names for an outcome: the first one behind a line of its output. It becomes $SCHEDULE.
func outcome(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: outcome TABLE OUTPUT")
	}
	_, rest, found := strings.Cut(ts.ReadFile(args[0]), " "+args[1]+"\n")
	_, rest, named := strings.Cut(rest, "clew replay ")
	path, _, _ := strings.Cut(rest, "\n")
	if !found || !named {
		ts.Fatalf("no outcome with %q in %s", args[1], args[0])
	}
	ts.Setenv("SCHEDULE", path)
}

// timeless makes two outputs comparable.
func timeless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: timeless FILE")
	}
	text := took.ReplaceAllString(ts.ReadFile("stdout"), "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// disk mounts a small disk and takes it away again when the script is done.
func disk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: disk FOLDER SIZE")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(mount(dir, args[1]))
	ts.Defer(func() { unmount(dir) })
}

// condition tells whether a disk may be mounted, or a toolchain used, by trying.
func condition(name string) (bool, error) {
	if version, ok := strings.CutPrefix(name, "toolchain:"); ok {
		cmd := exec.Command("go", "version")
		cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+version)
		return cmd.Run() == nil, nil
	}
	switch name {
	case "mount":
		return canMount()
	case "downloaded":
		out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
		root, mods, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return strings.HasPrefix(root, mods+string(filepath.Separator)), err
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// canMount reports whether disk may mount one.
func canMount() (bool, error) {
	dir, err := os.MkdirTemp("", "clew-e2e-mount-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	if mount(dir, "64k") != nil {
		return false, nil
	}
	unmount(dir)
	return true, nil
}

func mount(dir, size string) error {
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "none", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("cannot mount a disk: %v: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

func unmount(dir string) { exec.Command("umount", "-l", dir).Run() }

// oldgo writes a go command that is the real one, but for its version.
func oldgo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: oldgo FOLDER VERSION")
	}
	real, err := exec.LookPath("go")
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	script := fmt.Sprintf("#!/bin/sh\n%s \"$@\" | sed -E 's/go1\\.[0-9]+(\\.[0-9]+)?/%s/'\n", real, args[1])
	ts.Check(os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o777))
}

// goroot asks the go command that the script uses where it lies.
func goroot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: goroot NAME")
	}
	ts.Check(ts.Exec("go", "env", "GOROOT"))
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// changedgo makes a GOROOT of links to the real one's files, in which a file of the standard library is changed.
func changedgo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: changedgo FOLDER FILE OLD NEW")
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	ts.Check(err)
	real, root := strings.TrimSpace(string(out)), ts.MkAbs(args[0])
	file := filepath.Join("src", filepath.FromSlash(args[1]))
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		ts.Check(linkEntries(filepath.Join(root, dir), filepath.Join(real, dir)))
		if dir == "." {
			break
		}
	}
	text, err := os.ReadFile(filepath.Join(real, file))
	ts.Check(err)
	if !strings.Contains(string(text), args[2]) {
		ts.Fatalf("no %q in %s", args[2], args[1])
	}
	ts.Check(os.Remove(filepath.Join(root, file)))
	ts.Check(os.WriteFile(filepath.Join(root, file), []byte(strings.ReplaceAll(string(text), args[2], args[3])), 0o666))
}

// linkEntries makes dir a folder of links to the entries of real. What is there already stays.
func linkEntries(dir, real string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return err
	}
	for _, e := range entries {
		err := os.Symlink(filepath.Join(real, e.Name()), filepath.Join(dir, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
