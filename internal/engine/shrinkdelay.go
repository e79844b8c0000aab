package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/trace"
)

// Delays are left out as detours are. Those that are needed are made as short as can be, a whole millisecond at the least. Elsewhere, or
// behind other detours, a shorter one may do: so in the end a search goes on with a millisecond less, until it finds nothing.

// A delay of a schedule that is being made shorter: where it is, as schedule.PlanDelays has it, and how long.
type delay struct {
	where string
	ms    int64
}

// delaysOf returns the delays of a run that is known step by step.
func (e *engine) delaysOf(found *candidate, tr *trace.Trace) ([]delay, error) {
	plan, err := e.scheduleOf(found, tr).PlanDelays()
	if err != nil || plan == "" {
		return nil, err
	}
	var delays []delay
	for i, text := range strings.Split(plan, ",") {
		where := text[:strings.LastIndexByte(text, ':')]
		delays = append(delays, delay{where, tr.Delays[i].For.Milliseconds()})
	}
	return delays, nil
}

// planOf returns delays as the worker takes them.
func planOf(delays []delay) string {
	var plan []string
	for _, d := range delays {
		plan = append(plan, fmt.Sprintf("%s:%d", d.where, d.ms*time.Millisecond.Nanoseconds()))
	}
	return strings.Join(plan, ",")
}

func total(delays []delay) (ms int64) {
	for _, d := range delays {
		ms += d.ms
	}
	return ms
}

// delayedBy reports whether the run with some detours and delays breaks the same.
func (s *shrinking) delayedBy(ctx context.Context, detours []string, delays []delay) (bool, error) {
	was := s.delays
	s.delays = delays
	found, _, err := s.try(ctx, detours)
	if !found || err != nil {
		s.delays = was
	}
	return found, err
}

// minimal leaves out the delays and the detours that are not needed, makes the delays as short as can be, and returns the detours.
func (s *shrinking) minimal(ctx context.Context, detours []string) ([]string, error) {
	if _, err := minimize(s.delays, func(some []delay) (bool, error) { return s.delayedBy(ctx, detours, some) }); err != nil {
		return detours, err
	}
	least, err := minimize(detours, func(some []string) (bool, error) { return s.delayedBy(ctx, some, s.delays) })
	if err == nil {
		least, err = s.lower(ctx, least)
	}
	if err == nil {
		err = s.shorterDelays(ctx, least)
	}
	return least, err
}

// shorterDelays gives each delay the least length with which the run breaks the same. A shorter one need not be the weaker, so all are tried.
func (s *shrinking) shorterDelays(ctx context.Context, detours []string) error {
	for i := range s.delays {
		for ms := int64(1); ms < s.delays[i].ms; ms++ {
			shorter := slices.Clone(s.delays)
			shorter[i].ms = ms
			found, err := s.delayedBy(ctx, detours, shorter)
			if err != nil {
				return err
			}
			if found {
				break
			}
		}
	}
	return nil
}

// lessTries is how many schedules are tried with a millisecond less of delays.
const lessTries = 300

// lessDelayed looks for runs with less delay in all that break the same, and returns the detours of the last it found; those that it was given
// if there is none.
func (s *shrinking) lessDelayed(ctx context.Context, detours []string) ([]string, error) {
	for total(s.delays) > 1 {
		was := s.delays
		tr, err := s.searchBelow(ctx, total(was))
		if err != nil || tr == nil {
			return detours, err
		}
		other, err := s.detoursOf(ctx, tr)
		if err == nil && len(s.delays) > 0 {
			other, err = s.minimal(ctx, other)
		}
		if err != nil && !errors.Is(err, errNoTime) || len(s.delays) == 0 || total(s.delays) >= total(was) {
			s.delays = was
			return detours, err
		}
		detours = other
		if err != nil {
			return detours, err
		}
	}
	return detours, nil
}

// searchBelow draws schedules with delays of less than ms milliseconds, until one breaks the same. It returns that run, nil if there is none.
func (s *shrinking) searchBelow(ctx context.Context, ms int64) (*trace.Trace, error) {
	b := s.batch()
	b.slow, b.strategy = s.c.found.origin.Slow, s.c.batch.strategy
	b.slow.Budget = time.Duration(ms-1) * time.Millisecond
	for b.first = 1; b.first < lessTries; b.first++ {
		left := time.Until(s.until)
		if left <= 0 {
			return nil, errNoTime
		}
		b.count, b.ms = int(lessTries-b.first), max(1, left.Milliseconds())
		out, err := s.run(ctx, b)
		if err != nil {
			return nil, err
		}
		index, found := foundIn(b, out, s.c.found.kind)
		if !found {
			return nil, nil
		}
		b.first = index
		if tr, err := s.traced(ctx, b); tr != nil || err != nil {
			return tr, err
		}
	}
	return nil, nil
}

// foundIn returns the index of the run that ended a batch by a finding, or leaked first where leaks are wanted.
func foundIn(b batch, out *outcome, want string) (index uint64, found bool) {
	if c := candidateOf(b, out); c != nil {
		return c.origin.Index, true
	}
	if want == "leak" && out.done != nil && out.done.Leaks > 0 {
		return uint64(out.done.LeakFirst), true
	}
	return 0, false
}

// traced makes the first run of a batch with a step log. It returns nil if that does not break the same.
func (s *shrinking) traced(ctx context.Context, b batch) (*trace.Trace, error) {
	b.strategy, b.count, b.trace = strategyAt(b.strategy, b.first), 1, true
	out, err := s.run(ctx, b)
	if err != nil || breaks(outcomeCandidate(b, out, s.c.found.kind)) != s.want {
		return nil, err
	}
	tr, err := trace.Parse(out.log)
	if err == nil && len(tr.Delays) == 0 {
		tr = nil
	}
	return tr, err
}
