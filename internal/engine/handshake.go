package engine

import (
	"context"
	"errors"
	"fmt"
)

// errNotControlled says that a test binary runs its tests as it likes.
type errNotControlled struct{ reason string }

func (e *errNotControlled) Error() string {
	return fmt.Sprintf("the test binary is not under control (%s); build and run it through `clew test`, "+
		"or give `go test` all flags that `clew env` prints", e.reason)
}

// errEndedEarly says that the process ended before its tests began: in TestMain or in package
// initialisation.
type errEndedEarly struct {
	output string
	code   int // exit code, as go test would see it
}

func (e *errEndedEarly) Error() string {
	return fmt.Sprintf("the test binary ended with exit code %d before its tests began", e.code)
}

// handshake waits for hello and ready.
func (w *worker) handshake(ctx context.Context, overlay string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startPatience, errSilent)
	defer cancel()
	greeted := false
	for {
		r, err := w.next(ctx, nil)
		switch {
		case errors.Is(err, errSilent) && !greeted:
			return &errNotControlled{fmt.Sprintf("it said no hello for %v", startPatience)}
		case errors.Is(err, errDied):
			return w.endedBefore(greeted)
		case err != nil:
			return err
		case r.Hello != nil && r.Hello.Overlay != overlay:
			return &errNotControlled{fmt.Sprintf("it was built with overlay %q, want %q", r.Hello.Overlay, overlay)}
		case r.Hello != nil:
			greeted = true
		case r.Ready && greeted:
			w.procs = r.Procs
			return nil
		default:
			return &errNotControlled{"it does not speak clew's protocol"}
		}
	}
}

// endedBefore tells apart what may have ended a process before it was ready.
func (w *worker) endedBefore(greeted bool) error {
	output := w.stray.take()
	if !greeted && !crashedInInit(output) {
		return &errNotControlled{"it ended without saying hello"}
	}
	code := w.cmd.ProcessState.ExitCode()
	if code < 0 {
		code = 2
		output += fmt.Sprintf("%v\n", w.cmd.ProcessState)
	}
	return &errEndedEarly{output, code}
}
