package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// replays is how often a saved schedule is replayed before its finding is reported, and how often a finding is
// called back from its origin before it counts as one that does not repeat.
const replays = 3

// A confirmation makes a finding of a candidate: it calls the run back in fresh processes, saves its schedule, and
// replays what it saved.
type confirmation struct {
	e       *engine
	found   *candidate
	batch   batch // repeats the run from its origin, or by the saved file it came from
	finding report.Finding
	output  string // of the run as it came back
	notes   []report.Note
	trace   *trace.Trace // of the run as it came back; nil if it did not
	races   []foundRace  // of the run, those that nobody knew
	kept    string       // path of the schedule that was saved; empty for none
	ignored []string     // keys of others, which -race-ignore leaves out
}

// confirm returns the finding for a candidate of a search of so many schedules, whatever comes of it: one that does not repeat says so.
// Stopped by ctx, it saves what it can and returns the cause too.
func (e *engine) confirm(ctx context.Context, b batch, found *candidate, of int) (*confirmation, error) {
	c := &confirmation{e: e, found: found, batch: b, output: found.output}
	c.finding = report.Finding{Kind: found.kind, Message: sentence(found), Outside: found.outside,
		FoundAt: int(found.origin.Index) + 1, Of: of, Threads: []explain.Thread{},
		Stack: stackLines(found.stack, e.where)}
	if found.saved != "" {
		c.finding.FoundAt, c.finding.Saved = 0, e.relative(found.saved)
	}
	if found.kind == "livelock" && found.steps >= uint64(b.steps) && found.origin.Index > 0 {
		c.finding.Message = fmt.Sprintf("livelock: the test has not ended after %d steps (-steps allows more)", b.steps)
	}
	for _, key := range found.races {
		c.races = append(c.races, foundRace{key: key})
	}
	err := c.callBack(ctx)
	if c.finding.Replayed == 0 && !c.void() {
		c.saveOrigin()
	}
	return c, err
}

// sentence is a finding's message, with its kind in front if it does not say so itself.
func sentence(found *candidate) string {
	switch {
	case found.message == "" && found.kind == "deadlock":
		return "deadlock: the test cannot end"
	case found.message == "":
		return "the test failed"
	}
	switch found.kind {
	case "panic", "fatal", "livelock", "deadlock", "leak":
		if len(found.message) >= len(found.kind) && found.message[:len(found.kind)] == found.kind {
			return found.message
		}
		return found.kind + ": " + found.message
	}
	return found.message
}

// callBack repeats the run with a step log, until it comes back; then it saves and replays the schedule.
func (c *confirmation) callBack(ctx context.Context) error {
	times := replays
	if c.found.hung {
		times = 1
	}
	b := c.batch
	b.strategy, b.first, b.count, b.trace = c.found.origin.Strategy, c.found.origin.Index, 1, true
	b.slow = c.found.origin.Slow
	for range times {
		out, err := c.e.fresh(ctx, b)
		var early *errEndedEarly
		if errors.As(err, &early) {
			c.note("replay", "cannot replay in a process of its own: %v", early)
			return nil
		}
		if err != nil {
			return err
		}
		c.finding.Replays++
		back := outcomeCandidate(b, out, c.found.kind)
		if !c.found.same(back) {
			continue
		}
		tr, err := trace.Parse(out.log)
		if err != nil {
			return err
		}
		c.describe(tr, back)
		if c.void() {
			return nil
		}
		if c.finding.Single {
			c.finding.Replayed = c.finding.Replays
			return nil
		}
		if short, again, err := c.shrink(ctx, tr, back); err != nil {
			return err
		} else if short != tr {
			tr, back = short, again
			c.describe(tr, back)
		}
		return c.saveAndReplay(ctx, tr, back, times)
	}
	return nil
}

// outcomeCandidate is candidateOf for a single run, in which a leak, or that the test does not end, counts as a finding, if that is
// what is wanted.
func outcomeCandidate(b batch, out *outcome, want string) *candidate {
	found := candidateOf(b, out)
	if out.done == nil || found != nil && found.kind != "race" {
		return found
	}
	back := leakCandidate(b, int64(b.first), out.done.LeakMessage)
	switch {
	case want == "leak" && out.done.Leaks > 0:
	case want == "livelock" && out.done.long():
		back.kind, back.message, back.cut = want, fmt.Sprintf("the test has not ended after %d steps", out.steps), true
	default:
		return found
	}
	back.steps, back.output = out.steps, out.output
	if found != nil {
		back.races = found.races
	}
	return back
}

// void reports whether nothing is left to be told: the run has races alone, and -race-ignore leaves out all.
func (c *confirmation) void() bool {
	return c.found.kind == "race" && len(c.races) == 0 && len(c.ignored) > 0
}

