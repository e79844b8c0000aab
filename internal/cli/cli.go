// Package cli is clew's command line: one file a subcommand.
//
// [Main] chooses the subcommand and gives it a [Context], which holds all that a command may know of
// the process it runs in. A command prints what it has to say, and returns an exit code:
//
//	0  nothing was found
//	1  a finding, or a failing test
//	2  wrong usage, or code that does not build
//	3  clew itself failed
//
// Commands do not print errors by themselves: [Context.Fail] does, so that each is one line that
// starts with "clew:", in lower case, without a full stop. An error whose mending is the user's says so
// by a method Usage() and gives exit code 2; every other one is clew's own and gives 3.
//
// `clew test` is the main command. It prepares the toolchain and starts `go test`, which starts
// `clew exec` for each test binary: the coordinator, in another process. What the coordinators find
// comes back as files in a session folder (session.go).
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goclew/clew/internal/toolchain"
)

// Exit codes.
const (
	exitOK      = 0
	exitFound   = 1
	exitUsage   = 2
	exitFailure = 3
)

// A Context is the surroundings of a command.
type Context struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Dir            string   // working directory, absolute
	Env            []string // key=value; of GOFLAGS, what clew env put there is left out
	envFlags       bool     // whether there was any
}

// getenv returns a variable of the environment, "" if it is not set. Of several settings the last one counts.
func (ctx *Context) getenv(name string) (value string) {
	for _, setting := range ctx.Env {
		if v, ok := strings.CutPrefix(setting, name+"="); ok {
			value = v
		}
	}
	return value
}

// A command is one subcommand.
type command struct {
	name   string
	about  string // half a line for the overview, "" to keep it out of there
	usage  string // what `clew help NAME` prints
	run    func(ctx *Context, args []string) int
	hidden bool
	wraps  bool // what follows its own flags is for somebody else
}

// commands returns all subcommands in the order of the overview.
func commands() []command {
	return []command{
		{name: "test", about: "run Go tests through many interleavings", usage: testUsage, run: runTest},
		{name: "replay", about: "repeat what a saved schedule found", usage: replayUsage, run: runReplay},
		{name: "run", about: "run a program, or all that its threads can make of it", usage: runUsage, run: runRun, wraps: true},
		{name: "view", about: "show a run's timeline in the browser", usage: viewUsage, run: runView},
		{name: "doctor", about: "check the Go toolchain, and that clew finds a planted deadlock", usage: doctorUsage, run: runDoctor},
		{name: "env", about: "print the flags that put a plain `go test` under clew", usage: envUsage, run: runEnv},
		{name: "version", about: "print clew's version", usage: versionUsage, run: runVersion},
		{name: "help", about: "explain a command", usage: helpUsage, run: runHelp},
		{name: "exec", usage: execUsage, run: attended(runExec), hidden: true},
	}
}

// Main runs the command line args, which come without the program's name, and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx := &Context{Stdin: stdin, Stdout: stdout, Stderr: stderr}
	ctx.Env, ctx.envFlags = toolchain.WithoutOwnFlags(os.Environ())
	dir, err := os.Getwd()
	if err != nil {
		return ctx.Fail(usagef("no working directory: %v", err))
	}
	ctx.Dir = dir
	if len(args) == 0 {
		fmt.Fprint(stderr, overview())
		return exitUsage
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	c, ok := find(name)
	if !ok {
		return ctx.Fail(usagef("unknown command %q: `clew help` lists them", args[0]))
	}
	if !c.hidden && !c.wraps && wantsHelp(args[1:]) {
		fmt.Fprint(stdout, c.usage)
		return exitOK
	}
	return c.run(ctx, args[1:])
}

// find returns the subcommand of that name.
func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// wantsHelp reports whether a flag before -args asks for help.
func wantsHelp(args []string) bool {
	for _, a := range args {
		switch a {
		case "-h", "-help", "--help":
			return true
		case "--", "-args", "--args":
			return false
		}
	}
	return false
}

// Fail prints an error as one line and returns the exit code that it stands for.
func (ctx *Context) Fail(err error) int {
	fmt.Fprintf(ctx.Stderr, "clew: %s\n", oneLine(err.Error()))
	var users interface{ Usage() }
	if errors.As(err, &users) {
		return exitUsage
	}
	return exitFailure
}

// oneLine joins the lines of a text.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// A usageError is a mistake in how clew was called.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Usage marks the error as the user's to mend.
func (e *usageError) Usage() {}

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// noArgs returns an error if a command that takes none was given arguments.
func noArgs(command string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("unexpected argument %q: `clew help %s` says what it takes", args[0], command)
}
