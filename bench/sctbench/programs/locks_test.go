package programs

import (
	"sync"
	"testing"
)

func TestDeadlock01(t *testing.T)        { buggy(t); deadlock01(false) }
func TestDeadlock01Correct(t *testing.T) { deadlock01(true) }

// deadlock01: two threads take two locks, each in its own order; the twin's agree on one.
func deadlock01(right bool) {
	var a, b sync.Mutex
	var counter cell
	count := func(first, second *sync.Mutex, by int64) func() {
		return func() {
			first.Lock()
			second.Lock()
			plus(&counter, by)
			second.Unlock()
			first.Unlock()
		}
	}
	if right {
		together(count(&a, &b, 1), count(&a, &b, -1))
	} else {
		together(count(&a, &b, 1), count(&b, &a, -1))
	}
}

func TestCarter01(t *testing.T)        { buggy(t); carter01(false) }
func TestCarter01Correct(t *testing.T) { carter01(true) }

// carter01: two classes of visitors share a room that only one class may be in. The first of a class takes the room, the last one
// leaves it, and the lock of the counts is held while a class waits for the room: who is inside cannot leave then. Two more
// threads do nothing. In the twin each class has its own lock for its count.
func carter01(right bool) {
	var room, common, own sync.Mutex
	visit := func(counting *sync.Mutex) func() {
		var inside cell
		return func() {
			counting.Lock()
			if plus(&inside, 1) == 1 {
				room.Lock()
			}
			counting.Unlock()
			counting.Lock()
			if plus(&inside, -1) == 0 {
				room.Unlock()
			}
			counting.Unlock()
		}
	}
	second := &common
	if right {
		second = &own
	}
	idle := func() {}
	together(visit(&common), visit(second), idle, idle)
}

func TestPhase01(t *testing.T)        { buggy(t); phase01(false) }
func TestPhase01Correct(t *testing.T) { phase01(true) }

// phase01: two threads take and give back two locks twice each, one after the other, and forget to give the first one back the
// second time. Every schedule is a deadlock.
func phase01(right bool) {
	var x, y sync.Mutex
	together(times(2, func() {
		x.Lock()
		x.Unlock() //lint:ignore SA2001 the program is nothing but locks
		x.Lock()
		if right {
			x.Unlock()
		}
		y.Lock()
		y.Unlock() //lint:ignore SA2001 the program is nothing but locks
		y.Lock()
		y.Unlock() //lint:ignore SA2001 the program is nothing but locks
	})...)
}

func TestWrongLock(t *testing.T)         { buggy(t); wronglock(t, 7, false) }
func TestWrongLockCorrect(t *testing.T)  { wronglock(t, 7, true) }
func TestWrongLock3(t *testing.T)        { buggy(t); wronglock(t, 3, false) }
func TestWrongLock3Correct(t *testing.T) { wronglock(t, 3, true) }

// wronglock: one thread increments a value under its lock, and n others under another lock.
func wronglock(t *testing.T, n int, right bool) {
	var mine, other sync.Mutex
	var value cell
	theirs := &other
	if right {
		theirs = &mine
	}
	check := func() {
		mine.Lock()
		before := value.Load()
		plus(&value, 1)
		if after := value.Load(); after != before+1 {
			t.Errorf("%d and 1 makes %d", before, after)
		}
		mine.Unlock()
	}
	disturb := func() {
		theirs.Lock()
		plus(&value, 1)
		theirs.Unlock()
	}
	together(append([]func(){check}, times(n, disturb)...)...)
}

func TestDinPhil2(t *testing.T)        { buggy(t); dinPhil(t, 2, false) }
func TestDinPhil2Correct(t *testing.T) { dinPhil(t, 2, true) }
func TestDinPhil3(t *testing.T)        { buggy(t); dinPhil(t, 3, false) }
func TestDinPhil3Correct(t *testing.T) { dinPhil(t, 3, true) }
func TestDinPhil4(t *testing.T)        { buggy(t); dinPhil(t, 4, false) }
func TestDinPhil4Correct(t *testing.T) { dinPhil(t, 4, true) }
func TestDinPhil5(t *testing.T)        { buggy(t); dinPhil(t, 5, false) }
func TestDinPhil5Correct(t *testing.T) { dinPhil(t, 5, true) }
func TestDinPhil6(t *testing.T)        { buggy(t); dinPhil(t, 6, false) }
func TestDinPhil6Correct(t *testing.T) { dinPhil(t, 6, true) }
func TestDinPhil7(t *testing.T)        { buggy(t); dinPhil(t, 7, false) }
func TestDinPhil7Correct(t *testing.T) { dinPhil(t, 7, true) }

// dinPhil: n philosophers eat with two forks each, taken and put back in one atomic block, and then count themselves. The claim that
// fails is that not all of them get to see that they are n, which takes a schedule in which no count is lost. The twin counts
// atomically, and claims that they are n in the end.
func dinPhil(t *testing.T, n int, right bool) {
	var atom sync.Mutex
	forks := make([]sync.Mutex, n)
	var fed cell
	var philosophers []func()
	for i := range n {
		philosophers = append(philosophers, func() {
			own, next := &forks[i], &forks[(i+1)%n]
			atom.Lock()
			next.Lock()
			own.Lock()
			own.Unlock() //lint:ignore SA2001 eating is of no interest
			next.Unlock()
			atom.Unlock()
			if right {
				fed.Add(1)
				return
			}
			plus(&fed, 1)
			if fed.Load() == int64(n) {
				t.Error("all philosophers have eaten")
			}
		})
	}
	together(philosophers...)
	if right && fed.Load() != int64(n) {
		t.Errorf("%d of %d philosophers have eaten", fed.Load(), n)
	}
}
