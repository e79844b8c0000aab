package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A share is tests whose schedules are searched side by side, and which share their time.
//
// Each lane has a worker. It takes the next test that was not searched yet, in order, and gives it the time of -time. When
// there is none left it helps with the tests that others are at.
//
// A test rests if it showed nothing new for quietRuns schedules and has no time to try all of them: what is left of its time
// goes into a pot. From there the tests that are not over, be it that they rest or that their time was not enough, get one
// turn after another. The next turn is for the one that is likeliest to show something new, by what it has shown so far. So no
// test takes time from others that reveal more, all of them together take no longer than -time for each, and a test that rests
// loses nothing when nobody else has use for its time.
//
// Tests are printed in their order, whenever they are over.
type share struct {
	e     *engine
	lanes int
	tests []*testRun

	mu     sync.Mutex
	fresh  []*testRun        // not searched yet
	rested []*testRun        // not over
	busy   []*testRun        // with a lane each
	over   map[*testRun]bool // whether there is anything to tell of them
	shown  int               // tests that are printed
	pot    time.Duration     // time that nobody has used yet
	err    error
}

func (e *engine) newShare(tests []*testRun, lanes int) *share {
	return &share{e: e, lanes: lanes, tests: tests, fresh: slices.Clone(tests), over: map[*testRun]bool{}}
}

// run searches all tests, concludes and prints them. Given an error, it only concludes them.
func (h *share) run(ctx context.Context, err error) error {
	if h.err = err; err == nil && len(h.tests) > 0 {
		h.runLanes(ctx)
	}
	for _, t := range h.tests {
		if _, over := h.over[t]; !over { // an error came first
			h.conclude(ctx, t, h.err)
		}
	}
	return h.err
}

// runLanes starts the lanes, the first at once, and waits for their ends.
func (h *share) runLanes(ctx context.Context) {
	var all sync.WaitGroup
	done := make(chan struct{})
	for slot := 1; slot < h.lanes; slot++ {
		all.Go(func() {
			select {
			case <-time.After(soloTime):
				h.lane(ctx, slot)
			case <-done:
			}
		})
	}
	h.lane(ctx, 0)
	close(done)
	all.Wait()
}

// lane has the worker of a slot search until there is nothing left to do. A worker that does not start, but for the first, is
// done without.
func (h *share) lane(ctx context.Context, slot int) {
	for slot == 0 || h.wait(slot) && h.e.pool.ready(ctx, slot) == nil {
		if t, budget, first := h.next(); t != nil {
			h.turn(ctx, slot, t, budget, first)
		} else if !h.help(ctx, slot) {
			return
		}
	}
}

// wait waits until there is a core for the worker of a slot: other packages may be tested, too. It reports whether there is still
// something to do then.
func (h *share) wait(slot int) bool {
	for {
		h.mu.Lock()
		over := h.err != nil || len(h.fresh)+len(h.rested)+len(h.busy) == 0
		h.mu.Unlock()
		if over || slot < h.e.workers() {
			return !over
		}
		time.Sleep(progressEvery)
	}
}

// next hands out a test and the time for it; no test if there is none now.
func (h *share) next() (t *testRun, budget time.Duration, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.err != nil:
		return nil, 0, false
	case len(h.fresh) > 0:
		t, h.fresh = h.fresh[0], h.fresh[1:]
		budget, first = t.allowance(), true
	case len(h.rested) > 0 && (h.pot > 0 || len(h.busy) == 0):
		at := likeliest(h.rested)
		t = h.rested[at]
		h.rested = slices.Delete(h.rested, at, at+1)
		budget = min(h.pot, max(t.options.Time/turnPart, time.Millisecond))
		h.pot -= budget
	default:
		return nil, 0, false
	}
	h.busy = append(h.busy, t)
	return t, budget, first
}

// likeliest returns which of the tests is likeliest to show something new.
func likeliest(tests []*testRun) (at int) {
	most := -1.0
	for i, t := range tests {
		if chance, _ := t.unseen(); chance > most {
			at, most = i, chance
		}
	}
	return at
}

// turn searches a test for a while, and concludes it if it is over or will get no more time.
func (h *share) turn(ctx context.Context, slot int, t *testRun, budget time.Duration, first bool) {
	t.slot = slot
	began := time.Now()
	left, err := t.seek(ctx, budget, first && len(h.tests) > 1)
	t.timed(began)
	over := err != nil || t.over()
	h.mu.Lock()
	if !over || !first {
		h.pot += left
	}
	if over = over || !first && budget == 0; !over {
		h.rested = append(h.rested, t)
		h.leave(t)
	}
	h.mu.Unlock()
	if over {
		h.conclude(ctx, t, err)
	}
}

// leave takes a test out of those that have a lane.
func (h *share) leave(t *testRun) {
	h.busy = slices.DeleteFunc(h.busy, func(other *testRun) bool { return other == t })
}

// conclude ends a test, and prints it once all before it are.
func (h *share) conclude(ctx context.Context, t *testRun, err error) {
	worth, err := t.finish(ctx, err)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(t)
	h.over[t] = worth
	if h.err == nil {
		h.err = err
	}
	for ; h.shown < len(h.tests); h.shown++ {
		worth, over := h.over[h.tests[h.shown]]
		if !over {
			return
		}
		if worth {
			h.tests[h.shown].print()
		}
	}
}

// help has the worker of a slot help with the test that has the fewest at work, and returns when that rests or is over. It
// reports whether others are at work still.
func (h *share) help(ctx context.Context, slot int) bool {
	h.mu.Lock()
	var least *search
	for _, t := range h.busy {
		if s := t.search.Load(); s != nil && s.joinable() && (least == nil || s.crowd.Load() < least.crowd.Load()) {
			least = s
		}
	}
	others := len(h.busy) > 0
	h.mu.Unlock()
	if least != nil {
		least.help(ctx, slot)
	} else if others {
		time.Sleep(time.Millisecond) // they are about to confirm what they found
	}
	return others
}
