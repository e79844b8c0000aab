package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A schedule that was found by lot switches between threads for no reason most of the time. Shrinking takes these switches
// out: the schedule is written down as the plain order and its detours (see strategy.Detours), and the detours are left out, many at
// a time and in the end one at a time, as long as the run breaks the same. What is left is needed, each of it.

// shrinkTime is how much real time shrinking may take.
const shrinkTime = 2 * time.Second

// errNoTime says that it is over.
var errNoTime = errors.New("no time left to shrink the schedule")

// A shrinking makes a finding's schedule shorter.
type shrinking struct {
	c      *confirmation
	want   string // what the run breaks, see breaks
	until  time.Time
	worker *worker // nil if there is none, or its last run has ended it
	whole  bool    // there was time for all of it
	delays []delay // that go with the detours
}

// shrink returns the run with as few detours as break the same, or the one that it was given.
func (c *confirmation) shrink(ctx context.Context, tr *trace.Trace, back *candidate) (*trace.Trace, *candidate, error) {
	if c.found.saved != "" || c.found.hung || c.found.cut || c.found.kind == "livelock" || c.found.outside || len(tr.Threads) == 1 && !tr.Picks() && len(tr.Delays) == 0 {
		return tr, back, nil
	}
	s := &shrinking{c: c, want: breaks(back), until: time.Now().Add(shrinkTime), whole: true}
	defer s.end()
	detours, err := s.detoursOf(ctx, tr)
	if err != nil || len(detours)+len(s.delays) == 0 {
		return tr, back, err
	}
	least, err := s.minimal(ctx, detours)
	if err == nil {
		least, err = s.lessDelayed(ctx, least)
	}
	if errors.Is(err, errNoTime) {
		s.whole, err = false, nil
	}
	if err != nil {
		return tr, back, err
	}
	short, again, err := s.logged(ctx, least)
	if err == nil && short != nil && len(s.delays) == 0 && len(least) > fewDetours && !tr.Picks() {
		short, again, least, err = s.merged(ctx, least, short, again)
	}
	if err == nil && short != nil {
		short, again, least, err = s.calmer(ctx, least, short, again)
	}
	if err == nil && short != nil && len(least) > 1 {
		short, again, err = s.fewest(ctx, least, short, again)
	}
	if err != nil || short == nil || short.Switches() > tr.Switches() && short.Delayed() >= tr.Delayed() {
		return tr, back, err
	}
	f := &c.finding
	f.FromSteps, f.FromSwitches, f.FromPreempts, f.Shortest = len(tr.Steps), tr.Switches(), tr.Preemptions(), s.whole
	return short, again, nil
}

// detoursOf returns the detours of a run that is known step by step, in their order: lines for the worker.
func (s *shrinking) detoursOf(ctx context.Context, tr *trace.Trace) ([]string, error) {
	e := s.c.e
	plan, err := e.writePlan(e.scheduleOf(s.c.found, tr))
	if err != nil || plan == "" {
		return nil, err
	}
	b := s.batch()
	b.replay, b.noted = plan, true
	if s.delays, err = e.delaysOf(s.c.found, tr); err != nil {
		return nil, err
	}
	b.delays = planOf(s.delays)
	out, err := s.run(ctx, b)
	if err != nil || breaks(outcomeCandidate(b, out, s.c.found.kind)) != s.want {
		return nil, err // it will be told as one that does not repeat
	}
	return takenIn(out.log), nil
}

// A way is a run with some detours, and the detours that could be taken behind the last of them.
type way struct {
	detours, more []string
}

// fewest returns the run with fewer detours yet that breaks the same, if there is one.
func (s *shrinking) fewest(ctx context.Context, least []string, tr *trace.Trace, back *candidate) (*trace.Trace, *candidate, error) {
	few, err := s.fewer(ctx, least)
	if errors.Is(err, errNoTime) || err == nil && len(few) == len(least) {
		return tr, back, nil
	}
	if err != nil {
		return tr, back, err
	}
	short, again, err := s.logged(ctx, few)
	if err != nil || short == nil || short.Switches() > tr.Switches() || short.Preemptions() > tr.Preemptions() {
		return tr, back, err
	}
	return short, again, nil
}

