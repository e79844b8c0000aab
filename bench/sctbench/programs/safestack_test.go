package programs

import (
	"sync"
	"testing"
)

func TestSafeStack(t *testing.T)        { buggy(t); takeTurns(t, newSafeStack()) }
func TestSafeStackCorrect(t *testing.T) { takeTurns(t, &lockedStack{free: []int64{0, 1, 2}}) }

// A pool hands out three slots, and takes them back.
type pool interface {
	pop() int64 // -1 if there is none to have
	push(slot int64)
}

// takeTurns has three threads take a slot twice each, write their number into it, and put it back. A thread that
// finds another one's number shares its slot.
func takeTurns(t *testing.T, p pool) {
	var owner [3]cell
	var threads []func()
	for id := range int64(3) {
		threads = append(threads, func() {
			for range 2 {
				slot := p.pop()
				if slot < 0 {
					continue
				}
				owner[slot].Store(id)
				if got := owner[slot].Load(); got != id {
					t.Errorf("slot %d belongs to threads %d and %d", slot, id, got)
				}
				p.push(slot)
			}
		})
	}
	together(threads...)
}

// A safeStack is Vyukov's stack without locks, a riddle that he gave to checkers: it takes three threads and five preemptions, at the right
// places, until two threads hold the same slot. Pop marks the top as taken, by an exchange of its link, before it moves the head.
// A pop that cannot get a slot gives up after five tries; Vyukov's goes on for ever.
type safeStack struct {
	head, count cell
	next        [3]cell
}

func newSafeStack() *safeStack {
	s := &safeStack{}
	s.count.Store(3)
	for i := range s.next {
		s.next[i].Store(int64(i + 1))
	}
	s.next[2].Store(-1)
	return s
}

func (s *safeStack) pop() int64 {
	for range 5 {
		if s.count.Load() <= 1 {
			continue
		}
		top := s.head.Load()
		below := s.next[top].Swap(-1)
		if below < 0 {
			continue
		}
		if s.head.CompareAndSwap(top, below) {
			s.count.Add(-1)
			return top
		}
		s.next[top].Swap(below)
	}
	return -1
}

func (s *safeStack) push(slot int64) {
	for {
		top := s.head.Load()
		s.next[slot].Store(top)
		if s.head.CompareAndSwap(top, slot) {
			break
		}
	}
	s.count.Add(1)
}

// A lockedStack is what a safeStack wants to be.
type lockedStack struct {
	mu   sync.Mutex
	free []int64
}

func (s *lockedStack) pop() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) <= 1 {
		return -1
	}
	slot := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return slot
}

func (s *lockedStack) push(slot int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, slot)
}
