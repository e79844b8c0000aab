// Package lab is what the scripts and bench/sctbench share: a clew that was just built from this tree, and a folder in
// which they may work on copies, because clew saves schedules beside the tests that it runs.
//
// The scripts use clew as its users do: they run the program and read its exit code, its JSON
// report and its output. They know nothing of its insides.
package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
)

// A Lab is a temporary folder with a fresh build of clew in it.
type Lab struct {
	Root string // the module's folder
	Dir  string // the temporary folder
	Clew string // the built program
	kept bool   // the folder outlives the lab
}

// Open builds clew. The caller closes the lab.
func Open() (*Lab, error) {
	root, err := Output("", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goclew/clew")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "clew-lab-")
	if err != nil {
		return nil, err
	}
	l := &Lab{Root: strings.TrimSpace(root), Dir: dir, Clew: filepath.Join(dir, "bin", "clew")}
	if _, err := Output(l.Root, "go", "build", "-o", l.Clew, "./cmd/clew"); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Keep makes the lab's folder outlive it, because there is something in it to look into.
func (l *Lab) Keep() { l.kept = true }

// Close removes the lab's folder, unless it is to be kept.
func (l *Lab) Close() {
	if !l.kept {
		os.RemoveAll(l.Dir)
	}
}

// OwnCache is for the environment of a clew that works where it may not write: it keeps the schedules that it
// saves for such packages in the lab, so that those of earlier calls are not tried.
func (l *Lab) OwnCache() []string { return []string{"CLEW_CACHE=" + filepath.Join(l.Dir, "cache")} }

// Go returns the GOROOT and the release of the go command in use.
func Go() (goroot, release string, err error) {
	text, err := Output("", "go", "env", "GOROOT", "GOVERSION")
	if err != nil {
		return "", "", err
	}
	goroot, release, _ = strings.Cut(strings.TrimSpace(text), "\n")
	return goroot, release, nil
}

// Copy copies a folder into the lab under the given name, and returns where it is now. All of
// the copy can be written to. Saved schedules are left behind.
func (l *Lab) Copy(from, name string) (string, error) {
	to := filepath.Join(l.Dir, name)
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case entry.IsDir() && strings.HasSuffix(filepath.ToSlash(path), "/testdata/clew"):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
	return to, err
}

// A Result is how a program ended.
type Result struct {
	Code           int
	Stdout, Stderr string
}

// Run runs a program in dir to its end, with env added to the environment. The error says why it
// could not be run; an exit code other than zero is none.
func Run(dir string, env []string, program string, args ...string) (Result, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append(os.Environ(), env...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Result{}, err
	}
	return Result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, nil
}

// Output returns what a program prints, and takes an exit code other than zero for an error.
func Output(dir, program string, args ...string) (string, error) {
	r, err := Run(dir, nil, program, args...)
	if err == nil && r.Code != 0 {
		err = fmt.Errorf("%s %s: exit code %d\n%s", program, strings.Join(args, " "), r.Code, r.Stderr)
	}
	return r.Stdout, err
}

// Count returns the number that a script was given as its argument, from 1 on, or usual if there is none. What is no such number ends
// the script; what says what is counted.
func Count(script, what string, usual int) int {
	if len(os.Args) < 2 {
		return usual
	}
	n, err := strconv.Atoi(os.Args[1])
	if err != nil || n < 1 {
		fmt.Fprintf(os.Stderr, "%s: %q %s: want a whole number from 1\n", script, os.Args[1], what)
		os.Exit(2)
	}
	return n
}

// KeepBusy loads one core until stop is called.
func KeepBusy() (stop func()) {
	var stopped atomic.Bool
	go func() {
		for !stopped.Load() {
		}
	}()
	return func() { stopped.Store(true) }
}
