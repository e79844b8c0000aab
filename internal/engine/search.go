package engine

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// A search tries the schedules of one test, index by index. The finding with the lowest index wins: it does
// not depend on how many workers there are, nor on how fast they are.
type search struct {
	e     *engine
	batch batch // what all batches have in common
	until time.Time
	limit time.Duration // real time that a run may take without a step

	mu    sync.Mutex
	next  uint64 // first index that nobody was given
	end   uint64 // one past the last
	size  int    // of the next chunk
	alone bool   // runs leave something outside behind (an open port, say): each needs a process of its own
	best  *candidate
	err   error
	stats stats // of what is settled

	settled uint64             // index up to which all is tried and counted
	waiting map[uint64]stretch // what was tried beyond, by its first index
}

// A stretch is schedules that were tried one after the other. What a worker tried behind a finding does not count: a
// search with another number of workers would not have tried it.
type stretch struct {
	runs int
	done *done // nil if the worker died
}

// stats counts what was tried.
type stats struct {
	schedules  int
	steps      int64
	threads    int
	outside    bool
	classes    map[string]int // runs of each class by happens-before
	leaks      int
	leakFirst  int64 // -1 for none
	leakReason string
	leakPoints []string // batch.points of the first
}

// add counts a batch, in the order of their indexes.
func (s *stats) add(d *done, points []string) {
	s.schedules += d.Runs
	s.steps += d.Steps
	s.threads = max(s.threads, d.Threads)
	s.outside = s.outside || d.Outside
	d.hashes(func(class string, runs int) { s.classes[class] += runs })
	if d.Leaks > 0 && (s.leakFirst < 0 || d.LeakFirst < s.leakFirst) {
		s.leakFirst, s.leakReason, s.leakPoints = d.LeakFirst, d.LeakMessage, points
	}
	s.leaks += d.Leaks
	if s.leakReason == "" {
		s.leakReason = "a thread is still there for ever when the test has ended"
	}
}

// unseen estimates the chance that one more schedule shows a new class (Good–Turing): the classes seen once,
// out of all runs.
func (s *stats) unseen() float64 {
	once := 0
	for _, runs := range s.classes {
		if runs == 1 {
			once++
		}
	}
	if s.schedules == 0 {
		return 1
	}
	return float64(once) / float64(s.schedules)
}

// explore tries schedules until there is a finding, or none is left, or the time is over.
func (s *search) explore(ctx context.Context) error {
	solo := min(soloTime, time.Until(s.until))
	s.work(ctx, 0, time.Now().Add(solo))
	if s.idle() {
		s.settle()
		return s.err
	}
	var helpers sync.WaitGroup
	for slot := 1; slot < s.e.workers() && !s.stats.outside; slot++ {
		helpers.Add(1)
		go func() {
			defer helpers.Done()
			s.work(ctx, slot, s.until)
		}()
	}
	s.work(ctx, 0, s.until)
	helpers.Wait()
	s.settle()
	return s.err
}

// idle reports whether there is nothing left to hand out.
func (s *search) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done()
}

func (s *search) done() bool {
	return s.err != nil || s.best != nil || s.next >= s.end || !time.Now().Before(s.until)
}

// take hands out the next chunk of indexes; count is 0 if there is none.
func (s *search) take() (first uint64, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done() {
		return 0, 0
	}
	first = s.next
	count = int(min(uint64(s.size), s.end-s.next))
	if s.alone {
		count = 1
	}
	s.next += uint64(count)
	return first, count
}

// work has the worker of a slot try chunks until there are none, or the time is over. A helper that does not
// start (its TestMain may want something for itself alone) is done without.
func (s *search) work(ctx context.Context, slot int, until time.Time) {
	for time.Now().Before(until) {
		w, err := s.e.pool.worker(ctx, slot)
		if err != nil && slot > 0 {
			return
		}
		if err != nil {
			s.fail(err)
			return
		}
		first, count := s.take()
		if count == 0 {
			return
		}
		if err := s.chunk(ctx, w, slot, first, count); err != nil {
			s.fail(err)
			return
		}
	}
}

// chunk tries the schedules first to first+count-1.
func (s *search) chunk(ctx context.Context, w *worker, slot int, first uint64, count int) error {
	for count > 0 {
		b := s.batch
		b.first, b.count = first, count
		b.ms = max(1, time.Until(s.until).Milliseconds())
		began := time.Now()
		out, err := w.run(ctx, b, s.limit)
		if err != nil {
			return err
		}
		s.record(b, out, time.Since(began))
		found := candidateOf(b, out)
		if found != nil && found.external {
			second, err := s.again(ctx, slot, b, found)
			if err != nil {
				return err
			}
			if found = candidateOf(b, second); found == nil {
				tried := int(out.index-first) + 1
				first, count = first+uint64(tried), count-tried
				if w, err = s.e.pool.worker(ctx, slot); err != nil {
					return err
				}
				continue
			}
		}
		s.keep(found)
		switch {
		case out.done == nil:
		case s.alone && !s.e.flags.covers():
			s.e.pool.drop(slot) // TestMain's teardown may take long, and each schedule would wait for it
		case s.alone || out.done.Heap > heapLimit || out.done.Left > 0:
			s.e.pool.replace(ctx, slot)
		}
		return nil
	}
	return nil
}

// again tries once more, in a new worker, a run that a signal ended: if it was sent from outside, the test has no part
// in it. It returns the outcome of the second try.
func (s *search) again(ctx context.Context, slot int, b batch, found *candidate) (*outcome, error) {
	w, err := s.e.pool.worker(ctx, slot)
	if err != nil {
		return nil, err
	}
	b.first, b.count = found.origin.Index, 1
	out, err := w.run(ctx, b, s.limit)
	if err != nil {
		return nil, err
	}
	s.record(b, out, 0)
	if candidateOf(b, out) == nil {
		s.e.note("worker", "a worker process was ended from outside (%s); schedule %d was tried again and found nothing",
			found.message, found.origin.Index+1)
	}
	return out, nil
}

// record counts a batch and sizes the next.
func (s *search) record(b batch, out *outcome, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = map[uint64]stretch{}
	}
	s.waiting[b.first] = stretch{out.runs, out.done}
	for next, ok := s.waiting[s.settled]; ok && next.runs > 0; next, ok = s.waiting[s.settled] {
		s.count(s.settled)
		s.settled += uint64(next.runs)
	}
	s.e.progress.show(b.test.Name, s.stats.schedules)
	if out.done == nil {
		return
	}
	if out.done.Left > 0 {
		s.alone = true
	}
	if took > 0 && b.count == s.size {
		s.size = nextChunk(s.size, took)
	}
}

// count counts the stretch that begins at an index.
func (s *search) count(first uint64) {
	tried := s.waiting[first]
	delete(s.waiting, first)
	if tried.done != nil {
		s.stats.add(tried.done, s.batch.points)
	} else {
		s.stats.schedules += tried.runs
	}
}

// settle counts the rest of what was tried, but for what lies behind the finding.
func (s *search) settle() {
	for _, first := range slices.Sorted(maps.Keys(s.waiting)) {
		if s.best == nil || first <= s.best.origin.Index {
			s.count(first)
		}
	}
	if s.best != nil && s.best.uncounted {
		s.stats.schedules++
	}
}

// keep remembers a finding if it is the one with the lowest index so far.
func (s *search) keep(found *candidate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found != nil && (s.best == nil || found.origin.Index < s.best.origin.Index) {
		s.best = found
	}
}

func (s *search) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}
