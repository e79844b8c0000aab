package toolchain

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Go is a Go toolchain, as the go command described it for one folder.
type Go struct {
	Bin        string // the go command found on PATH
	GOROOT     string // of the toolchain that this command chose
	Version    string // go1.26.8
	Release    string // 1.26
	GOOS       string // what tests are built for
	GOARCH     string
	ModCache   string // GOMODCACHE
	GOFLAGS    string // effective value, from the environment or from go env -w
	CgoEnabled bool

	dir string
	env []string
}

// raceTargets are the systems that the compiler's flag -race is for: those of internal/platform.RaceDetectorSupported.
var raceTargets = words(`
	darwin/amd64 darwin/arm64 freebsd/amd64 linux/amd64 linux/arm64 linux/loong64 linux/ppc64le linux/riscv64
	linux/s390x netbsd/amd64 windows/amd64`)

// Find returns the toolchain that the go command, run in the folder dir with the environment env,
// would use. The error is a *UsageError if there is no go command or it cannot say (a go.mod that
// asks for a toolchain which cannot be had, for example), an *UnsupportedError, together with the
// toolchain, if clew has no edits for its release.
func Find(dir string, env []string) (*Go, error) {
	bin := lookPath("go", getenv(env, "PATH"))
	if bin == "" {
		return nil, usagef("no go command on PATH: install Go from https://go.dev/dl (clew works with %s), or add its bin folder to PATH", releaseList())
	}
	g := &Go{Bin: bin, dir: dir, env: env}
	if err := g.ask(); err != nil {
		return nil, err
	}
	if !g.Supported() {
		return g, &UnsupportedError{g.Version, g.GOROOT}
	}
	if g.GOOS != runtime.GOOS {
		return g, usagef("GOOS=%s: clew runs tests on this machine, which is %s", g.GOOS, runtime.GOOS)
	}
	if !raceTargets[g.GOOS+"/"+g.GOARCH] {
		return g, usagef("GOARCH=%s: Go's compiler cannot instrument memory accesses for %s/%s, which clew needs (and go test -race)",
			g.GOARCH, g.GOOS, g.GOARCH)
	}
	return g, nil
}

// ask fills in g from the answer of go env.
func (g *Go) ask() error {
	cmd := exec.Command(g.Bin, "env", "-json", "GOROOT", "GOVERSION", "GOOS", "GOARCH", "GOMODCACHE", "GOFLAGS", "CGO_ENABLED")
	cmd.Dir, cmd.Env = g.dir, g.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return usagef("%s env failed: %s", g.Bin, why(err, stderr.String()))
	}
	var says map[string]string
	if err := json.Unmarshal(stdout.Bytes(), &says); err != nil {
		return usagef("%s env -json did not answer with JSON: is this a Go toolchain?", g.Bin)
	}
	g.GOROOT, g.Version = filepath.Clean(says["GOROOT"]), says["GOVERSION"]
	g.GOOS, g.GOARCH = says["GOOS"], says["GOARCH"]
	g.ModCache, g.GOFLAGS = says["GOMODCACHE"], says["GOFLAGS"]
	g.CgoEnabled = says["CGO_ENABLED"] == "1"
	g.Release = releaseOf(g.Version)
	if g.Version == "" {
		g.Version = "a Go without GOVERSION"
	}
	return nil
}

// why returns one line that says why a go command failed: the last one that it wrote, which is the
// one that matters after "go: downloading …" lines, or else the error of running it.
func why(err error, stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return strings.TrimPrefix(last, "go: ")
	}
	return err.Error()
}

// lookPath returns the absolute path of a program in the folders of a PATH, "" if there is none.
// Relative folders are passed over, as os/exec does.
func lookPath(program, path string) string {
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if bin, err := exec.LookPath(filepath.Join(dir, program)); err == nil || errors.Is(err, exec.ErrDot) {
			return bin
		}
	}
	return ""
}

// getenv returns the value of a variable in an environment of key=value strings; the last one counts.
func getenv(env []string, key string) string {
	for i := len(env) - 1; i >= 0; i-- {
		k, v, _ := strings.Cut(env[i], "=")
		if k == key || runtime.GOOS == "windows" && strings.EqualFold(k, key) {
			return v
		}
	}
	return ""
}