// describe fills in what the trace tells.
func (c *confirmation) describe(tr *trace.Trace, back *candidate) {
	f := &c.finding
	f.Threads, f.Cycle, f.Others = []explain.Thread{}, "", nil // those of a longer schedule
	c.trace = tr
	c.describeRaces(tr)
	f.Steps, f.Switches, f.Preempts = len(tr.Steps), tr.Switches(), tr.Preemptions()
	c.describeDelays(tr)
	c.output = back.output
	f.Single = len(tr.Threads) == 1 && !tr.Picks() && len(tr.Delays) == 0 && c.found.saved == "" && f.Kind != "livelock" && f.Kind != "deadlock"
	if len(back.stack) > 0 {
		f.Stack = stackLines(back.stack, c.e.where)
	}
	if t := culprit(tr, back); t != nil {
		t.Stack = frames(back.stack) // the test's own thread is named by it
		f.Threads = []explain.Thread{{Name: t.Name, Function: explain.Function(t, c.e.where), State: "running", Stack: f.Stack}}
	}
	if f.Kind == "deadlock" || f.Kind == "leak" || f.Kind == "livelock" && tr.End != "" {
		story := explain.Tell(tr, f.Kind, c.e.where)
		f.Cycle, f.Others = story.Cycle, story.Others
		f.Threads = append(f.Threads, story.Threads...)
		if f.Kind != "livelock" && len(story.Threads) > 0 {
			f.Message = story.Message
		}
	}
}

// culprit finds the thread whose stack ended the run. What is always to hold is found not to by the thread that took the last step. A
// crash report is about one whose function is the outermost call, and which took the last step, or is the only one of that function.
// It returns nil if that leaves a doubt.
func culprit(tr *trace.Trace, back *candidate) *trace.Thread {
	stack := back.stack
	if len(stack) == 0 || len(tr.Steps) == 0 {
		return nil
	}
	if back.kind == "failure" {
		return tr.Steps[len(tr.Steps)-1].Thread
	}
	outermost := stack[len(stack)-1].function
	runs := func(t *trace.Thread) bool { return t.Entry != nil && t.Entry.Func == outermost }
	if last := tr.Steps[len(tr.Steps)-1].Thread; runs(last) {
		return last
	}
	var only *trace.Thread
	for _, t := range tr.Threads {
		if runs(t) && only != nil {
			return nil
		}
		if runs(t) {
			only = t
		}
	}
	return only
}

// saveAndReplay saves the schedule before anything is printed, then replays the saved file.
func (c *confirmation) saveAndReplay(ctx context.Context, tr *trace.Trace, back *candidate, times int) error {
	s := c.e.scheduleOf(c.found, tr)
	path := c.save(s)
	if path == "" {
		c.finding.Replayed = 1
		return nil
	}
	c.kept = path
	c.finding.Schedule = c.e.relative(path)
	c.finding.Replays, c.finding.Replayed = 0, 0
	plan, err := c.e.plan(path, c.found.test)
	if err != nil {
		return err
	}
	plan.wall, plan.leaks = c.batch.wall, c.batch.leaks
	switch {
	case back.cut && plan.replay == "":
		plan.steps = c.batch.steps
	case back.cut:
		plan.steps = int64(back.steps)
	}
	plan.trace = back.died && len(c.races) > 0 // one that dies tells its races in no other way
	for range times {
		out, err := c.e.fresh(ctx, plan)
		if err != nil {
			return err
		}
		c.finding.Replays++
		again := outcomeCandidate(plan, out, c.found.kind)
		if c.found.same(again) && (again.steps == back.steps || c.found.hung) {
			c.finding.Replayed++
			c.countRaces(again, out)
		}
	}
	return nil
}

// saveOrigin keeps the origin of a finding that was not called back. One that did not come back would be of no use as
// a regression test: it goes where nothing looks for these.
func (c *confirmation) saveOrigin() {
	if c.finding.Schedule != "" || c.found.saved != "" {
		return
	}
	s := c.e.scheduleOf(c.found, &trace.Trace{})
	s.Total = int(max(1, c.found.steps))
	if c.finding.Replays == 0 {
		if path := c.save(s); path != "" {
			c.finding.Schedule = c.e.relative(path)
		}
		return
	}
	if path, err := s.Save(filepath.Join(os.TempDir(), "clew-schedules", filepath.Base(c.e.dir), c.found.test.Name)); err == nil {
		c.finding.Schedule = path
	}
}

func (c *confirmation) note(kind, format string, args ...any) {
	c.notes = append(c.notes, report.Note{Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// scheduleOf writes a traced run down as a schedule.
func (e *engine) scheduleOf(found *candidate, tr *trace.Trace) *schedule.Schedule {
	s := &schedule.Schedule{Test: found.test.Name, Args: e.args, Files: e.files, Package: e.result.Package, Go: e.result.Go, Finding: found.kind,
		Clock: found.clock, Procs: cmp.Or(found.procs, e.procs), Points: found.points, Origin: found.origin, Total: len(tr.Steps)}
	s.Called = called(tr)
	for _, step := range tr.Steps[:min(len(tr.Steps), schedule.MaxSteps)] {
		one := schedule.Step{Thread: step.Thread.Name, Op: step.Op, Place: explain.Place(step.Frame, e.inPackage), Pick: step.Pick}
		if step.Object != nil {
			one.Object = step.Object.Name
		}
		s.Steps = append(s.Steps, one)
	}
	for _, d := range tr.Delays {
		s.Delays = append(s.Delays, schedule.Delay{After: d.After, Thread: d.Thread.Name, For: d.For, Look: d.Look})
	}
	return s
}

// called returns what the program calls the threads and objects of a run.
func called(tr *trace.Trace) (all []schedule.Called) {
	for _, t := range tr.Threads {
		if t.Called != "" {
			all = append(all, schedule.Called{Name: t.Name, As: t.Called})
		}
	}
	for _, o := range tr.Objects {
		if o.Called != "" {
			all = append(all, schedule.Called{Name: o.Name, As: o.Called})
		}
	}
	return all
}
