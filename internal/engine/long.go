package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
)

// A test is too long to be explored if its plain run spends its budget, and it is not plain that the run goes round for ever. Such a
// test is let go: it is run to its end without control, once, as go test would, in a process of its own. What becomes of that run becomes of
// the test, and a note says that its schedules were not tried. A test that does not end there either, in the time that there is, may
// be one that never ends; but who knows. That is told in the note, and fails the test only where -timeout sets the limit, as it does
// under go test.
//
// So it is with a plain run that takes no step for a minute. But if that test does not end without control, what the watchdog has seen
// stays a finding.

// letGo runs the test without control if its plain run has shown that it is too long.
func (t *testRun) letGo(ctx context.Context) error {
	hung := t.found != nil && t.found.hung
	if !hung && (t.plain.done == nil || !t.plain.done.long()) {
		return nil
	}
	b := batch{test: t.id, free: true, count: 1, clock: t.e.clock, leaks: t.e.options.Leaks}
	limit := t.e.plainLimit()
	began := time.Now()
	out, err := t.e.pool.run(ctx, t.slot, b, limit, true)
	if err != nil {
		return err
	}
	found := candidateOf(b, out)
	endless := found != nil && found.hung
	if hung && endless {
		return nil
	}
	note := t.tooLong(hung)
	switch {
	case endless && t.e.deadline.IsZero():
		note.Message += fmt.Sprintf("; run without control, it did not end within %v: whether it ever does is not known", limit)
		note.Remedy = "-timeout sets another limit, and makes it a failure; " + note.Remedy
	case endless:
		note.Message += "; run without control, it did not end before the deadline of -timeout"
		found.kind, found.message = "failure", "the test has not ended before the deadline of -timeout"
	default:
		note.Message += fmt.Sprintf("; it was run once without control, as go test does (%.2fs)", time.Since(began).Seconds())
	}
	t.free, t.found, t.output = out, nil, out.output
	t.result.Notes = append(t.result.Notes, note)
	if found != nil && found.kind != "livelock" {
		t.result.Findings = append(t.result.Findings, report.Finding{Kind: found.kind, Message: sentence(found), Free: true,
			Threads: []explain.Thread{}, Stack: stackLines(found.stack, t.e.where)})
	}
	return nil
}

// tooLong says that the test is too long, and what raises the limit.
func (t *testRun) tooLong(hung bool) report.Note {
	if hung {
		return report.Note{Kind: "long", Message: "too long to be explored: " + strings.TrimPrefix(t.found.message, "livelock: ") + ", so its schedules were not tried",
			Remedy: "-short, if the test asks testing.Short"}
	}
	return report.Note{Kind: "long", Message: fmt.Sprintf("too long to be explored: %d steps were not enough to run it once, so its "+
		"schedules were not tried", t.plain.done.Steps), Remedy: "-steps raises the limit; -short, if the test asks testing.Short"}
}