// fewer looks for fewer detours that break the same, in all runs with one detour, then with two.
func (s *shrinking) fewer(ctx context.Context, least []string) ([]string, error) {
	_, plain, err := s.try(ctx, nil)
	ways := []way{plain}
	for n := 1; n < len(least) && n <= fewDetours && err == nil; n++ {
		var longer []way
		for _, w := range ways {
			for _, next := range w.more {
				found, longerWay, err := s.try(ctx, slices.Concat(w.detours, []string{next}))
				if err != nil {
					return least, err
				}
				if found {
					return longerWay.detours, nil
				}
				longer = append(longer, longerWay)
			}
		}
		ways = longer
	}
	return least, err
}

// fewDetours is how many detours are tried in all their combinations.
const fewDetours = 2

// try makes the run that takes some detours. It reports whether that breaks the same, and what else could be taken.
func (s *shrinking) try(ctx context.Context, detours []string) (bool, way, error) {
	w := way{detours: detours}
	if time.Now().After(s.until) {
		return false, w, errNoTime
	}
	b, err := s.with(detours)
	if err != nil {
		return false, w, err
	}
	out, err := s.run(ctx, b)
	if err != nil {
		return false, w, err
	}
	taken := 0
	for line := range strings.Lines(string(out.log)) {
		kind, detour, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case kind == "d":
			taken, w.more = taken+1, nil
		case kind == "a":
			w.more = append(w.more, detour)
		}
	}
	if taken < len(detours) {
		w.more = nil // one came to nothing, so this is another way
	}
	return breaks(outcomeCandidate(b, out, s.c.found.kind)) == s.want, w, nil
}

// A stepBlock is steps of a thread in a row.
type stepBlock struct {
	thread string
	steps  int
}

// blocksOf returns the blocks of a run.
func blocksOf(tr *trace.Trace) []stepBlock {
	var blocks []stepBlock
	for _, step := range tr.Steps {
		if n := len(blocks); n > 0 && blocks[n-1].thread == step.Thread.Name {
			blocks[n-1].steps++
		} else {
			blocks = append(blocks, stepBlock{step.Thread.Name, 1})
		}
	}
	return blocks
}

// merged brings blocks of a thread together, as long as the run breaks the same with fewer switches (Jalbert and Sen: A Trace
// Simplification Technique for Effective Debugging of Concurrent Programs, FSE 2010). It is for schedules whose detours are all
// needed as long as the others are there.
func (s *shrinking) merged(ctx context.Context, detours []string, tr *trace.Trace, back *candidate) (*trace.Trace, *candidate, []string, error) {
	for {
		short, again, fewer, err := s.merge(ctx, detours, tr, back)
		if errors.Is(err, errNoTime) {
			s.whole = false
			return tr, back, detours, nil
		}
		if err != nil || short == tr {
			return tr, back, detours, err
		}
		tr, back, detours = short, again, fewer
	}
}

// merge looks for a block that can be brought together with an earlier one. It returns what it was given if there is none.
func (s *shrinking) merge(ctx context.Context, detours []string, tr *trace.Trace, back *candidate) (*trace.Trace, *candidate, []string, error) {
	blocks := blocksOf(tr)
	for i := range blocks {
		for j := i + 2; j < len(blocks); j++ {
			if blocks[j].thread != blocks[i].thread {
				continue
			}
			other := slices.Concat(blocks[:j], blocks[j+1:])
			other[i].steps += blocks[j].steps
			fewer, _, err := s.follow(ctx, other)
			if err != nil {
				return tr, back, detours, err
			}
			if fewer == nil {
				continue
			}
			short, again, err := s.logged(ctx, fewer)
			if err != nil || short != nil && short.Switches() < tr.Switches() {
				return short, again, fewer, err
			}
		}
	}
	return tr, back, detours, nil
}

// follow makes a run of blocks and returns its detours, nil if it does not break the same, and its steps.
func (s *shrinking) follow(ctx context.Context, blocks []stepBlock) ([]string, uint64, error) {
	if time.Now().After(s.until) {
		return nil, 0, errNoTime
	}
	var text strings.Builder
	for _, b := range blocks {
		key, err := schedule.Key(b.thread)
		if err != nil {
			return nil, 0, err
		}
		fmt.Fprintf(&text, "%d %d\n", int64(key), b.steps)
	}
	b := s.batch()
	var err error
	if b.blocks, err = s.write("blocks", text.String()); err != nil {
		return nil, 0, err
	}
	out, err := s.run(ctx, b)
	if err != nil || breaks(outcomeCandidate(b, out, s.c.found.kind)) != s.want {
		return nil, 0, err
	}
	return takenIn(out.log), out.steps, nil
}

