package cli

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/goclew/clew/internal/engine"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/toolchain"
)

const replayUsage = `usage: clew replay [-v] [-trace OUT] FILE

Repeats the run that a schedule file was saved from, and prints what it leads to. FILE is what "clew test" named in
its line "again:", as testdata/clew/TestCounter/3f2a9c10; the package it sits in is built anew.

  -v          print every step
  -trace OUT  write the run's trace to the file OUT: as text if its name ends in .txt,
              else in the compact form (internal/trace documents both)

Exit codes: 1 the finding came again; 0 it did not, be the schedule followed to its end or stale (a line
says which, and how far it was followed); 2 the file is broken, or its test is gone.
`

// runReplay repeats a saved schedule.
func runReplay(ctx *Context, args []string) int {
	fs := flag.NewFlagSet("replay", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var how engine.Replaying
	fs.BoolVar(&how.Verbose, "v", false, "")
	fs.StringVar(&how.Trace, "trace", "", "")
	if err := fs.Parse(args); err != nil {
		return ctx.Fail(usagef("replay: %v: `clew help replay` lists the flags", err))
	}
	if fs.NArg() != 1 {
		return ctx.Fail(usagef("replay: want one schedule file, got %d arguments: `clew help replay` says more", fs.NArg()))
	}
	file := inDir(ctx, fs.Arg(0))
	if how.Trace != "" {
		given := how.Trace
		how.Trace = inDir(ctx, given)
		if info, err := os.Stat(filepath.Dir(how.Trace)); err != nil || !info.IsDir() {
			return ctx.Fail(usagef("replay: invalid value %q for -trace: there is no folder %s", given, filepath.Dir(given)))
		}
	}
	return replayFile(ctx, file, fs.Arg(0), how)
}

// replayFile repeats the run that a schedule file, which the user called given, was saved from, and prints what it leads to.
func replayFile(ctx *Context, file, given string, how engine.Replaying) int {
	saved, err := load(file, given)
	if err != nil {
		return ctx.Fail(err)
	}
	dir, err := packageOf(file, given, ctx.Dir)
	if err != nil {
		return ctx.Fail(err)
	}
	binary, overlay, err := buildOf(ctx, saved, file, dir)
	if err != nil {
		return ctx.Fail(err)
	}
	defer os.RemoveAll(filepath.Dir(binary))
	opts := newOptions()
	opts.Overlay, opts.Dir = overlay.Hash, overlay.Twin(ctx.Dir)
	stop, cancel := signal.NotifyContext(context.Background(), stopSignals...)
	defer cancel()
	return engine.Replay(stop, engine.Config{Options: *opts, Binary: binary, Dir: dir,
		Env: overlay.Environ(ctx.Env, dir), Stdout: ctx.Stdout, Stderr: ctx.Stderr}, file, how)
}

// buildOf builds what a schedule is of, the tests of a package or a program.
func buildOf(ctx *Context, saved *schedule.Schedule, file, dir string) (binary string, overlay *toolchain.Overlay, err error) {
	if saved.Test != schedule.Program {
		from, name := place(ctx, file, dir, saved.Package)
		return buildTest(ctx, from, name)
	}
	names := []string{"."}
	if len(saved.Files) > 0 {
		names = saved.Files
	}
	there := *ctx
	there.Dir = dir
	binary, _, run, err := buildProgram(&there, names, saved.Args)
	if err != nil {
		return "", nil, err
	}
	return binary, run.overlay, nil
}

// load reads the file before anything is built for it.
func load(file, given string) (*schedule.Schedule, error) {
	saved, err := schedule.Load(file)
	var syntax *schedule.SyntaxError
	var path *os.PathError
	switch {
	case errors.As(err, &syntax):
		return nil, usagef("schedule %s: %v", given, syntax)
	case errors.As(err, &path):
		return nil, usagef("schedule %s: %v", given, path.Err)
	case err != nil:
		return nil, usagef("schedule %s: %v", given, err)
	}
	return saved, nil
}

// packageOf returns the folder of the package that a schedule belongs to. A file that lies where none is saved is taken
// for one of the package in the working directory.
func packageOf(file, given, working string) (string, error) {
	if dir, ok := schedule.Home(file); ok {
		return dir, nil
	}
	tests, err := filepath.Glob(filepath.Join(working, "*_test.go"))
	if err != nil || len(tests) == 0 {
		return "", usagef("%s does not lie in a package's testdata/clew/TEST folder, and there are no tests here", given)
	}
	return working, nil
}
