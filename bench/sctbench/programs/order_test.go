package programs

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestAccount(t *testing.T)        { buggy(t); account(t, false) }
func TestAccountCorrect(t *testing.T) { account(t, true) }

// account: a deposit, a withdrawal, and a thread that checks the balance once both are done. What it expects
// is wrong, and so each schedule in which it comes last fails.
func account(t *testing.T, right bool) {
	const before, in, out = 1, 2, 4
	want := int64(before - in - out)
	if right {
		want = before + in - out
	}
	var mu sync.Mutex
	var balance cell
	var deposited, withdrawn atomic.Bool
	balance.Store(before)
	move := func(by int64, done *atomic.Bool) func() {
		return func() {
			mu.Lock()
			plus(&balance, by)
			done.Store(true)
			mu.Unlock()
		}
	}
	check := func() {
		mu.Lock()
		if deposited.Load() && withdrawn.Load() {
			if got := balance.Load(); got != want {
				t.Errorf("the balance is %d, want %d", got, want)
			}
		}
		mu.Unlock()
	}
	together(check, move(in, &deposited), move(-out, &withdrawn))
}

func TestLazy01(t *testing.T)        { buggy(t); lazy01(t, 3) }
func TestLazy01Correct(t *testing.T) { lazy01(t, 4) }

// lazy01: one thread adds 1, another 2, and a third claims that the sum stays below a limit.
func lazy01(t *testing.T, limit int64) {
	var mu sync.Mutex
	var data cell
	add := func(n int64) func() {
		return func() {
			mu.Lock()
			plus(&data, n)
			mu.Unlock()
		}
	}
	check := func() {
		mu.Lock()
		if sum := data.Load(); sum >= limit {
			t.Errorf("the sum is %d, want less than %d", sum, limit)
		}
		mu.Unlock()
	}
	together(add(1), add(2), check)
}

func TestTokenRing(t *testing.T)        { buggy(t); tokenRing(t, false) }
func TestTokenRingCorrect(t *testing.T) { tokenRing(t, true) }

// tokenRing: three threads, each of which makes its value from its neighbour's, and a fourth that expects them to be equal
// once all have been at work. That holds only if they are at work in the order of the ring, as the twin's are.
func tokenRing(t *testing.T, right bool) {
	var atom sync.Mutex
	var values [3]cell
	var moved [3]atomic.Bool
	values[0].Store(1)
	values[1].Store(2)
	values[2].Store(1)
	turn := [4]chan struct{}{}
	for i := range turn {
		turn[i] = make(chan struct{}, 1)
	}
	turn[0] <- struct{}{}
	await := func(i int) {
		if right {
			<-turn[i]
		}
	}
	pass := func(i, from int, by int64) func() {
		return func() {
			await(i)
			atom.Lock()
			values[i].Store((values[from].Load() + by) % 4)
			moved[i].Store(true)
			atom.Unlock()
			turn[i+1] <- struct{}{}
		}
	}
	check := func() {
		await(3)
		atom.Lock()
		if moved[0].Load() && moved[1].Load() && moved[2].Load() {
			if a, b, c := values[0].Load(), values[1].Load(), values[2].Load(); a != b || b != c {
				t.Errorf("the ring holds %d, %d and %d", a, b, c)
			}
		}
		atom.Unlock()
	}
	together(pass(0, 2, 1), pass(1, 0, 0), pass(2, 1, 0), check)
}

func TestReorder3(t *testing.T)          { buggy(t); reorder(t, 3, false) }
func TestReorder3Correct(t *testing.T)   { reorder(t, 3, true) }
func TestReorder4(t *testing.T)          { buggy(t); reorder(t, 4, false) }
func TestReorder4Correct(t *testing.T)   { reorder(t, 4, true) }
func TestReorder5(t *testing.T)          { buggy(t); reorder(t, 5, false) }
func TestReorder5Correct(t *testing.T)   { reorder(t, 5, true) }
func TestReorder10(t *testing.T)         { buggy(t); reorder(t, 10, false) }
func TestReorder10Correct(t *testing.T)  { reorder(t, 10, true) }
func TestReorder20(t *testing.T)         { buggy(t); reorder(t, 20, false) }
func TestReorder20Correct(t *testing.T)  { reorder(t, 20, true) }
func TestReorder50(t *testing.T)         { buggy(t); reorder(t, 50, false) }
func TestReorder50Correct(t *testing.T)  { reorder(t, 50, true) }
func TestReorder100(t *testing.T)        { buggy(t); reorder(t, 100, false) }
func TestReorder100Correct(t *testing.T) { reorder(t, 100, true) }