// takenIn returns the detours that a log notes.
func takenIn(log []byte) []string {
	lines := []string{}
	for line := range strings.Lines(string(log)) {
		if detour, ok := strings.CutPrefix(strings.TrimSpace(line), "d "); ok {
			lines = append(lines, detour)
		}
	}
	return lines
}

// batch is that of the finding, for one run.
func (s *shrinking) batch() batch {
	b := s.c.batch
	b.first, b.count, b.trace, b.frozen = s.c.found.origin.Index, 1, false, frozen(s.c.found.origin)
	b.slow = schedule.Slow{} // those of the lot are known by now
	return b
}

// with is the batch for the run that takes some detours.
func (s *shrinking) with(detours []string) (batch, error) {
	b := s.batch()
	var err error
	b.delays = planOf(s.delays)
	b.detours, err = s.write("detours", strings.Join(detours, "\n"))
	return b, err
}

// write writes a file for the worker, in place of the last one of the name, and returns its path.
func (s *shrinking) write(name, text string) (string, error) {
	path := filepath.Join(s.c.e.temp, fmt.Sprintf("%s-%p", name, s))
	return path, os.WriteFile(path, []byte(text), 0o666)
}

// logged makes the run that takes the detours once more, in a process of its own and with a step log. It returns nil if that
// does not break the same.
func (s *shrinking) logged(ctx context.Context, detours []string) (*trace.Trace, *candidate, error) {
	b, err := s.with(detours)
	if err != nil {
		return nil, nil, err
	}
	b.trace = true
	out, err := s.c.e.fresh(ctx, b)
	if err != nil {
		return nil, nil, err
	}
	again := outcomeCandidate(b, out, s.c.found.kind)
	if breaks(again) != s.want || !s.c.found.same(again) {
		return nil, nil, nil
	}
	tr, err := trace.Parse(out.log)
	return tr, again, err
}

// run makes a run in the worker that shrinking has for itself.
func (s *shrinking) run(ctx context.Context, b batch) (*outcome, error) {
	if s.worker == nil {
		w, err := s.c.e.pool.start(ctx, false, true)
		if err != nil {
			return nil, err
		}
		s.worker = w
	}
	out, err := s.worker.run(ctx, b, hangLimit(b))
	if err != nil || out.death != nil || out.done.Left > 0 {
		s.end()
	}
	return out, err
}

func (s *shrinking) end() {
	if s.worker != nil {
		s.worker.kill()
		s.worker = nil
	}
}

// failedAt finds the first line that a test logged, which says where it is.
var failedAt = regexp.MustCompile(`(?m)^\s+(\S+\.go:\d+): `)

// breaks names what a run breaks, closely enough that a shorter schedule is not one of another bug.
func breaks(c *candidate) string {
	switch {
	case c == nil:
		return ""
	case c.kind == "panic" || c.kind == "fatal":
		return c.kind + " " + c.message
	case c.kind == "race":
		races := slices.Sorted(slices.Values(c.races))
		return c.kind + " " + strings.Join(races, " ")
	case c.kind == "failure":
		at := ""
		if m := failedAt.FindStringSubmatch(c.output); m != nil {
			at = m[1]
		}
		return c.kind + " " + c.message + " " + at
	}
	return c.kind
}

// minimize leaves parts of a list out, as long as what is left breaks, until each part is needed. An error of breaks ends it
// with what is left by then. It is Zeller's and Hildebrandt's delta debugging (TSE 2002), from the end.
func minimize[T any](list []T, breaks func([]T) (bool, error)) ([]T, error) {
	for size := (len(list) + 1) / 2; size > 0; {
		shorter := false
		for end := len(list); end > 0; {
			from := max(0, end-size)
			rest := slices.Concat(list[:from], list[end:])
			ok, err := breaks(rest)
			if err != nil {
				return list, err
			}
			if ok {
				list, shorter = rest, true
			}
			end = from
		}
		switch {
		case size > 1:
			size = min(size/2, max(1, len(list)/2))
		case !shorter:
			return list, nil
		}
	}
	return list, nil
}
