package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// Delays are left out as detours are. Those that are needed are made as short as can be, a whole millisecond at the least; and in the end
// it is tried whether a shorter one does elsewhere.

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

// fewerDelays leaves out the delays that are not needed as long as all detours are there.
func (s *shrinking) fewerDelays(ctx context.Context, detours []string) error {
	_, err := minimize(s.delays, func(some []delay) (bool, error) { return s.delayedBy(ctx, detours, some) })
	return err
}

// leastDelays makes the delays as short as can be, and returns the detours that are needed then.
func (s *shrinking) leastDelays(ctx context.Context, detours []string) ([]string, error) {
	if err := s.shorterDelays(ctx, detours); err != nil {
		return detours, err
	}
	better, err := s.otherDelay(ctx, detours)
	if !better || err != nil {
		return detours, err
	}
	return minimize(detours, func(some []string) (bool, error) { return s.delayedBy(ctx, some, s.delays) })
}

// shorterDelays gives each delay the least length with which the run breaks the same. A shorter one need not be the weaker, so all are tried.
func (s *shrinking) shorterDelays(ctx context.Context, detours []string) error {
	for i := range s.delays {
		for ms := int64(1); ms < s.delays[i].ms; ms++ {
			shorter := slices.Clone(s.delays)
			shorter[i].ms = ms
			if found, err := s.delayedBy(ctx, detours, shorter); found || err != nil {
				if err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// otherDelay looks for a single delay elsewhere in the run that is shorter than the delays so far, and makes it as short as can be.
func (s *shrinking) otherDelay(ctx context.Context, detours []string) (better bool, err error) {
	b, err := s.with(detours)
	if err != nil {
		return false, err
	}
	b.trace = true
	out, err := s.run(ctx, b)
	if err != nil {
		return false, err
	}
	tr, err := trace.Parse(out.log)
	if err != nil {
		return false, err
	}
	for _, where := range s.placesIn(tr) {
		most := total(s.delays) - 1
		if len(s.delays) > 1 {
			most++ // one is simpler than several
		}
		if most == 0 {
			break
		}
		found, err := s.delayedBy(ctx, detours, []delay{{where, most}})
		if found && err == nil {
			better, err = true, s.shorterDelays(ctx, detours)
		}
		if err != nil {
			return better, err
		}
	}
	return better, nil
}

// mostPlaces is how many other places for a delay are tried.
const mostPlaces = 500

// placesIn returns where in a run somebody could be held back, before the last delay is over: behind each step, each of the threads that are
// there.
func (s *shrinking) placesIn(tr *trace.Trace) (places []string) {
	if len(tr.Delays) == 0 {
		return nil
	}
	last := tr.Delays[len(tr.Delays)-1]
	for i, step := range tr.Steps {
		if step.Time > last.From+last.For {
			break
		}
		for _, t := range tr.Threads {
			if len(places) == mostPlaces {
				return places
			}
			one := &schedule.Schedule{Delays: []schedule.Delay{{After: i + 1, Thread: t.Name, For: time.Millisecond}}}
			for _, step := range tr.Steps[:i+1] {
				one.Steps = append(one.Steps, schedule.Step{Thread: step.Thread.Name})
			}
			if plan, err := one.PlanDelays(); err == nil {
				places = append(places, plan[:strings.LastIndexByte(plan, ':')])
			}
		}
	}
	return places
}
