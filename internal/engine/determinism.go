package engine

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/trace"
)

// freshTwins is how many of the schedules of a test are run once more in processes of their own.
const freshTwins = 8

// outsideTries is how often a schedule that waits for the outside is tried before a difference counts.
const outsideTries = 3

// singleSchedules is how many schedules are tried of a test that has a single thread: only its lots differ.
const singleSchedules = 10

// A twin is one of two runs of the same schedule, which ought to be the same.
type twin struct {
	log    []byte // of its steps, the raw one
	output string
	end    string // what became of it: pass, fail, skip, or how its process died

	done    *done // nil if its process died
	outside bool  // it waited for something that clew does not control
}

// realTimes matches how long a test took, in the words of package testing: it tells real time.
var realTimes = regexp.MustCompile(`(?m)^( *--- (?:PASS|FAIL|SKIP): .*) \([0-9.]+s\)$`)

func twinOf(out *outcome) twin {
	t := twin{log: out.log, output: realTimes.ReplaceAllString(out.output, "$1")}
	switch {
	case out.death != nil:
		t.end, t.output = out.death.kind+" "+out.death.message, "" // a crash report is full of addresses
	case out.finding != nil:
		t.end = out.finding.Kind
	default:
		t.end = out.done.Status
	}
	t.done, t.outside = out.done, out.done != nil && out.done.Outside
	return t
}

// same reports whether two runs took the same steps, printed the same and ended in the same way. Addresses in their logs may differ.
func (e *engine) same(t, u twin) bool {
	if t.output != u.output || t.end != u.end {
		return false
	}
	if bytes.Equal(t.log, u.log) {
		return true
	}
	a, errA := trace.Parse(t.log)
	b, errB := trace.Parse(u.log)
	return errA == nil && errB == nil && slices.Equal(e.stepLines(a), e.stepLines(b))
}

// checkDeterminism runs schedules of the test twice, in a process that ran others before, and some of them once more in processes
// of their own. The first that differs is a finding.
func (t *testRun) checkDeterminism(ctx context.Context) error {
	b := batch{test: t.id, strategy: t.options.strategy(), blind: t.alone, seed: t.seed, count: 1, steps: t.e.plainStepsLimit(),
		clock: t.e.clock, leaks: t.e.options.Leaks, points: t.e.points(), known: []string{allKnown}, trace: true}
	began, count := time.Now(), uint64(t.options.Schedules)
	firsts := map[uint64]twin{}
	for ; b.first < count && (b.first == 0 || time.Since(began) < t.options.Time); b.first++ {
		b.slow = t.slowAt(b.first)
		first, again, err := t.twins(ctx, b)
		if err != nil {
			return err
		}
		if b.first == 0 && t.plain.done != nil && t.plain.done.single() {
			count = min(count, singleSchedules)
		}
		if first.end != "pass" && first.end != "skip" {
			t.noteOnce("check", "schedule %d ends with a %s, and does so again; without -check-determinism, clew test tells more", b.first+1, first.end)
		}
		if !t.e.same(first, again) {
			where := "when it was run again in the same process"
			if t.alone {
				where = "in another process"
			}
			t.addDifference(b.first, where, first, again)
			return nil
		}
		t.count(first)
		firsts[b.first] = first
		if len(firsts) > 2*freshTwins { // keep the plain run, the last, and some between
			thin(firsts, b.first)
		}
	}
	return t.checkFresh(ctx, b, firsts)
}

// count takes a run into the test's figures.
func (t *testRun) count(run twin) {
	if run.done == nil {
		t.stats.schedules++
		return
	}
	counted := *run.done
	counted.Leaks = 0 // whether a leak is a finding is the search's to say
	t.stats.add(&counted, nil)
}

// noteOnce keeps a note unless there is one of the kind.
func (t *testRun) noteOnce(kind, format string, args ...any) {
	if !slices.ContainsFunc(t.result.Notes, func(n report.Note) bool { return n.Kind == kind }) {
		t.note(kind, format, args...)
	}
}

// thin leaves out every other of the runs but the first and the last.
func thin(runs map[uint64]twin, last uint64) {
	for i, index := range sortedKeys(runs) {
		if i%2 == 1 && index != last {
			delete(runs, index)
		}
	}
}

