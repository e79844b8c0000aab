package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A program is run as a test that calls its main function, [schedule.Program]: the whole of it, in a process of its own. The run is
// over when main returns, or somebody calls os.Exit. What it comes to, its exit code and its output, is an outcome, as good as any other; findings
// are what no program wants: that it panics, deadlocks, or never ends, and data races.

// A Program says how to run one.
type Program struct {
	Args      []string // as its os.Args has them, without its name
	Files     []string // in the package's folder, if they name it; else none
	Schedules int      // with one, the program has the caller's standard input and output to itself
	Stdin     *os.File
	Trace     string // write the trace of a single run to this file
}

// outcomeKind is what the schedule of an outcome leads to that is no finding.
const outcomeKind = "outcome"

// programTest is the test that stands for the program.
var programTest = testID{Name: schedule.Program, Kind: "test"}

// RunProgram runs a program and returns the exit code: 1 if the program failed, as go run does, or something was found.
func RunProgram(ctx context.Context, c Config, p Program) int {
	e, err := newEngine(c)
	if err != nil {
		fmt.Fprintf(c.Stderr, "clew: %s\n", oneLine(err.Error()))
		return exitClew
	}
	defer e.close()
	e.args, e.files = p.Args, p.Files
	r := &program{e: e, Program: p, began: time.Now()}
	r.batch = batch{test: programTest, strategy: e.options.strategy(), blind: true, seed: seedOf(e.options.Seed, e.result.Package, schedule.Program, 0), count: 1,
		steps: e.stepsFor(0), clock: e.clock, leaks: "off", points: e.points(), wall: e.wallFor(0).Milliseconds()}
	var code int
	if p.Schedules == 1 {
		code, err = r.once(ctx)
	} else {
		code, err = r.explore(ctx)
	}
	var early *errEndedEarly
	switch {
	case err == nil:
		return code
	case errors.As(err, &early):
		return e.endedEarly(early)
	case ctx.Err() != nil:
		return e.interrupted()
	}
	return e.failed(err)
}

// program is one that is being run.
type program struct {
	Program
	e     *engine
	batch batch // of all its runs, but for the index
	began time.Time
	input string // file with what the standard input held, for each of several runs

	mu       sync.Mutex
	outcomes map[string]*programOutcome // by what they are
	next     uint64                     // index that nobody was given
	tried    int
	err      error
}

// A programOutcome is runs that came to the same.
type programOutcome struct {
	what   string // "exit 0", "deadlock"
	output string
	runs   int
	first  *candidate // of them; its kind is empty if the program just ended
	index  uint64
	batch  batch // of the first
	path   string
}

// once runs the program once, in the plain order, with the caller's input and output.
func (r *program) once(ctx context.Context) (code int, err error) {
	b := r.batch
	b.attached, b.trace, b.steps, b.wall = true, true, 1<<62, 0 // it may serve for days
	w, err := r.e.pool.attached(ctx, r.Stdin)
	if err != nil {
		return 0, err
	}
	defer w.kill()
	out, err := w.run(ctx, b, 0)
	if err != nil {
		return 0, err
	}
	tr, err := trace.Parse(out.log)
	if err != nil {
		return 0, err
	}
	found := candidateOf(b, out)
	if found != nil && found.external {
		fmt.Fprintf(r.e.stderr, "%s\n", found.message)
		return exitFound, nil
	}
	var told *report.Finding
	if found != nil {
		c := &confirmation{e: r.e, found: found, batch: b, finding: report.Finding{Kind: found.kind, Message: sentence(found), Stack: stackLines(found.stack, r.e.where)}}
		c.describe(tr, found)
		c.countRaces(found, out)
		if path := c.save(r.e.scheduleOf(found, tr)); path != "" {
			c.finding.Schedule, c.finding.Replays, c.finding.Replayed = r.e.relative(path), 1, 1
		}
		t := &testRun{e: r.e}
		t.add(c)
		told = &t.result.Findings[0]
		for _, line := range t.result.Lines() {
			fmt.Fprintln(r.e.stderr, line)
		}
	}
	if err := keepTrace(r.e, r.Trace, schedule.Program, tr, told); err != nil {
		return 0, err
	}
	switch status := out.exitStatus(); {
	case status > 0:
		fmt.Fprintf(r.e.stderr, "exit status %d\n", status)
		return exitFound, nil
	case found != nil:
		return exitFound, nil
	}
	return 0, nil
}

