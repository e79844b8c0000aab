package engine

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A testRun is one test in one round: its saved schedules, the plain run, then the search.
type testRun struct {
	e         *engine
	number    int // in the order of go test
	id        testID
	options   Options // of the user, and where these say nothing, of the test itself
	round     int     // of -count and -cpu
	seed      uint64
	slot      int        // whose worker runs it
	stats     stats      // of the search
	portfolio *portfolio // of strategies
	before    []batch    // the plain runs of the tests before it, in the same process
	given     int        // schedules of a search that was begun anew
	result    report.Test
	output    string   // what is shown of it
	cut       bool     // there was not time enough for the search
	plain     *outcome // nil if a saved schedule failed
	free      *outcome // of the run without control; nil if the test is not too long
	batch     batch    // repeats found, but for its index
	found     *candidate
	alone     bool // each run has a process of its own
	races     races
	slow      schedule.Slow // delays that schedules may have; zero if there is no place for any
	delayed   int           // schedules with delays that were tried
	meeting   time.Duration // spent on confirming races
	elapsed   time.Duration

	search atomic.Pointer[search] // that is going on, or has rested; nil before
}

func (e *engine) newTest(id testID, round int) *testRun {
	e.made++
	t := &testRun{e: e, number: e.made, id: id, options: e.options, round: round, alone: e.options.Isolate}
	t.seed = t.newSeed()
	t.stats = newStats()
	t.result = report.Test{Package: e.result.Package, Test: id.Name, Findings: []report.Finding{}, Notes: []report.Note{}}
	return t
}

// timed adds the time since began to what the test has taken.
func (t *testRun) timed(began time.Time) { t.elapsed += time.Since(began) }

