package cli

import (
	"context"
	"flag"
	"io"
	"os/signal"
	"strings"

	"github.com/goclew/clew/internal/engine"
)

const execUsage = `usage: clew exec [flags] BINARY [arguments]

What go test starts for each test binary, by its -exec flag. "clew test" and "clew env" give it its flags; it is
not meant to be called by hand.
`

// runExec runs one test binary as the coordinator.
func runExec(ctx *Context, args []string) int {
	var opts engine.Options
	fs := flag.NewFlagSet("exec", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	opts.ExecFlags(fs)
	if err := fs.Parse(args); err != nil {
		return ctx.Fail(usagef("exec: %v", err))
	}
	if fs.NArg() == 0 {
		return ctx.Fail(usagef("exec: no test binary given; use `clew test`, or the flags of `clew env`"))
	}
	binary := fs.Arg(0)
	if strings.ContainsRune(binary, '/') {
		binary = inDir(ctx, binary)
	}
	if opts.Dir == "" {
		opts.Dir = workingFolder()
	}
	stop, cancel := signal.NotifyContext(context.Background(), stopSignals...)
	defer cancel()
	outliveReader()
	go whenOrphaned(opts.Session, cancel)
	return engine.Run(stop, engine.Config{Options: opts, Binary: binary, Args: fs.Args()[1:],
		Dir: ctx.Dir, Env: ctx.Env, Stdout: ctx.Stdout, Stderr: ctx.Stderr})
}