// exitStatus is the exit code of a program that has ended by itself, 0 if it did not.
func (o *outcome) exitStatus() int {
	if o.death == nil {
		return 0
	}
	return o.death.code
}

// explore runs the program in many orders, and prints what it came to.
func (r *program) explore(ctx context.Context) (code int, err error) {
	if err := r.keepInput(); err != nil {
		return 0, err
	}
	r.outcomes = map[string]*programOutcome{}
	until := r.began.Add(r.e.options.Time)
	if err := errors.Join(r.learn(ctx, until), r.survey(ctx)); err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	for range r.e.mostWorkers() {
		all.Go(func() { r.work(ctx, until) })
	}
	all.Wait()
	if r.err != nil {
		return 0, r.err
	}
	return r.tell(ctx)
}

// keepInput reads what the standard input holds, unless that is a terminal: each run reads it anew.
func (r *program) keepInput() error {
	if r.Stdin == nil {
		return nil
	}
	if info, err := r.Stdin.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
		return nil
	}
	f, err := os.CreateTemp(r.e.temp, "stdin-")
	if err != nil {
		return err
	}
	defer f.Close()
	r.input = f.Name()
	r.e.pool.input = r.input
	_, err = io.Copy(f, r.Stdin)
	return err
}

// quietToLearn is how many runs in a row have to show no new race before all are taken to be known.
const quietToLearn = 8

// learn makes the first runs, one after the other, to find out which accesses race: these are scheduling points in all runs that count.
func (r *program) learn(ctx context.Context, until time.Time) error {
	for quiet, index := 0, uint64(0); quiet < quietToLearn && index < uint64(r.Schedules) && time.Now().Before(until); index++ {
		b := r.batch
		b.first = index
		out, err := r.e.fresh(ctx, b)
		if err != nil {
			return err
		}
		if out.done != nil && out.done.single() {
			r.Schedules = 1 // every run does the same
		}
		quiet++
		for _, race := range out.races {
			quiet = 0
			first, second := trace.RacePlaces(race.Key)
			for _, place := range []string{first, second} {
				if !slices.Contains(r.batch.points, place) {
					r.batch.points = append(slices.Clip(r.batch.points), place)
				}
			}
			r.batch.known = append(slices.Clip(r.batch.known), race.Key)
			found := candidateOf(b, out)
			found.kind = "race"
			r.outcomes["race "+race.Key] = &programOutcome{what: "race", first: found, index: index, batch: b}
		}
	}
	return nil
}

// survey has a process of its own make the survey that strategies want. They do without it if the program ends its process, which
// then happens before the survey is kept.
func (r *program) survey(ctx context.Context) error {
	b := r.batch
	b.first, b.blind = 1, false
	out, err := r.e.fresh(ctx, b)
	r.batch.blind = err != nil || out.death != nil
	return err
}

// work makes runs until there are none left, or the time is over.
func (r *program) work(ctx context.Context, until time.Time) {
	for time.Now().Before(until) {
		r.mu.Lock()
		b, over := r.batch, r.err != nil || r.next >= uint64(r.Schedules)
		b.first = r.next
		r.next++
		r.mu.Unlock()
		if over {
			return
		}
		out, err := r.e.fresh(ctx, b)
		r.mu.Lock()
		if err != nil {
			r.err = cmp.Or(r.err, err)
		} else {
			r.count(b, out)
		}
		r.mu.Unlock()
	}
}

