package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be clew itself when a script calls it by that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"clew": main})
}

// TestScripts runs the stories in testdata/script, one behaviour a file.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: shareCaches,
		Cmds:  map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits},
		Condition: func(cond string) (bool, error) {
			if cond != "downloaded" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return downloaded(), nil
		},
	})
}

// shareCaches lets the scripts use the caches of the machine, so that the standard library is built once,
// and nothing of the settings a developer may have.
func shareCaches(env *testscript.Env) error {
	for _, key := range []string{"GOCACHE", "GOMODCACHE", "GOROOT"} {
		out, err := exec.Command("go", "env", key).Output()
		if err != nil {
			return err
		}
		env.Setenv(key, strings.TrimSpace(string(out)))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	env.Setenv("CLEW_CACHE", filepath.Join(cache, "clew"))
	env.Setenv("GOTOOLCHAIN", "local")
	env.Setenv("GOPROXY", "off")
	env.Setenv("GOFLAGS", "")
	env.Setenv("GOENV", "off")
	return nil
}

// downloaded reports whether the toolchain lies in the module cache, where the go command puts those that it
// downloads.
func downloaded() bool {
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	goroot, modcache, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return err == nil && strings.HasPrefix(goroot, modcache+string(filepath.Separator))
}

// exits runs a program and checks its exit code: exits CODE PROGRAM [ARG...].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}
