package engine

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A testRun is one test in one round: its saved schedules, the plain run, then the search.
type testRun struct {
	e       *engine
	id      testID
	seed    uint64
	began   time.Time
	stats   stats // of the search
	before  int   // schedules of a search that was begun anew
	result  report.Test
	output  string   // what is shown of it
	cut     bool     // there was not time enough for the search
	plain   *outcome // nil if a saved schedule failed
	batch   batch    // repeats found, but for its index
	found   *candidate
	alone   bool // each run has a process of its own
	elapsed time.Duration
}

// test runs one test and prints it. It reports whether the test failed; an error is clew's own failure or the
// context's cause.
func (e *engine) test(ctx context.Context, id testID, round int) (failed bool, err error) {
	t := &testRun{e: e, id: id, seed: seedOf(e.options.Seed, e.result.Package, id.Name, round), began: time.Now()}
	t.stats.classes, t.stats.leakFirst = map[string]int{}, -1
	t.result = report.Test{Package: e.result.Package, Test: id.Name, Findings: []report.Finding{}, Notes: []report.Note{}}
	e.out.begin(id.Name)
	e.progress.show(id.Name, 0)
	if err = t.find(ctx); err == nil {
		t.leakRule(ctx)
	}
	confirmErr := t.confirm(ctx)
	if t.found == nil && err != nil {
		return false, err
	}
	t.print()
	e.result.Tests = append(e.result.Tests, t.result)
	return t.result.Status == "fail", errors.Join(err, confirmErr)
}

// seedOf derives the seed of a test: it depends on nothing but what it is given.
func seedOf(seed uint64, pkg, test string, round int) uint64 {
	for _, text := range []string{pkg, test} {
		h := fnv.New64a()
		h.Write([]byte(text))
		seed = schedule.Mix(seed, h.Sum64())
	}
	return schedule.Mix(seed, uint64(round))
}

// find looks for something that breaks, in order: saved schedules, the plain order, the search.
func (t *testRun) find(ctx context.Context) (err error) {
	if t.batch, t.found, err = t.regressions(ctx); err != nil || t.found != nil {
		return err
	}
	if err := t.runPlain(ctx); err != nil || t.found != nil {
		return err
	}
	if t.plain.done.single() || t.plain.done.Status == "skip" || t.e.options.Schedules <= 1 {
		return nil
	}
	return t.search(ctx)
}

// runPlain runs schedule 0, the order without preemptions: what it prints is what a passing test shows.
func (t *testRun) runPlain(ctx context.Context) error {
	t.batch = batch{test: t.id, strategy: t.e.strategy(), seed: t.seed, count: 1, steps: t.e.plainStepsLimit(),
		clock: t.e.clock, leaks: t.e.options.Leaks}
	s := t.newSearch(0, 1, time.Now().Add(24*time.Hour), t.e.plainLimit())
	w, err := t.e.pool.worker(ctx, 0)
	if err != nil {
		return err
	}
	began := time.Now()
	t.plain, err = w.run(ctx, t.batch, s.limit)
	if err != nil {
		return err
	}
	s.record(t.batch, t.plain, 0)
	t.found = candidateOf(t.batch, t.plain)
	if t.plain.done != nil && t.plain.done.Left > 0 {
		t.e.pool.replace(ctx, 0)
	}
	if t.found != nil && t.found.external {
		if t.plain, err = s.again(ctx, 0, t.batch, t.found); err != nil {
			return err
		}
		t.found = candidateOf(t.batch, t.plain)
	}
	s.keep(t.found)
	t.stats = s.stats
	t.output = t.plain.output
	t.batch.wall = t.e.wall.Milliseconds()
	if t.plain.death == nil {
		t.batch.wall = t.e.wallFor(time.Since(began)).Milliseconds()
	}
	if t.found == nil && t.plain.done != nil {
		t.batch.steps = t.e.stepsFor(t.plain.done.Steps)
	}
	return nil
}

func (t *testRun) newSearch(first, end uint64, until time.Time, limit time.Duration) *search {
	return &search{e: t.e, batch: t.batch, until: until, limit: limit, next: first, end: end, size: 16, stats: t.stats}
}

// search tries schedules 1 and on.
func (t *testRun) search(ctx context.Context) error {
	left := t.e.options.Time
	if !t.alone {
		left -= time.Since(t.began)
	}
	allowed, cut := enoughTime(max(0, left), t.e.deadline)
	s := t.newSearch(1, uint64(t.e.options.Schedules), time.Now().Add(allowed), hangLimit(t.batch))
	s.alone = t.alone || t.plain.done.Left > 0
	err := s.explore(ctx)
	t.found, t.stats = s.best, s.stats
	t.cut = cut && s.best == nil && s.next < s.end
	return err
}