// reorder: of n threads, all but the last set a and then b, and the last one expects to see both set or neither. It fails if it runs
// between the two steps of one thread, before any other thread has taken its second step.
func reorder(t *testing.T, n int, right bool) {
	var mu sync.Mutex
	var a, b cell
	together(append(times(n-1, func() {
		if right {
			mu.Lock()
			defer mu.Unlock()
		}
		a.Store(1)
		b.Store(-1)
	}), func() {
		if right {
			mu.Lock()
			defer mu.Unlock()
		}
		neither := a.Load() == 0 && b.Load() == 0
		if !neither && !(a.Load() == 1 && b.Load() == -1) {
			t.Error("one is set and the other is not")
		}
	})...)
}

func TestTwoStage(t *testing.T)           { buggy(t); twoStage(t, 2, false) }
func TestTwoStageCorrect(t *testing.T)    { twoStage(t, 2, true) }
func TestTwoStage20(t *testing.T)         { buggy(t); twoStage(t, 20, false) }
func TestTwoStage20Correct(t *testing.T)  { twoStage(t, 20, true) }
func TestTwoStage50(t *testing.T)         { buggy(t); twoStage(t, 50, false) }
func TestTwoStage50Correct(t *testing.T)  { twoStage(t, 50, true) }
func TestTwoStage100(t *testing.T)        { buggy(t); twoStage(t, 100, false) }
func TestTwoStage100Correct(t *testing.T) { twoStage(t, 100, true) }

// twoStage: of n threads, all but the last set a first value under one lock, and then a second one that follows from it under another lock.
// The last thread reads both in the same way, and fails if it gets between the two stages of a thread before any other thread
// has done its second one. The twin's writers keep the first lock until both are set.
func twoStage(t *testing.T, n int, right bool) {
	var mu1, mu2 sync.Mutex
	var first, second cell
	write := func() {
		mu1.Lock()
		first.Store(1)
		if !right {
			mu1.Unlock()
		}
		mu2.Lock()
		second.Store(first.Load() + 1)
		mu2.Unlock()
		if right {
			mu1.Unlock()
		}
	}
	read := func() {
		mu1.Lock()
		if first.Load() == 0 {
			mu1.Unlock()
			return
		}
		one := first.Load()
		mu1.Unlock()
		mu2.Lock()
		two := second.Load()
		mu2.Unlock()
		if two != one+1 {
			t.Errorf("the first value is %d, the second %d", one, two)
		}
	}
	together(append(times(n-1, write), read)...)
}

func TestBluetooth(t *testing.T)        { buggy(t); bluetooth(t, false) }
func TestBluetoothCorrect(t *testing.T) { bluetooth(t, true) }

// bluetooth: a driver for Windows. A request looks whether the driver is about to stop, and then counts itself as pending; who stops it
// says so, and takes it apart once nothing is pending. In between, the request goes on in a driver that has stopped. The twin's
// request counts itself first.
func bluetooth(t *testing.T, right bool) {
	var atom sync.Mutex
	var pending cell
	var stopping, idle, stopped atomic.Bool
	pending.Store(1)
	count := func(by int64) int64 {
		atom.Lock()
		defer atom.Unlock()
		return plus(&pending, by)
	}
	release := func() {
		if count(-1) == 0 {
			idle.Store(true)
		}
	}
	enter := func() bool {
		if right {
			count(1)
			return !stopping.Load()
		}
		if stopping.Load() {
			return false
		}
		count(1)
		return true
	}
	wait := start(func() {
		stopping.Store(true)
		release()
		if idle.Load() {
			stopped.Store(true)
		}
	})
	if enter() && stopped.Load() {
		t.Error("a request is served by a driver that has stopped")
	}
	release()
	wait()
}