// count takes in what a run came to.
func (r *program) count(b batch, out *outcome) {
	r.tried++
	o := &programOutcome{what: fmt.Sprintf("exit %d", out.exitStatus()), output: out.output, index: b.first, batch: b, first: candidateOf(b, out)}
	if o.first != nil {
		o.what = o.first.kind
		o.output = cmp.Or(o.first.output, out.output)
	}
	key := o.what + "\n" + o.output
	if o.first != nil {
		key = o.what + "\n" + breaks(o.first)
	}
	known := r.outcomes[key]
	if known == nil {
		r.outcomes[key], known = o, o
	}
	known.runs++
	if o.index < known.index {
		known.index, known.first, known.batch = o.index, o.first, o.batch
	}
}

// tell prints the findings, and the table of outcomes.
func (r *program) tell(ctx context.Context) (code int, err error) {
	list := slices.SortedFunc(func(yield func(*programOutcome) bool) {
		for _, o := range r.outcomes {
			if !yield(o) {
				return
			}
		}
	}, func(a, b *programOutcome) int {
		return cmp.Or(cmp.Compare(b.runs, a.runs), cmp.Compare(a.index, b.index))
	})
	for _, o := range list {
		if err := r.keep(ctx, o); err != nil {
			return 0, err
		}
		if o.first != nil {
			code = exitFound
		}
	}
	cut := ""
	if r.tried < r.Schedules {
		cut = fmt.Sprintf(" (of %d; -time allows more)", r.Schedules)
	}
	plural := func(n int, what string) string {
		if n == 1 {
			return "1 " + what
		}
		return fmt.Sprintf("%d %ss", n, what)
	}
	ended := slices.DeleteFunc(list, func(o *programOutcome) bool { return o.runs == 0 })
	fmt.Fprintf(r.e.stdout, "clew: %s%s, %s\n\n", plural(r.tried, "schedule"), cut, plural(len(ended), "outcome"))
	for _, o := range ended {
		r.row(o)
	}
	return code, nil
}

// row prints an outcome.
func (r *program) row(o *programOutcome) {
	lines := strings.Split(strings.TrimRight(o.output, "\n"), "\n")
	more := ""
	if n := len(lines) - shownLines; n > 0 {
		lines, more = lines[:shownLines], fmt.Sprintf("… %d more lines", n)
	}
	fmt.Fprintf(r.e.stdout, "%8d of %d  %s\n", o.runs, r.tried, o.what)
	for _, line := range append(lines, more) {
		if line != "" {
			fmt.Fprintf(r.e.stdout, "              %s\n", line)
		}
	}
	if o.path != "" {
		fmt.Fprintf(r.e.stdout, "              again:  clew replay %s\n", o.path)
	}
}

// shownLines is how much of an outcome's output is shown.
const shownLines = 6

// keep saves the schedule of an outcome. What no program wants is told as a finding, shrunk and replayed.
func (r *program) keep(ctx context.Context, o *programOutcome) error {
	if o.first != nil {
		c, err := r.e.confirm(ctx, o.batch, o.first, r.Schedules)
		if err != nil {
			return err
		}
		t := &testRun{e: r.e}
		t.add(c)
		for _, line := range t.result.Lines() {
			fmt.Fprintln(r.e.stdout, line)
		}
		fmt.Fprintln(r.e.stdout)
		o.path = c.finding.Schedule
		return nil
	}
	b := o.batch
	b.trace = true
	out, err := r.e.fresh(ctx, b)
	if err != nil {
		return err
	}
	tr, err := trace.Parse(out.log)
	if err != nil {
		return err
	}
	found := &candidate{test: b.test, kind: outcomeKind, clock: b.clock, points: b.points,
		origin: schedule.Origin{Strategy: strategyAt(b.strategy, b.first), Seed: b.seed, Index: b.first}}
	c := &confirmation{e: r.e, found: found, batch: b}
	if path := c.save(r.e.scheduleOf(found, tr)); path != "" {
		o.path = r.e.relative(path)
	}
	return nil
}