// leakRule makes a leak that only some schedules show a finding, and one that all show a note: a test
// that always leaves a thread behind most likely means to.
func (t *testRun) leakRule(ctx context.Context) {
	s := t.stats
	if t.found != nil || s.leaks == 0 || t.e.options.Leaks == "off" {
		return
	}
	if t.e.options.Leaks == "fail" && s.leaks < s.schedules {
		t.found = leakCandidate(t.batch, s.leakFirst, s.leakReason)
		return
	}
	t.note("leak", "%s (in %d of %d schedules)", t.leakText(ctx), s.leaks, s.schedules)
}

// leakText says which threads leak. A run that does not tell leaves it at what is known.
func (t *testRun) leakText(ctx context.Context) string {
	w, err := t.e.pool.worker(ctx, 0)
	if err != nil {
		return t.stats.leakReason
	}
	b := t.batch
	b.first, b.count, b.trace = uint64(t.stats.leakFirst), 1, true
	out, err := w.run(ctx, b, hangLimit(b))
	if err != nil {
		return t.stats.leakReason
	}
	tr, err := trace.Parse(out.log)
	if err != nil || tr.End != "leak" {
		return t.stats.leakReason
	}
	return explain.Tell(tr, "leak", t.e.where).Leak()
}

// confirm turns what was found into a finding.
func (t *testRun) confirm(ctx context.Context) error {
	if t.found == nil {
		return nil
	}
	if t.ordinary() {
		t.output = t.found.output
		t.result.Findings = append(t.result.Findings, report.Finding{Kind: t.found.kind, Message: sentence(t.found),
			FoundAt: 1, Of: t.e.options.Schedules, Steps: int(t.found.steps), Threads: []explain.Thread{}})
		return nil
	}
	c, err := t.e.confirm(ctx, t.batch, t.found)
	if err == nil && t.leftBehind(c) {
		return t.searchAlone(ctx, c)
	}
	t.output = c.output
	t.result.Findings = append(t.result.Findings, c.finding)
	t.result.Notes = append(t.result.Notes, c.notes...)
	return err
}

// leftBehind reports whether a finding seems to come from what earlier runs in the same process left behind (an
// open port, a package variable): it never comes in a process of its own.
func (t *testRun) leftBehind(c *confirmation) bool {
	return c.finding.Replayed == 0 && c.finding.Replays >= replays && t.found.saved == "" && t.found.origin.Index > 0 && !t.alone
}

// searchAlone searches again, each run in a process of its own, after a finding that earlier runs seem to be to blame
// for. That finding becomes a note.
func (t *testRun) searchAlone(ctx context.Context, c *confirmation) error {
	t.note("state", "%s in schedule %d, but never in a process of its own: the test leaves something behind, "+
		"so each schedule got its own process", c.finding.Message, c.finding.FoundAt)
	t.alone, t.found, t.before = true, nil, t.stats.schedules
	t.stats = stats{classes: map[string]int{}, leakFirst: -1}
	if err := t.search(ctx); err != nil {
		return err
	}
	t.leakRule(ctx)
	return t.confirm(ctx)
}

// ordinary reports whether the test fails as it would under plain go test: it has a single thread, so there is
// nothing that a schedule could repeat.
func (t *testRun) ordinary() bool {
	return t.found.kind == "failure" && t.found.saved == "" && t.plain != nil && t.plain.done != nil && t.plain.done.single()
}

// print says what became of the test.
func (t *testRun) print() {
	r := &t.result
	t.elapsed = time.Since(t.began)
	r.ElapsedMS = t.elapsed.Milliseconds()
	r.Schedules, r.Distinct, r.Unseen = t.before+t.stats.schedules, len(t.stats.classes), t.stats.unseen()
	r.Steps, r.Threads = t.stats.steps, t.stats.threads
	r.Notes = append(r.Notes, t.e.takeNotes()...)
	if t.cut {
		t.note("time", "the search was cut short at %s: the deadline of -timeout is near", schedules(r.Schedules))
	}
	r.Status = t.status()
	t.e.out.end(testText{name: t.id.Name, captured: t.output, status: r.Status, elapsed: t.elapsed, lines: t.lines()})
}

func (t *testRun) status() string {
	switch {
	case t.found != nil:
		return "fail"
	case t.plain != nil && t.plain.done != nil && t.plain.done.Status == "skip":
		return "skip"
	}
	return "pass"
}

// lines are clew's own for the test: its finding; in the verbose form also notes and what passing is worth. That a
// schedule could not be saved is never left out.
func (t *testRun) lines() []string {
	var lines []string
	for _, n := range t.result.Notes {
		if t.e.out.verbose || n.Kind == "save" || n.Kind == "state" || n.Kind == "stale" || n.Kind == "time" {
			lines = append(lines, "clew: note: "+n.Message)
		}
	}
	if t.found == nil {
		if t.e.out.verbose && t.result.Status == "pass" {
			lines = append(lines, t.result.PassLine())
		}
		return lines
	}
	if t.ordinary() {
		return lines
	}
	for _, f := range t.result.Findings {
		lines = append(lines, f.Lines()...)
	}
	return lines
}

func schedules(n int) string {
	if n == 1 {
		return "1 schedule"
	}
	return fmt.Sprintf("%d schedules", n)
}
