package programs

import (
	"sync"
	"testing"
)

func TestQsortMT(t *testing.T)        { buggy(t); sortAll(t, false) }
func TestQsortMTCorrect(t *testing.T) { sortAll(t, true) }

// sortAll is qsort_mt: FreeBSD's quicksort with a pool of two threads. Who has partitioned its part gives one side to a thread that is
// idle. It says so in that thread's state before it takes that thread's lock: a thread that looks at its state just then takes
// itself for called, does not wait, and sorts what it was given the last time. The part that it was really given stays as it is.
//
// How many numbers there are, and how small a part may be to be given away, is not known of the published figures. Most numbers make the bug much easier to find: 56 and 3 here.
func sortAll(t *testing.T, right bool) {
	const threads, n, fork = 2, 56, 3
	s := &sorter{right: right, fork: fork, numbers: make([]cell, n), pool: make([]*worker, threads)}
	drawn := uint32(1)
	for i := range s.numbers {
		drawn = drawn*1103515245 + 12345 // as C's rand may
		s.numbers[i].Store(int64(drawn>>16) % n)
	}
	var run []func()
	for i := range s.pool {
		w := &worker{}
		w.called = sync.NewCond(&w.mu)
		s.pool[i] = w
		run = append(run, func() { s.serve(w) })
	}
	wait := start(run...)
	first := s.pool[0]
	first.mu.Lock()
	first.from.Store(0)
	first.to.Store(n)
	first.state.Store(working)
	plus(&s.busy, 1)
	first.called.Signal()
	first.mu.Unlock()
	wait()
	for i := 1; i < n; i++ {
		if a, b := s.numbers[i-1].Load(), s.numbers[i].Load(); a > b {
			t.Errorf("%d comes before %d", a, b)
			return
		}
	}
}

// A sorter is what the threads share.
type sorter struct {
	right   bool
	fork    int64
	numbers []cell
	pool    []*worker
	mu      sync.Mutex // of who is idle
	busy    cell
}

// A worker is a thread of the pool, and the part of the numbers that it was given.
type worker struct {
	mu       sync.Mutex
	called   *sync.Cond
	state    cell
	from, to cell
}

// States of a worker.
const (
	idle = iota
	working
	dismissed
)

// serve is a thread's life.
func (s *sorter) serve(w *worker) {
	for {
		w.mu.Lock()
		for w.state.Load() == idle {
			w.called.Wait()
		}
		w.mu.Unlock()
		if w.state.Load() == dismissed {
			return
		}
		s.sort(w.from.Load(), w.to.Load())
		if s.finish(w) {
			return
		}
	}
}

// finish makes a worker idle. The last one to become so dismisses all others, and is told that it may go itself.
func (s *sorter) finish(w *worker) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.state.Store(idle)
	if plus(&s.busy, -1) > 0 {
		return false
	}
	for _, other := range s.pool {
		if other != w {
			other.mu.Lock()
			other.state.Store(dismissed)
			other.called.Signal()
			other.mu.Unlock()
		}
	}
	return true
}

// give gives a part to an idle worker, if there is one.
func (s *sorter) give(from, to int64) bool {
	w := s.engage()
	if w == nil {
		return false
	}
	w.from.Store(from)
	w.to.Store(to)
	w.called.Signal()
	w.mu.Unlock()
	return true
}

// engage finds an idle worker, makes it a working one, and locks it.
func (s *sorter) engage() *worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.pool {
		if w.state.Load() != idle {
			continue
		}
		plus(&s.busy, 1)
		if s.right {
			w.mu.Lock()
			w.state.Store(working)
		} else {
			w.state.Store(working)
			w.mu.Lock()
		}
		return w
	}
	return nil
}

// sort sorts a part of the numbers.
func (s *sorter) sort(from, to int64) {
	for to-from > s.fork {
		middle := s.partition(from, to)
		if middle-from <= s.fork || to-middle-1 <= s.fork || !s.give(from, middle) {
			s.sort(from, middle)
		}
		from = middle + 1
	}
	for i := from + 1; i < to; i++ {
		for j := i; j > from && s.less(j, j-1); j-- {
			s.swap(j, j-1)
		}
	}
}

// partition puts smaller numbers before the middle one and larger ones behind it, and returns where it is then.
func (s *sorter) partition(from, to int64) int64 {
	s.swap(from, (from+to)/2)
	last := from
	for i := from + 1; i < to; i++ {
		if s.less(i, from) {
			last++
			s.swap(i, last)
		}
	}
	s.swap(from, last)
	return last
}

func (s *sorter) less(i, j int64) bool { return s.numbers[i].Load() < s.numbers[j].Load() }

func (s *sorter) swap(i, j int64) {
	a, b := s.numbers[i].Load(), s.numbers[j].Load()
	s.numbers[i].Store(b)
	s.numbers[j].Store(a)
}
