//go:build clewinside

package runtime

import _ "unsafe" // for go:linkname

// Virtual time. Threads live on a clock of their own: it goes on by clewStepTime a
// step and, when nobody can go on, straight to the next timer. Their timers are
// kept in a heap apart, clew.timers. Threads in a testing/synctest bubble live on
// the bubble's clock, as ever.

// clewStepTime is the virtual duration of a step, and of a look at the clock, in
// nanoseconds.
const clewStepTime = 1000

// After the test has returned, the clock goes on by at most clewAfterTime
// nanoseconds: enough for what winds down, and an end to what ticks for ever.
const clewAfterTime = 10_000_000_000

func clewClockBegin(wall int64) {
	if clew.start == 0 {
		clew.start = clewClockStart()
	}
	clew.now, clew.wall = clew.start, wall
	for i := range clew.timers.heap {
		t := clew.timers.heap[i].timer
		t.state = 0
		t.astate.Store(0)
		t.ts = nil
		t.when, t.clewAlarm = 0, 0
		if t.period > 0 { // a ticker of the package's: it goes on in the next run
			t.when = clew.start + t.period
		}
		clew.timers.heap[i] = timerWhen{}
	}
	clew.timers.heap = clew.timers.heap[:0]
	clew.timers.len.Store(0)
	clew.timers.zombies.Store(0)
	clew.timers.minWhenHeap.Store(0)
	clew.timers.minWhenModified.Store(0)
}

// clewOrigin is the time on the monotonic clock from which package time counts.
var clewOrigin int64

//go:linkname clewClockOrigin time.clewClockOrigin
func clewClockOrigin(start int64) { clewOrigin = start }

// clewClockStart returns the time at which runs begin on the monotonic clock. It lies behind all that was read from it before the first
// run, and is, as programs see it, the same in all processes that take less than ten seconds to get there.
func clewClockStart() int64 {
	const step = 10_000_000_000
	return clewOrigin + (nanotime()-clewOrigin)/step*step + step
}

// clewVirtual reports whether the caller lives on the virtual clock.
func clewVirtual() bool {
	if !clew.on || !clewControlled() {
		return false
	}
	gp := getg()
	if gp == gp.m.g0 && gp.m.curg != nil {
		gp = gp.m.curg
	}
	return gp.bubble == nil
}

// clewNanotime is nanotime for whoever may be a thread.
func clewNanotime() int64 {
	if clewVirtual() {
		return clew.now
	}
	return nanotime()
}

// clewDeadline is called before the deadline of a file or connection is set: its timers go by the caller's clock, unless one
// is running. It is left nanoseconds away.
func clewDeadline(pd *pollDesc, left int64) {
	by := clewTimerOwner()
	for _, t := range [...]*timer{&pd.rt, &pd.wt} {
		if t.astate.Load()&timerHeaped == 0 {
			t.clewBy = by
		}
		if left > 0 {
			clewAlarmSet(t, clew.now+left)
		}
	}
}

// clewRealTime is the real clock, for whoever it may be.
//
//go:linkname clewRealTime testing.clewRealTime
func clewRealTime() int64 { return nanotime() }

// clewLook is a thread's look at the clock, which takes time: a loop that waits for
// the clock to move on comes to an end. What a library does once in a process takes none.
func clewLook() int64 {
	if gp := getg(); gp != gp.m.g0 && !gp.clew.hushed {
		if clew.slows {
			clewLookLate()
		}
		clew.now += clewStepTime
	}
	clewRoundLost()
	return clew.now
}

func clewWallNow() (sec int64, nsec int32, mono int64) {
	mono = clewLook()
	w := clew.wall + (mono - clew.start)
	return w / 1_000_000_000, int32(w % 1_000_000_000), mono
}

// clewTimerOwner returns the number of the thread that makes a timer, 0 when the
// timer is to run on the real clock.
func clewTimerOwner() uint32 {
	if !clewVirtual() {
		return 0
	}
	if t := getg().m.curg; t != nil && t.clew != nil {
		return t.clew.id
	}
	return 1
}

// clewRearm is called when the timer t is reset to go off at when, by the caller's clock.
// It returns that time by the timer's clock. A timer that was made before the run becomes
// virtual, unless it is pending on the real clock.
func clewRearm(t *timer, when int64) int64 {
	switch {
	case t.isFake || !clewVirtual():
	case t.clewBy != 0:
		t.clewBy = clewTimerOwner()
	case t.astate.Load()&timerHeaped == 0:
		t.clewBy = clewTimerOwner()
	default:
		when += nanotime() - clew.now
	}
	clewAlarmSet(t, when)
	return when
}

// clewTimerNow is the time on the clock of the timer t.
func clewTimerNow(t *timer) int64 {
	if t.clewBy != 0 {
		return clew.now
	}
	return nanotime()
}

// clewTimerSet returns the heap for the timer t, which is about to be added to it. A timer
// that was made before the run, and that a thread now waits for, becomes virtual.
func clewTimerSet(t *timer, mp *m) *timers {
	if t.clewBy == 0 && clewVirtual() {
		t.clewBy = clewTimerOwner()
		if left := t.when - nanotime(); t.period > 0 {
			t.when = clew.now + t.period
		} else {
			t.when = clew.now + max(0, left)
		}
	}
	if t.clewBy != 0 {
		return &clew.timers
	}
	return &mp.p.ptr().timers
}

// clewFire fires the timers that are due.
//
//go:systemstack
func clewFire() {
	was := clew.dispatch
	clew.dispatch.set(getg().m)
	clew.timers.check(clew.now, nil)
	clew.dispatch = was
}

// clewFiring marks that the scheduler's stack fires timers of a synctest bubble.
func clewFiring(on bool) {
	if !clew.on {
		return
	}
	clew.dispatch = 0
	if on {
		clew.firedBy = 0
		clew.dispatch.set(getg().m)
	}
}

// clewAdvance lets the clock go on to the next timer and fires it, or to the end of a delay. It reports whether
// there was one to wait for.
//
//go:systemstack
func clewAdvance() bool {
	when := clew.timers.wakeTime()
	if until := clewFirstHeld(); until != 0 && (when == 0 || until < when) {
		clew.now = max(clew.now, until)
		clew.rests++
		clewLetGo(clew.now)
		return true
	}
	if when == 0 {
		return false
	}
	if clew.mainDone && when-clew.doneTime > clewAfterTime {
		return false
	}
	if when > clew.now {
		if clew.slows {
			clewSlow.delays.Timer(when - clew.now)
		}
		clew.now = when
	}
	clew.idles++
	clew.rests++
	clewFire()
	return true
}

// clewSleep is called before a thread sleeps.
func clewSleep(pc uintptr) {
	if t := clewSelf(); t != nil && clewLoud(pc) {
		clewPoint(t, OpSleep, nil, pc)
	}
}