func sortedKeys(runs map[uint64]twin) []uint64 {
	keys := make([]uint64, 0, len(runs))
	for key := range runs {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// twins runs a schedule twice in the same worker. Where the runs wait for the outside, how long that takes may make a
// difference that is not of the test's making: so they are tried a few times.
func (t *testRun) twins(ctx context.Context, b batch) (first, again twin, err error) {
	for range outsideTries {
		if first, err = t.twin(ctx, b); err != nil {
			return first, again, err
		}
		if again, err = t.twin(ctx, b); err != nil || t.e.same(first, again) || !first.outside && !again.outside {
			return first, again, err
		}
	}
	return first, again, nil
}

// twin runs one schedule in the test's worker.
func (t *testRun) twin(ctx context.Context, b batch) (twin, error) {
	out, err := t.e.pool.run(ctx, t.slot, b, t.e.plainLimit(), t.alone)
	if err != nil {
		return twin{}, err
	}
	if t.plain == nil {
		t.plain, t.output = out, out.output
		t.countPlaces()
	}
	return twinOf(out), nil
}

// checkFresh compares runs with what the same schedules do in processes of their own.
func (t *testRun) checkFresh(ctx context.Context, b batch, firsts map[uint64]twin) error {
	for _, index := range sortedKeys(firsts) {
		b.first, b.slow = index, t.slowAt(index)
		var twins [outsideTries]twin
		same := false
		for i := 0; i < len(twins) && !same && (i < 2 || twins[0].outside || firsts[index].outside); i++ {
			out, err := t.e.fresh(ctx, b)
			if err != nil {
				return err
			}
			twins[i] = twinOf(out)
			same = t.e.same(firsts[index], twins[i])
		}
		switch {
		case same && (firsts[index].outside || t.e.same(firsts[index], twins[0])):
		case t.e.same(twins[0], twins[1]):
			t.addDifference(index, "in a process that had run no other before", firsts[index], twins[0])
			return nil
		default:
			t.addDifference(index, "in another process", twins[0], twins[1])
			return nil
		}
	}
	return nil
}

// addDifference makes a finding of two runs that differ.
func (t *testRun) addDifference(index uint64, where string, first, again twin) {
	what, lines := t.e.difference(first, again)
	t.result.Findings = append(t.result.Findings, report.Finding{
		Kind:    "nondeterminism",
		Message: fmt.Sprintf("the test depends on something that clew does not control: schedule %d %s %s", index+1, what, where),
		Outside: first.outside || again.outside, FoundAt: int(index) + 1, Of: t.options.tries(), Threads: []explain.Thread{}, Differs: lines})
}

// difference says in what two runs of a schedule differ, and where they part.
func (e *engine) difference(first, again twin) (what string, lines []string) {
	a, errA := trace.Parse(first.log)
	b, errB := trace.Parse(again.log)
	if errA != nil || errB != nil {
		return "left a log that cannot be read", nil
	}
	n, x, y := firstDifference(e.stepLines(a), e.stepLines(b))
	switch {
	case x != y:
		if n > 1 {
			lines = append(lines, fmt.Sprintf("step %d   %s", n-1, e.stepText(a, n-2)))
		}
		return "took other steps", append(lines, fmt.Sprintf("step %d   %s", n, x), "but then "+y)
	case first.end != again.end:
		return "ended in another way", []string{"first    " + first.end, "but then " + again.end}
	}
	n, x, y = firstDifference(strings.Split(first.output, "\n"), strings.Split(again.output, "\n"))
	return "printed something else", []string{fmt.Sprintf("line %d   %s", n, x), "but then " + y}
}

// stepLines returns all steps of a run.
func (e *engine) stepLines(tr *trace.Trace) []string {
	lines := make([]string, len(tr.Steps))
	for n := range tr.Steps {
		lines[n] = e.stepText(tr, n)
	}
	return lines
}

// stepText is a step for people to read.
func (e *engine) stepText(tr *trace.Trace, n int) string {
	s := &tr.Steps[n]
	text := s.Thread.Label() + " " + s.Op
	if s.Object != nil {
		text += " " + s.Object.Name
	}
	if s.Frame != nil {
		text += " " + explain.Place(s.Frame, e.where)
	}
	if s.Pick >= 0 {
		text += fmt.Sprintf(", case %d", s.Pick)
	}
	return fmt.Sprintf("%s (at %v)", text, s.Time)
}

// firstDifference returns the first line in which two texts differ, and its number.
func firstDifference(a, b []string) (number int, x, y string) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	at := func(lines []string) string {
		if n >= len(lines) {
			return "nothing more"
		}
		return lines[n]
	}
	return n + 1, at(a), at(b)
}
