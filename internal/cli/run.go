package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/engine"
	"github.com/goclew/clew/internal/schedule"
)

const runUsage = `usage: clew run [flags] PACKAGE [arguments]
       clew run [flags] FILE.go ... [arguments]

Runs a program, a package main, under control, as "go run" runs it: once, in the plain order of its threads, with
the terminal's input and output. What no program wants (a deadlock, a data race) is told, with the command that
repeats it. Time is virtual: to sleep takes none.

With -schedules N the program is run N times, each in a process of its own and under another order of its threads.
What these runs came to is told in a table: exit code, output, how often, and the command that repeats it.

  -schedules N   how many orders to try (1)
  -time D        time for them, whichever is used up first (30s)
  -strategy S    as for clew test (auto)
  -seed N        what all choices derive from (1)
  -trace OUT     write the trace of a single run to the file OUT, as clew replay does

Exit codes: 0; 1 a finding, or the program failed (go run does the same); 2 wrong usage, or the program does not
build; 3 clew itself failed.
`

// runRun runs a program.
func runRun(ctx *Context, args []string) int {
	opts := newOptions()
	opts.Schedules, opts.Time = 1, runTime
	var p engine.Program
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	opts.ProgramFlags(fs)
	fs.StringVar(&p.Trace, "trace", "", "")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(ctx.Stdout, runUsage)
		return exitOK
	} else if err != nil {
		return ctx.Fail(usagef("run: %v: `clew help run` lists the flags", err))
	}
	if p.Trace != "" && opts.Schedules > 1 {
		return ctx.Fail(usagef("run: -trace is for a single run, and -schedules asks for %d: clew replay -trace writes that of a schedule", opts.Schedules))
	}
	if fs.NArg() == 0 {
		return ctx.Fail(usagef("run: no package or files given: `clew help run` says more"))
	}
	names, own := fs.Args()[:1], fs.Args()[1:]
	for strings.HasSuffix(names[0], ".go") && len(own) > 0 && strings.HasSuffix(own[0], ".go") {
		names, own = append(names, own[0]), own[1:]
	}
	p.Args, p.Schedules = own, opts.Schedules
	if strings.HasSuffix(names[0], ".go") {
		for _, name := range names {
			p.Files = append(p.Files, filepath.Base(name))
		}
	}
	p.Stdin, _ = ctx.Stdin.(*os.File)
	return runProgram(ctx, names, opts, p)
}

// runTime is how long a program is explored if nobody says.
const runTime = 30_000_000_000

// runProgram builds the program that names name, and runs it.
func runProgram(ctx *Context, names []string, opts *engine.Options, p engine.Program) int {
	binary, dir, run, err := buildProgram(ctx, names, p.Args)
	if err != nil {
		return ctx.Fail(err)
	}
	defer os.RemoveAll(filepath.Dir(binary))
	opts.Overlay, opts.Go, opts.Dir = run.overlay.Hash, run.toolchain.Version, run.overlay.Twin(ctx.Dir)
	opts.Refuges = filepath.Join(run.overlay.Cache, "schedules")
	if p.Trace != "" {
		p.Trace = inDir(ctx, p.Trace)
	}
	stop, cancel := signal.NotifyContext(context.Background(), stopSignals...)
	defer cancel()
	if p.Schedules == 1 {
		stop = context.Background() // the terminal sends its signals to the program, too, and that has the word
	}
	return engine.RunProgram(stop, engine.Config{Options: *opts, Binary: binary, Dir: dir,
		Env: run.overlay.Environ(ctx.Env, ctx.Dir), Stdout: ctx.Stdout, Stderr: ctx.Stderr}, p)
}

// A mainPackage is what the go command knows of a program.
type mainPackage struct {
	Dir, Name, ImportPath     string
	TestGoFiles, XTestGoFiles []string
}

// buildProgram builds a program as a test binary whose only test calls its main function. It returns the binary, in a folder of its own, and the
// package's folder.
func buildProgram(ctx *Context, names, args []string) (binary, dir string, run *setup, err error) {
	if run, err = prepare(ctx, ctx.Dir); err != nil {
		return "", "", nil, err
	}
	pkg, err := run.mainPackage(ctx, names)
	if err != nil {
		return "", "", nil, err
	}
	temp, err := os.MkdirTemp("", "clew-build-")
	if err != nil {
		return "", "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(temp)
		}
	}()
	wrapper := filepath.Join(pkg.Dir, "clew_program_test.go")
	name := filepath.Base(pkg.ImportPath)
	if strings.HasSuffix(names[0], ".go") {
		name = strings.TrimSuffix(filepath.Base(names[0]), ".go")
	}
	replace := map[string]string{wrapper: wrapperOf(name, args)}
	for _, file := range append(pkg.TestGoFiles, pkg.XTestGoFiles...) {
		replace[filepath.Join(pkg.Dir, file)] = ""
	}
	if run.overlay, err = run.overlay.Adding(temp, replace); err != nil {
		return "", "", nil, err
	}
	if strings.HasSuffix(names[0], ".go") {
		names = append(names[:len(names):len(names)], filepath.Join(filepath.Dir(names[0]), filepath.Base(wrapper)))
	}
	binary = filepath.Join(temp, filepath.Base(pkg.Dir)+".test")
	if err = run.build(ctx, ctx.Dir, binary, names, fmt.Sprintf("the program in %s does not build", pkg.Dir)); err != nil {
		return "", "", nil, err
	}
	return binary, pkg.Dir, run, nil
}

// wrapperOf is the file that is added to a program: the test that calls its main function with its arguments.
func wrapperOf(name string, args []string) string {
	return fmt.Sprintf(`package main

import (
	clewos "os"
	clewtesting "testing"
)

func %s(*clewtesting.T) {
	clewos.Args = %#v
	main()
}
`, schedule.Program, append([]string{name}, args...))
}

// mainPackage asks the go command for the program that names name.
func (s *setup) mainPackage(ctx *Context, names []string) (*mainPackage, error) {
	cmd := exec.Command(s.overlay.GoBin, append([]string{"list", "-e=false", "-json=Dir,Name,ImportPath,TestGoFiles,XTestGoFiles", "--"}, names...)...)
	cmd.Dir, cmd.Env = ctx.Dir, s.environ(ctx)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, usagef("run: %s", strings.TrimSpace(said.String()))
	}
	var pkg mainPackage
	packages := json.NewDecoder(strings.NewReader(string(out)))
	if err := packages.Decode(&pkg); err != nil {
		return nil, usagef("run: no package matches %s", strings.Join(names, " "))
	}
	if packages.More() {
		return nil, usagef("run: %s is more than one package", strings.Join(names, " "))
	}
	if pkg.Name != "main" {
		return nil, usagef("run: package %s is not a main package", pkg.ImportPath)
	}
	return &pkg, nil
}
