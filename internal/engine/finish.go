package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// finish ends the workers, and prints the last lines as a test binary does.
func (e *engine) finish(ctx context.Context, ran int) int {
	main := e.pool.endAll(ctx)
	if ran == 0 && e.flags.after == nil {
		fmt.Fprintln(e.stderr, "testing: warning: no tests to run")
	}
	e.result.Failed = e.result.Failed || main.changed
	if main.hung {
		e.say("TestMain's teardown did not end within %v", quitPatience)
	}
	if code := e.result.ExitCode(); e.flags.after == nil || code != 0 {
		e.out.finish(code != 0)
	}
	if err := main.err; err != nil {
		return e.failed(err)
	}
	if err := e.printCoverage(); err != nil {
		return e.failed(err)
	}
	io.WriteString(e.stdout, main.output)
	return e.result.ExitCode()
}

// printCoverage joins the workers' coverage.
func (e *engine) printCoverage() error {
	if !e.flags.covers() {
		return nil
	}
	io.WriteString(e.stdout, e.coverage.text())
	if e.flags.coverProfile == "" {
		return nil
	}
	if err := e.coverage.write(e.flags.coverProfile); err != nil {
		return fmt.Errorf("cannot write the coverage profile: %w", err)
	}
	return nil
}

// endedEarly passes on what a binary said that ended before its tests: TestMain may do so, and exit with 0.
func (e *engine) endedEarly(early *errEndedEarly) int {
	io.WriteString(e.stdout, early.output)
	e.result.Failed = e.result.Failed || early.code != 0
	if e.result.Failed {
		e.out.finish(true)
	}
	return e.result.ExitCode()
}

// interrupted says where the things are that were found so far.
func (e *engine) interrupted() int {
	e.result.Interrupted = true
	var kept []string
	for _, t := range e.result.Tests {
		for _, f := range t.Findings {
			if f.Schedule != "" {
				kept = append(kept, f.Schedule)
			}
		}
	}
	if len(kept) > 0 {
		e.say("interrupted; kept: %s", strings.Join(kept, ", "))
	} else {
		e.say("interrupted")
	}
	if code := e.result.ExitCode(); code != 0 {
		e.out.finish(true)
		return code
	}
	return exitInterrupted
}

// failed tells how clew itself failed.
func (e *engine) failed(err error) int {
	e.result.Error = oneLine(err.Error())
	e.say("%v", err)
	return exitClew
}

// plainly runs the binary as go test would, without control.
func (e *engine) plainly(ctx context.Context, args []string) int {
	cmd := exec.CommandContext(ctx, e.binary, args...)
	cmd.Dir, cmd.Env = e.dir, e.env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, e.stdout, e.stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		e.result.Failed = true
		return exit.ExitCode()
	case errors.As(err, &exit):
		e.result.Failed = true
		return exitFound
	}
	return e.failed(err)
}
