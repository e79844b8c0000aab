package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
)

// plan returns the batch that replays a schedule file. A file that is not a schedule gives an error.
func (e *engine) plan(path string, test testID) (batch, error) {
	s, err := schedule.Load(path)
	if err != nil {
		return batch{}, err
	}
	b := batch{test: test, strategy: s.Origin.Strategy, seed: s.Origin.Seed, first: s.Origin.Index, count: 1,
		steps: e.stepsFor(int64(s.Total)), clock: s.Clock, procs: s.Procs, leaks: e.options.Leaks, wall: e.wall.Milliseconds(),
		points: s.Points}
	if s.Finding == "race" && e.options.Steps == 0 {
		b.steps = max(leastSteps, int64(s.Total)) // it comes on the way: how a long test goes on is of no interest
	}
	b.replay, err = e.writePlan(s)
	if s.Partial() {
		b.slow = s.Origin.Slow
	} else if err == nil {
		b.delays, err = s.PlanDelays()
	}
	b.frozen = frozen(s.Origin)
	return b, err
}

// writePlan writes the steps of a schedule down for a worker, and returns the file; empty if the schedule does not list them all.
func (e *engine) writePlan(s *schedule.Schedule) (string, error) {
	if s.Partial() {
		return "", nil
	}
	f, err := os.CreateTemp(e.temp, "plan-*")
	if err != nil {
		return "", err
	}
	return f.Name(), errors.Join(s.WritePlan(f), f.Close())
}

// fresh runs batches in a worker of their own (see pool.single). A package whose TestMain wants something for itself alone may
// not start beside the others: these are ended then, and it is tried once more.
func (e *engine) fresh(ctx context.Context, batches ...batch) (*outcome, error) {
	out, err := e.pool.single(ctx, batches)
	var early *errEndedEarly
	if errors.As(err, &early) {
		e.pool.gate.Lock()
		defer e.pool.gate.Unlock()
		e.pool.endEach(ctx)
		return e.pool.single(ctx, batches)
	}
	return out, err
}

// hangLimit is how long the coordinator waits for a step of a run; the worker is expected to see for itself that its
// time is over.
func hangLimit(b batch) time.Duration {
	if b.wall == 0 {
		return 0
	}
	return time.Duration(b.wall)*time.Millisecond + grace
}

// regressions replays the schedules that are saved for the test. It returns the first that leads to a finding other than a
// race, with the batch that repeats it; races on the way there are findings, and known from then on.
func (t *testRun) regressions(ctx context.Context) (batch, *candidate, error) {
	paths, err := t.e.savedFor(t.id.Name)
	if err != nil {
		t.e.broken(fmt.Sprintf("cannot read saved schedules: %v", err))
	}
	var plans []batch
	var good []string
	for _, path := range paths {
		b, err := t.e.plan(path, t.id)
		if err != nil {
			t.e.broken(oneLine(err.Error()))
			continue
		}
		if delayedBeyond(path, t.e.options.Slow) {
			continue
		}
		plans, good = append(plans, b), append(good, path)
	}
	for i, b := range plans {
		b.known = t.batch.known
		found, err := t.regression(ctx, good[i], b)
		if found != nil && found.kind == "race" {
			found, err = nil, t.raceAgain(ctx, b, found)
		}
		if found != nil || err != nil {
			return b, found, err
		}
	}
	return batch{known: t.batch.known}, nil, nil
}

// raceAgain takes in the races that a saved schedule leads to.
func (t *testRun) raceAgain(ctx context.Context, b batch, found *candidate) error {
	c, err := t.e.confirm(ctx, b, found, t.options.tries())
	if t.output == "" && !c.void() {
		t.output = c.output
	}
	t.add(c)
	return err
}

// regression replays one saved schedule.
func (t *testRun) regression(ctx context.Context, path string, b batch) (*candidate, error) {
	e := t.e
	t.result.Saved++
	out, err := e.pool.run(ctx, t.slot, b, hangLimit(b), t.alone)
	if err != nil {
		return nil, err
	}
	if stale(b, out) {
		// Perhaps only because of what earlier tests left in the process: a process of its own tells.
		if out, err = e.fresh(ctx, b); err != nil {
			return nil, err
		}
	}
	if stale(b, out) {
		t.note("stale", "%s is stale, it was followed for %d of %d steps: %s; delete it if the code has changed for good",
			e.relative(path), out.done.Followed, out.done.Of, out.done.Stale)
	}
	want := savedKind(path)
	if want == "leak" && e.options.Leaks != "fail" {
		want = ""
	}
	found := outcomeCandidate(b, out, want)
	if found != nil {
		found.saved = path
		found.origin = schedule.Origin{Strategy: strategyAt(b.strategy, b.first), Seed: b.seed, Index: b.first, Slow: b.slow}
	}
	return found, nil
}

// stale reports whether the program left the schedule that it was to follow.
func stale(b batch, out *outcome) bool {
	return b.replay != "" && out.done != nil && out.done.Stale != ""
}

// savedKind is the finding that a file leads to; the file was read before.
func savedKind(path string) string {
	s, err := schedule.Load(path)
	if err != nil {
		return ""
	}
	return s.Finding
}

// strangers reports what lies in testdata/clew for tests that do not exist: nothing would ever replay it.
func (e *engine) strangers(tests []testID) {
	entries, err := os.ReadDir(filepath.Join(e.dir, "testdata", "clew"))
	if err != nil || e.flags.selects() {
		return
	}
	known := map[string]bool{schedule.Program: true} // clew run keeps them there
	for _, t := range tests {
		known[filepath.Base(schedule.Dir("", t.Name))] = true
	}
	for _, entry := range entries {
		if entry.IsDir() && !known[entry.Name()] {
			e.say("stale: testdata/clew/%s belongs to no test of this package", entry.Name())
		}
	}
}

func (t *testRun) note(kind, format string, args ...any) {
	t.result.Notes = append(t.result.Notes, report.Note{Kind: kind, Message: fmt.Sprintf(format, args...)})
}