// newSeed returns the test's seed.
func (t *testRun) newSeed() uint64 {
	return seedOf(t.options.Seed, t.e.result.Package, t.id.Name, t.round)
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

// begin looks for what breaks without a search: in saved schedules, then in the plain order. The error is clew's own failure or
// the context's cause.
func (t *testRun) begin(ctx context.Context) (err error) {
	defer t.timed(time.Now())
	t.e.progress.show(t.id.Name, 0)
	if t.e.options.CheckDeterminism {
		return t.checkDeterminism(ctx)
	}
	if t.batch, t.found, err = t.regressions(ctx); err != nil || t.found != nil || len(t.result.Findings) > 0 {
		return err
	}
	t.before = slices.Clip(t.e.plains)
	err = t.runPlain(ctx)
	t.e.plains = append(t.e.plains, t.batch)
	if t.plain != nil && t.plain.done != nil {
		t.heed(t.plain.done.Asked)
	}
	return err
}

// open reports whether a search may show more than begin did.
func (t *testRun) open() bool {
	return t.plain != nil && t.free == nil && t.found == nil && !t.plain.done.single() && t.plain.done.Status != "skip" && t.options.Schedules > 1 &&
		!t.e.options.CheckDeterminism
}

// private reports whether nothing that the test did can be seen by another process.
func (t *testRun) private() bool { return t.stats.calls == 0 && !t.stats.outside }

// runPlain runs schedule 0, the order without preemptions: what it prints is what a passing test shows.
func (t *testRun) runPlain(ctx context.Context) (err error) {
	t.batch = batch{test: t.id, strategy: t.options.strategy(), blind: t.alone, seed: t.seed, count: 1, steps: t.e.plainStepsLimit(),
		clock: t.e.clock, leaks: t.e.options.Leaks, points: t.e.points(), known: t.batch.known, wall: t.e.plainWall().Milliseconds(), slow: t.slowAt(0)}
	s := t.newSearch(0, 1, t.e.plainLimit())
	began := time.Now()
	t.plain, err = t.e.pool.run(ctx, t.slot, t.batch, s.hang, t.alone)
	if err != nil {
		return err
	}
	s.record(t.batch, t.plain, 0)
	t.found = candidateOf(t.batch, t.plain)
	if t.found != nil && t.found.external {
		if t.plain, err = s.again(ctx, t.slot, t.batch, t.found); err != nil {
			return err
		}
		t.found = candidateOf(t.batch, t.plain)
	}
	s.keep(t.found)
	s.settle()
	t.take(s)
	t.output = t.plain.output
	t.countPlaces()
	t.batch.slow = schedule.Slow{}
	t.batch.wall = t.e.wall.Milliseconds()
	if t.plain.death == nil && !t.plain.done.long() {
		t.batch.wall = t.e.wallFor(time.Since(began)).Milliseconds()
	}
	switch {
	case t.found != nil && t.found.kind != "race":
	case t.plain.done.long():
		t.batch.steps = t.e.stepsFor(0) // a race is likely to come early: it is looked for no further
	default:
		t.batch.steps = t.e.stepsFor(t.plain.done.Steps)
	}
	if err = t.goOn(ctx); err != nil {
		return err
	}
	return t.letGo(ctx)
}

// take takes over what a search came to.
func (t *testRun) take(s *search) {
	t.found, t.stats = s.best, s.stats
	t.result.Notes = append(t.result.Notes, s.notes...)
	s.notes = nil
}

// goOn takes in what was found, if that is a race and nothing else: then nothing is found that ends the search.
func (t *testRun) goOn(ctx context.Context) error {
	if t.found == nil || t.found.kind != "race" {
		return nil
	}
	race := t.found
	t.found = nil
	t.stats.draws = newDraws()
	return t.meet(ctx, race)
}

func (t *testRun) newSearch(first, end uint64, hang time.Duration) *search {
	if t.portfolio == nil {
		t.portfolio = newPortfolio(t.batch.strategy)
	}
	s := &search{e: t.e, batch: t.batch, portfolio: t.portfolio, hang: hang, next: first, end: end, size: 16, stats: t.stats, settled: first}
	if !t.options.Prove {
		s.limit = t.options.Sure / 100
	}
	s.look = firstLook(first, len(t.portfolio.strategies()), s.limit)
	s.alone = t.alone || t.plain != nil && t.plain.done.Left > 0
	if len(t.batch.points) > 0 {
		s.size = 1 // runs take longer now, nobody knows how much
	}
	return s
}

// seek goes on with the search, for so long at most; it may rest earlier if it is to. A race is taken in, and the schedules
// behind it are tried with what it taught. What is left of the time is returned.
func (t *testRun) seek(ctx context.Context, budget time.Duration, rests bool) (left time.Duration, err error) {
	allowed, cut := enoughTime(max(0, budget), t.e.deadline)
	until := time.Now().Add(allowed)
	if t.search.Load() == nil {
		t.searchFrom(1)
	}
	for {
		s := t.search.Load()
		s.rests = rests
		err = s.explore(ctx, t.slot, until)
		t.take(s)
		t.cut = cut && !s.ended()
		if t.found == nil || t.found.kind != "race" {
			return max(0, time.Until(until)), err
		}
		next, met := t.found.origin.Index+1, t.meeting
		if err = errors.Join(err, t.goOn(ctx)); err != nil {
			return 0, err
		}
		t.searchFrom(next)
		until = until.Add(t.meeting - met)
	}
}

// searchFrom prepares the search of the schedules from an index on.
func (t *testRun) searchFrom(first uint64) {
	end := max(first, t.lastIndex())
	if t.options.Prove {
		end = math.MaxUint32
	}
	t.search.Store(t.newSearch(first, end, hangLimit(t.batch)))
}

// over reports whether the search has come to its end.
func (t *testRun) over() bool {
	return t.found != nil || t.search.Load().ended() || t.options.Prove // a proof that is put aside would have to begin anew
}

// leakRule makes a leak that only some schedules show a finding, and one that all show a note: a test
// that always leaves a thread behind most likely means to.
func (t *testRun) leakRule(ctx context.Context) {
	s := t.stats
	if t.found != nil || s.leaks == 0 || t.e.options.Leaks == "off" {
		return
	}
	if t.e.options.Leaks == "fail" && s.leaks < s.schedules {
		t.batch.points, t.batch.strategy = s.leakPoints, t.orderAt(uint64(s.leakFirst))
		t.found = leakCandidate(t.batch, s.leakFirst, s.leakReason)
		return
	}
	t.note("leak", "%s (in %d of %d schedules)", t.leakText(ctx), s.leaks, s.schedules)
}

// orderAt returns the strategies that took turns at an index.
func (t *testRun) orderAt(index uint64) string {
	order, _ := t.portfolio.order(index)
	return order
}

// leakText says which threads leak. A run that does not tell leaves it at what is known.
func (t *testRun) leakText(ctx context.Context) string {
	b := t.batch
	b.first, b.count, b.trace, b.points = uint64(t.stats.leakFirst), 1, true, t.stats.leakPoints
	b.strategy = t.orderAt(b.first)
	out, err := t.e.pool.run(ctx, t.slot, b, hangLimit(b), t.alone)
	if err != nil {
		return t.stats.leakReason
	}
	tr, err := trace.Parse(out.log)
	if err != nil || tr.End != "leak" {
		return t.stats.leakReason
	}
	return explain.Tell(tr, "leak", t.e.where).Leak()
}

// finish makes findings and notes of what was found. The error is that of begin and the search, if there was one: they did
// not come to their ends then. It reports whether there is anything to tell of the test.
func (t *testRun) finish(ctx context.Context, err error) (bool, error) {
	defer t.timed(time.Now())
	if err == nil {
		t.leakRule(ctx)
		if err = t.slowDown(ctx); err == nil {
			t.neverRule()
		}
	}
	err = errors.Join(err, t.confirm(ctx))
	t.raceNotes()
	return err == nil || len(t.result.Findings) > 0, err
}

// confirm turns what was found into a finding.
func (t *testRun) confirm(ctx context.Context) error {
	if t.found == nil {
		return nil
	}
	haunted := t.plain != nil && t.plain.haunted
	if t.ordinary() && !haunted {
		t.output = t.found.output
		t.result.Findings = append(t.result.Findings, report.Finding{Kind: t.found.kind, Message: sentence(t.found),
			FoundAt: 1, Of: t.options.tries(), Steps: int(t.found.steps), Threads: []explain.Thread{}})
		return nil
	}
	if n, once, err := t.leaksOnce(ctx); err != nil {
		return err
	} else if once {
		return t.searchAlone(ctx, n)
	}
	c, err := t.e.confirm(ctx, t.batch, t.found, t.options.tries())
	if err == nil && c.leftBehind() && !t.alone {
		c.discard()
		if t.found.saved != "" || t.found.origin.Index > 0 || t.found.kind == "leak" || haunted {
			n, err := t.stateNote(ctx, c)
			if err != nil {
				t.result.Notes = append(t.result.Notes, n)
				return err
			}
			return t.searchAlone(ctx, n)
		}
		err = t.afterOthers(ctx, c)
	}
	t.output = c.output
	t.add(c)
	return err
}

// searchAlone runs the test anew, each schedule in a process of its own, after a finding that earlier runs seem to be to blame
// for. That finding has become a note.
func (t *testRun) searchAlone(ctx context.Context, n report.Note) error {
	n.Message += "; each schedule got a process of its own then"
	t.result.Notes = append(t.result.Notes, n)
	t.alone, t.found, t.given = true, nil, t.stats.schedules
	t.stats, t.portfolio = newStats(), nil
	if err := t.runPlain(ctx); err != nil {
		return err
	}
	if t.open() {
		t.searchFrom(1)
		if _, err := t.seek(ctx, t.options.Time, false); err != nil {
			return err
		}
	}
	t.leakRule(ctx)
	if err := t.slowDown(ctx); err != nil {
		return err
	}
	t.neverRule()
	return t.confirm(ctx)
}

// ordinary reports whether the test fails as it would under plain go test: it has a single thread, so there is
// nothing that a schedule could repeat.
func (t *testRun) ordinary() bool {
	f := t.found
	return f != nil && f.kind == "failure" && f.message == "" && f.saved == "" && f.origin.Slow.Budget == 0 && t.plain != nil &&
		t.plain.done != nil && t.plain.done.single()
}

// print says what became of the test.
func (t *testRun) print() {
	r := &t.result
	r.ElapsedMS = t.elapsed.Milliseconds()
	r.Schedules, r.Distinct = t.given+t.stats.schedules+t.delayed, len(t.stats.classes)
	r.Unseen, r.UnseenHigh = t.unseen()
	r.Sure = t.stats.sure
	r.Steps, r.Threads = t.stats.steps, t.stats.threads
	t.proofNote()
	if longs := t.stats.longs; longs > 0 && t.free == nil {
		t.note("time", "%s given up after %v each: on a slow machine a run may take that long", schedules(longs), time.Duration(t.batch.wall)*time.Millisecond)
	}
	if t.cut {
		t.note("time", "the search was cut short at %s: the deadline of -timeout is near", schedules(r.Schedules))
	}
	r.Status = t.status()
	text := testText{name: t.id.Name, captured: t.output, status: r.Status, elapsed: t.elapsed, lines: t.lines()}
	t.e.out.end(text)
	if r.Status == "fail" {
		r.Output = t.e.out.text(text)
		for i := range r.Findings {
			t.e.locate(&r.Findings[i], r.Output)
		}
	}
	t.e.told = append(t.e.told, t)
	t.e.result.Failed = t.e.result.Failed || r.Status == "fail"
}

// unseen estimates the chance that one more schedule shows a new class, as in sample.
func (t *testRun) unseen() (chance, high float64) {
	if t.plain != nil && t.plain.done != nil && t.plain.done.single() {
		return 0, 0 // there is one schedule
	}
	return t.stats.draws.all.unseen()
}

func (t *testRun) status() string {
	switch {
	case len(t.result.Findings) > 0:
		return "fail"
	case t.skips(t.plain), t.skips(t.free):
		return "skip"
	}
	return "pass"
}

// skips reports whether the test skipped itself in a run.
func (t *testRun) skips(out *outcome) bool {
	return out != nil && out.done != nil && out.done.Status == "skip"
}

// lines are clew's own for the test: its finding; in the verbose form also notes and what passing is worth. That a
// schedule could not be saved is never left out.
func (t *testRun) lines() []string {
	var lines []string
	for _, n := range t.result.Notes {
		if t.e.out.verbose || slices.Contains([]string{"save", "state", "stale", "time", "long", "race", "check", "proof"}, n.Kind) {
			lines = append(lines, n.Lines()...)
		}
	}
	switch {
	case len(t.result.Findings) == 0:
		if t.e.out.verbose && t.result.Status == "pass" && t.free == nil && !t.options.Prove {
			lines = append(lines, t.result.PassLine())
		}
		return lines
	case t.ordinary():
		return lines
	}
	return append(lines, t.result.Lines()...)
}

func schedules(n int) string {
	if n == 1 {
		return "1 schedule"
	}
	return fmt.Sprintf("%d schedules", n)
}
