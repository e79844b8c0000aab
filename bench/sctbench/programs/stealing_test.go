package programs

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestWSQ(t *testing.T)           { buggy(t); stealing(t, wsq, false) }
func TestWSQCorrect(t *testing.T)    { stealing(t, wsq, true) }
func TestIWSQ(t *testing.T)          { buggy(t); stealing(t, iwsq, false) }
func TestIWSQCorrect(t *testing.T)   { stealing(t, iwsq, true) }
func TestIWSQWS(t *testing.T)        { buggy(t); stealing(t, iwsqws, false) }
func TestIWSQWSCorrect(t *testing.T) { stealing(t, iwsqws, true) }
func TestSWSQ(t *testing.T)          { buggy(t); stealing(t, swsq, false) }
func TestSWSQCorrect(t *testing.T)   { stealing(t, swsq, true) }

// The work-stealing queues that CHESS was tried on: a queue with room for 2 from which its owner pushes and pops 4 items in all, and
// thieves that try to steal twice each. In the end each item was taken once. The originals came in these variants; the number of thieves
// is what they do without arguments, for iwsqws by analogy.
var (
	wsq    = variant{thieves: 1}
	iwsq   = variant{thieves: 1, interlocked: true}
	iwsqws = variant{thieves: 1, interlocked: true, stateful: true}
	swsq   = variant{thieves: 2, interlocked: true, stateful: true, burst: true}
)

// A variant is how a work-stealing queue is made and used.
type variant struct {
	thieves     int
	interlocked bool // ends are written by exchange, and a thief gives way to another one
	stateful    bool // threads note down where they are
	burst       bool // the owner pushes everything before it pops
}

// stealing runs an owner and thieves.
func stealing(t *testing.T, v variant, right bool) {
	const n, tries = 4, 2
	q := newQueue(v, right)
	var taken [n]cell
	var places [3]cell
	at := func(thread, place int) {
		if v.stateful {
			places[thread].Store(int64(place))
		}
	}
	take := func(item int64, ok bool) {
		if ok {
			plus(&taken[item], 1)
		}
	}
	var thieves []func()
	for thief := range v.thieves {
		thieves = append(thieves, func() {
			for range tries {
				at(1+thief, 1)
				take(q.steal())
			}
		})
	}
	wait := start(thieves...)
	own(q, n, v.burst, take, func(place int) { at(0, place) })
	wait()
	for i := range taken {
		if got := taken[i].Load(); got != 1 {
			t.Errorf("item %d was taken %d times", i, got)
		}
	}
}

// own pushes n items, and pops as often.
func own(q *queue, n int64, burst bool, take func(int64, bool), at func(place int)) {
	for i := range n {
		at(1)
		q.push(i)
		if !burst && i%2 == 1 {
			at(2)
			take(q.pop())
		}
	}
	rest := n
	if !burst {
		rest = n / 2
	}
	for range rest {
		at(3)
		take(q.pop())
	}
}

// A queue is a work-stealing queue after Leijen's, with Dijkstra's protocol for its last item: who takes one moves its end first
// and looks at the other end then. Thieves move the head tentatively, and take it back when nothing is there. So push must leave
// a slot free beyond what the head says; the bug is that it does not, and overwrites the item that a thief is about to read.
type queue struct {
	variant
	slack      int64
	lock       sync.Mutex // of thieves, and of the owner where ends may meet
	head, tail cell
	mask       cell
	items      atomic.Pointer[[]cell]
}

func newQueue(v variant, right bool) *queue {
	q := &queue{variant: v, slack: 1}
	if right {
		q.slack = 0
	}
	items := make([]cell, 2)
	q.items.Store(&items)
	q.mask.Store(1)
	return q
}

func (q *queue) slot(i int64) *cell { return &(*q.items.Load())[i&q.mask.Load()] }

// set writes an end.
func (q *queue) set(end *cell, to int64) {
	if q.interlocked {
		end.Swap(to)
	} else {
		end.Store(to)
	}
}

func (q *queue) push(item int64) {
	t := q.tail.Load()
	if t >= q.head.Load()+q.mask.Load()+q.slack {
		q.pushSlow(item)
		return
	}
	q.slot(t).Store(item)
	q.tail.Store(t + 1)
}

// pushSlow pushes where thieves are kept away, and makes room if there is none.
func (q *queue) pushSlow(item int64) {
	q.lock.Lock()
	defer q.lock.Unlock()
	head := q.head.Load()
	n := q.tail.Load() - head
	if n >= q.mask.Load() {
		more := make([]cell, 2*(q.mask.Load()+1))
		for i := range n {
			more[i].Store(q.slot(head + i).Load())
		}
		q.items.Store(&more)
		q.mask.Store(int64(len(more) - 1))
		q.head.Store(0)
		q.tail.Store(n)
	}
	t := q.tail.Load()
	q.slot(t).Store(item)
	q.tail.Store(t + 1)
}

func (q *queue) pop() (item int64, ok bool) {
	t := q.tail.Load() - 1
	q.set(&q.tail, t)
	if q.head.Load() <= t {
		return q.slot(t).Load(), true
	}
	q.tail.Store(t + 1)
	q.lock.Lock()
	defer q.lock.Unlock()
	t = q.tail.Load() - 1
	q.set(&q.tail, t)
	if q.head.Load() <= t {
		return q.slot(t).Load(), true
	}
	q.tail.Store(t + 1)
	return 0, false
}

func (q *queue) steal() (item int64, ok bool) {
	if !q.interlocked {
		q.lock.Lock()
	} else if !q.lock.TryLock() {
		return 0, false
	}
	defer q.lock.Unlock()
	h := q.head.Load()
	q.set(&q.head, h+1)
	if h < q.tail.Load() {
		return q.slot(h).Load(), true
	}
	q.head.Store(h)
	return 0, false
}
