package engine

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
)

// What runs leave behind in their process (package variables, goroutines that were started once and for all, open
// ports) is there for the next ones. A finding that came in a worker which had run others, and never comes in a process of
// its own, depends on it. It is no finding then: the code may be right, and only the test not made to be run twice. What is
// told is a note: which kind of schedule shows it, how to repeat it, and what to do. The test is searched anew, each schedule
// in a process of its own.
//
// The plain order is another matter: it runs behind the tests before it under go test, too, which fails then. But for leaks, which go
// test does not mind, and where threads of the tests before it are gone, which go test lets go on: a server, say, that the first
// test which needs it starts.

// leftBehind reports whether the run seems to come from what earlier runs in the same process left behind: it never comes in
// a process of its own.
func (c *confirmation) leftBehind() bool {
	return c.finding.Replayed == 0 && c.finding.Replays >= replays && !c.void()
}

// A history is runs in one process, the last of which is to show a finding.
type history struct {
	runs  []batch
	shown func(index uint64) string // what it means if the run of an index does
}

// histories returns what may have led to the finding of a search, the simplest first.
func (c *confirmation) histories() []history {
	index := c.found.origin.Index
	again, plain, last, others := c.batch, c.batch, c.batch, c.batch
	again.first, again.count = 0, 1
	again.slow, plain.slow, others.slow = schedule.Slow{}, schedule.Slow{}, schedule.Slow{} // delays come last
	plain.first, plain.count, plain.known = 0, 1, []string{allKnown}
	last.first, last.count, last.strategy = index, 1, c.found.origin.Strategy
	others.first, others.count, others.known = 0, int(index), []string{allKnown}
	histories := []history{
		{[]batch{plain, again}, func(uint64) string {
			return "every run that is not the first in its process, in the plain order, too"
		}},
		{[]batch{plain, last}, func(i uint64) string { return fmt.Sprintf("schedule %d behind any other run", i+1) }},
		{[]batch{others, last}, func(i uint64) string { return fmt.Sprintf("schedule %d behind the %d before it", i+1, i) }},
	}
	if index == 0 {
		return histories[:1]
	}
	return histories
}

// stateNote tells of a finding that only comes behind other runs.
func (t *testRun) stateNote(ctx context.Context, c *confirmation) (report.Note, error) {
	n := report.Note{Kind: "state", Message: c.finding.Message + c.finding.FoundBy() + ", but never in a process of its own"}
	if c.found.saved != "" {
		n.Message += ": it depends on what earlier runs leave behind there"
		n.Remedy = remedy
		return n, nil
	}
	for _, h := range c.histories() {
		out, err := t.e.fresh(ctx, h.runs...)
		if err != nil {
			return n, err
		}
		if back := outcomeCandidate(h.runs[len(h.runs)-1], out, c.found.kind); c.found.same(back) {
			index := back.origin.Index
			n.Message += ": it depends on what earlier runs leave behind there"
			n.Shown, n.Remedy = h.shown(index), remedy
			n.Again = fmt.Sprintf("clew test -run='^%s$' -seed=%d -schedules=%d -workers=1 %s", regexp.QuoteMeta(t.id.Name),
				t.options.Seed, max(2, index+1), t.e.result.Package)
			return n, nil
		}
	}
	n.Message += ", and not behind the same runs again: other tests of the package or something outside may have a part in it"
	return n, nil
}

const remedy = "have the test set up anew what it changes (package variables, goroutines that outlive it, files, ports), or use -isolate"

// leaksOnce finds out whether a schedule that does not leak does so in a process of its own: then it is not the order that makes threads
// leak, but what only the first run of a process does, as in a sync.Once. It returns what there is to tell then.
func (t *testRun) leaksOnce(ctx context.Context) (n report.Note, once bool, err error) {
	if t.found.kind != "leak" || t.found.saved != "" || t.alone || t.stats.soundFirst < 0 {
		return n, false, nil
	}
	b := t.batch
	b.first, b.count = uint64(t.stats.soundFirst), 1
	b.slow = t.slowAt(b.first)
	out, err := t.e.fresh(ctx, b)
	var early *errEndedEarly
	if err != nil && !errors.As(err, &early) {
		return n, false, err
	}
	if out == nil || out.done == nil || out.done.Leaks == 0 {
		return n, false, nil
	}
	return report.Note{Kind: "state", Remedy: remedy,
		Message: fmt.Sprintf("a thread leaks in schedule %d, but only if that is the first run in its process: "+
			"it depends on what earlier runs leave behind there", b.first+1)}, true, nil
}

// afterOthers tells whether a finding in the plain order comes behind the tests before it, as it would under go test.
func (t *testRun) afterOthers(ctx context.Context, c *confirmation) error {
	var runs []batch
	for _, b := range t.before {
		b.known = []string{allKnown}
		runs = append(runs, b)
	}
	last := t.batch
	last.first, last.count, last.slow = 0, 1, t.slowAt(0)
	out, err := t.e.fresh(ctx, append(runs, last)...)
	if err == nil && c.found.same(outcomeCandidate(last, out, c.found.kind)) {
		c.finding.Behind = len(runs)
	}
	return err
}
