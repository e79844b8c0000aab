package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Few detours are not always few preemptions: one thread may be held up in the middle of its work only because it came too early. So
// blocks of a run are moved behind later ones, as long as the run breaks the same with fewer preemptions, or with as many and fewer steps.

// mostBlocks is how many blocks a run may have for that: there are as many moves as pairs of them.
const mostBlocks = 40

// calmer returns the run with fewer preemptions that breaks the same, if there is one, or what it was given.
func (s *shrinking) calmer(ctx context.Context, least []string, tr *trace.Trace, back *candidate) (*trace.Trace, *candidate, []string, error) {
	for tr.Preemptions() > 0 && !tr.Picks() {
		detours, err := s.moved(ctx, tr, back.steps)
		if errors.Is(err, errNoTime) {
			s.whole = false
			return tr, back, least, nil
		}
		if err != nil || detours == nil {
			return tr, back, least, err
		}
		short, again, err := s.logged(ctx, detours)
		if err != nil || short == nil || !calms(short, tr) {
			return tr, back, least, err
		}
		tr, back, least = short, again, detours
	}
	return tr, back, least, nil
}

// calms reports whether a run preempts fewer threads than another one, or as many in fewer steps, and switches no more often.
func calms(short, long *trace.Trace) bool {
	p, q := short.Preemptions(), long.Preemptions()
	return short.Switches() <= long.Switches() && (p < q || p == q && len(short.Steps) < len(long.Steps))
}

// moved looks for a block of a run of so many steps that can be moved behind a later one, and returns the detours of the run that this
// makes calmer; nil if there is none.
func (s *shrinking) moved(ctx context.Context, tr *trace.Trace, steps uint64) ([]string, error) {
	blocks := blocksOf(tr)
	if len(blocks) > mostBlocks {
		return nil, nil
	}
	for i := range blocks {
		for j := i + 1; j < len(blocks); j++ {
			detours, taken, err := s.follow(ctx, slices.Concat(blocks[:i], blocks[i+1:j+1], blocks[i:i+1], blocks[j+1:]))
			if err != nil {
				return nil, err
			}
			n := preempting(detours)
			if detours != nil && (n < tr.Preemptions() || n == tr.Preemptions() && taken < steps) {
				return detours, nil
			}
		}
	}
	return nil, nil
}

// preempting counts the detours, as lines, that preempt a thread.
func preempting(detours []string) int {
	n := 0
	for _, d := range detours {
		if strings.HasSuffix(d, " 1") {
			n++
		}
	}
	return n
}
