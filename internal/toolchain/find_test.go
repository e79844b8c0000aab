package toolchain

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// hostGo returns the toolchain that runs the tests.
func hostGo(t *testing.T) *Go {
	t.Helper()
	g, err := Find(t.TempDir(), os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestFindTellsOfTheHostsToolchain(t *testing.T) {
	g := hostGo(t)
	if g.Version != runtime.Version() {
		t.Skipf("the go command is %s, the tests run with %s", g.Version, runtime.Version())
	}
	if _, err := os.Stat(filepath.Join(g.GOROOT, "src", "runtime", "proc.go")); err != nil {
		t.Errorf("GOROOT: %v", err)
	}
	if g.GOOS != runtime.GOOS || g.GOARCH != runtime.GOARCH || g.ModCache == "" || g.Release == "" {
		t.Errorf("got %+v", g)
	}
}

// fakeGo makes a folder with a program named go that runs a shell script.
func fakeGo(t *testing.T, script string) (folder string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "go"), []byte("#!/bin/sh\n"+script+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	return folder
}

// answer is the script of a go command that says it is of a version.
func answer(version, goos string) string {
	return fmt.Sprintf(`echo '{"GOROOT":"/go/root","GOVERSION":%q,"GOOS":%q,"GOMODCACHE":"/mod"}'`, version, goos)
}

func TestFindSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		script string // of the go command; none without
		want   string // in the error
		users  bool   // whether it is the user's to mend
	}{
		{"no go command", "", "no go command on PATH", true},
		{"older release", answer("go1.24.3", runtime.GOOS), "go1.24.3 in /go/root is not supported: clew works with Go 1.25", false},
		{"newer release", answer("devel go1.99-abcdef", runtime.GOOS), "devel go1.99-abcdef in", false},
		{"no version", `echo '{}'`, "a Go without GOVERSION", false},
		{"other system", answer("go1.26.0", "plan9"), "GOOS=plan9", true},
		{"no toolchain", "echo go: downloading >&2; echo 'go: toolchain not available' >&2; exit 1", "go env failed: toolchain not available", true},
		{"not Go", "echo hello", "did not answer with JSON", true},
		{"crash", "exit 7", "exit status 7", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			if c.script != "" {
				folder = fakeGo(t, c.script)
			}
			_, err := Find(t.TempDir(), []string{"PATH=relative" + string(filepath.ListSeparator) + folder})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got error %v, want %q in it", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
			if users := errors.As(err, new(*UsageError)); users != c.users {
				t.Errorf("the user's to mend: %v, want %v", users, c.users)
			}
		})
	}
}

func TestFindFollowsTheToolchainLine(t *testing.T) {
	const line = "go1.27.3"
	env := append(os.Environ(), "GOTOOLCHAIN=auto", "GOPROXY=off", "GOFLAGS=-mod=mod")
	dir := t.TempDir()
	mod := "module m\n\ngo 1.25\n\ntoolchain " + line + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		t.Fatal(err)
	}
	g, err := Find(dir, env)
	if err != nil {
		t.Skipf("%s is not downloaded: %v", line, err)
	}
	if g.Release != "1.27" {
		t.Errorf("got %s, want %s or a later one of Go 1.27", g.Version, line)
	}
}

func TestGetenvTakesTheLast(t *testing.T) {
	env := []string{"A=1", "AB=2", "A=3=4", "B"}
	for key, want := range map[string]string{"A": "3=4", "AB": "2", "B": "", "C": ""} {
		if got := getenv(env, key); got != want {
			t.Errorf("getenv(%q) = %q, want %q", key, got, want)
		}
	}
}
