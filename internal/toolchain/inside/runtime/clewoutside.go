//go:build clewinside

package runtime

import (
	"internal/stringslite"
	"unsafe"
)

// What is outside: the run waits for it in real time.

// clewAwait waits, in real time, for something outside to happen: for threads to come back
// from there, or for strangers to do something. Time that passes meanwhile passes for the
// threads, too. When nothing happens for a while the clock goes on to the next timer, but
// not while a system call, a child process or a stranger is at work: these take the time they need.
// When that does not help either, the run is over.
func clewAwait() (t *clewThread, verdict int) {
	if clewMayCollect() {
		clewCollect()
		over := false
		systemstack(func() { t, over = clewNext() })
		if t != nil || over {
			return t, clew.verdict
		}
	}
	if clewRealTimer() {
		clew.touched = true
	}
	since, pause := nanotime(), int64(20_000)
	for {
		if clew.inboxAny.Load() {
			clewDrain()
		}
		waited := nanotime() - since
		if clew.n+clew.gated > 0 {
			if waited > clewJitter {
				clew.now += waited
			}
			return clewChoose(), 0
		}
		working := clew.incalls > 0 || clew.paced || clewStrangersWork()
		busy := working || clew.noutside > 0 || clewStrangersRun()
		if next := clew.timers.wakeTime(); next != 0 {
			left := next - clew.now
			if busy && !working {
				left = min(left, clewPatience)
			}
			moved := false
			if !busy || waited > left {
				systemstack(func() { moved = clewAdvance() })
			}
			if moved {
				since = nanotime()
				continue
			}
		}
		switch {
		case clew.mainDone && waited > clewShortPatience:
			if busy {
				return nil, clewOK
			}
			return nil, clewStuck()
		case clew.noutside == 0 && clew.timers.wakeTime() == 0 && !clewRealTimer() && waited > clewStrangersPatience():
			return nil, clewStuck()
		case waited > clewLongPatience, clewWallSpent():
			return nil, clewTooLong
		}
		timeSleep(pause)
		pause = min(2*pause, 1_000_000)
	}
}

// How long the outside world is given, in nanoseconds of real time.
const (
	clewJitter           = 5_000_000      // below which a wait takes no virtual time
	clewPatience         = 1_000_000_000  // before the clock goes on to the next timer
	clewShortPatience    = 5_000_000      // when the test has returned
	clewStrangerPatience = 1_000_000_000  // when all threads and all strangers wait
	clewServerPatience   = 5_000_000_000  // when all threads wait, and strangers for a connection or file, as a server does
	clewLongPatience     = 60_000_000_000 // when the test waits for the outside alone
)

// clewChild is called before a thread starts a process, which may want to connect to whoever listens.
//
//go:linkname clewChild os.clewChild
func clewChild() {
	if clewSelf() == nil {
		return
	}
	if clewNet.Listening() {
		clewNetKernel()
	}
	clew.paced, clew.touched = true, true
}

// Strangers are the goroutines that are not under control and not the runtime's: those
// that package initialisation or TestMain started, by a timer too, and the reader of an
// execution trace. They run as they like, beside the threads, and may wake them.

// clewCensus finds out whether there are any, or soon will be. It is called between runs.
//
//go:linkname clewCensus testing.clewCensus
func clewCensus() {
	clew.strangers = clewRealTimer() || clewAnyStranger(func(*g) bool { return true })
	clewRank()
}

// clewRealTimer reports whether a timer on the real clock will start a stranger before
// patience is at its end: one that package initialisation or TestMain set by
// time.AfterFunc.
func clewRealTimer() (pending bool) {
	soon := nanotime() + clewLongPatience
	systemstack(func() {
		for _, pp := range allp {
			if pp == nil {
				continue
			}
			lock(&pp.timers.mu)
			for _, tw := range pp.timers.heap {
				pending = pending || tw.when < soon && clewStartsStranger(tw.timer)
			}
			unlock(&pp.timers.mu)
		}
	})
	return pending
}

// clewStartsStranger reports whether the timer is one of time.AfterFunc, and was not stopped.
func clewStartsStranger(t *timer) bool {
	if t.f == nil || t.astate.Load()&timerZombie != 0 {
		return false
	}
	f := findfunc(**(**uintptr)(unsafe.Pointer(&t.f)))
	return f.valid() && funcname(f) == "time.goFunc"
}

// clewStrangersRun reports whether a stranger does something at this moment, or may soon
// do so of itself.
func clewStrangersRun() bool {
	return clew.strangers && clewAnyStranger(func(gp *g) bool {
		if readgstatus(gp)&^_Gscan == _Gwaiting {
			return gp.waitreason == waitReasonSleep || gp.waitreason == waitReasonIOWait
		}
		return !clewAwaitsSignal(gp)
	})
}

// clewStrangersPatience returns how long strangers are given to wake a thread when all threads wait.
func clewStrangersPatience() int64 {
	if !clewStrangersRun() {
		return clewStrangerPatience
	}
	if clewStrangersWork() || clewAnyStranger(func(gp *g) bool { return gp.waitreason == waitReasonSleep }) {
		return clewLongPatience
	}
	clew.touched = true
	return clewServerPatience
}

// clewStrangersWork reports whether a stranger does something at this moment.
func clewStrangersWork() bool {
	return clew.strangers && clewAnyStranger(func(gp *g) bool {
		return readgstatus(gp)&^_Gscan != _Gwaiting && !clewAwaitsSignal(gp)
	})
}

func clewAnyStranger(is func(*g) bool) (any bool) {
	me := getg().m.curg
	forEachG(func(gp *g) {
		if any || gp == me || gp == clew.driver.ptr() || gp.clew != nil || gp.clewRun == clewNoRun {
			return
		}
		switch readgstatus(gp) &^ _Gscan {
		case _Grunnable, _Grunning, _Gsyscall, _Gwaiting, _Gpreempted:
		default:
			return // not in use
		}
		if isSystemGoroutine(gp, false) || clewSuspended(gp) {
			return
		}
		if clewIsWorker(gp) {
			return
		}
		any = is(gp)
	})
	return any
}

// clewIsWorker reports whether a goroutine is the worker's own.
func clewIsWorker(gp *g) bool {
	f := findfunc(gp.startpc)
	return f.valid() && stringslite.HasPrefix(funcname(f), "testing.clew")
}

// clewAwaitsSignal reports whether a goroutine waits for a signal to the process: nobody sends any, unless a thread has
// done so just now.
func clewAwaitsSignal(gp *g) bool {
	f := findfunc(gp.startpc)
	return readgstatus(gp)&^_Gscan == _Gsyscall && f.valid() && funcname(f) == clewSignalLoop
}

const clewSignalLoop = "os/signal.loop"

// clewSuspended reports whether a goroutine waits in a coroutine for somebody to switch to it.
func clewSuspended(gp *g) bool {
	return readgstatus(gp)&^_Gscan == _Gwaiting && gp.waitreason == waitReasonCoroutine
}

// clewCount is runtime.NumGoroutine for a thread: the threads, each on a goroutine, those suspended in coroutines, the
// goroutine that go test would run tests from, and the strangers.
func clewCount() int {
	n := clew.live + clew.nadopted + 1
	if clew.coros {
		forEachG(func(gp *g) {
			if clewSuspended(gp) && !clewHidden(gp) {
				n++
			}
		})
	}
	if clew.strangers {
		clewAnyStranger(func(*g) bool { n++; return false })
	}
	return n
}

// clewCountOutside is runtime.NumGoroutine while there is no run, for a TestMain say: the caller and the strangers. What
// runs have left behind is hidden, as it is in stacks.
func clewCountOutside() int {
	n := 1
	clewAnyStranger(func(*g) bool { n++; return false })
	return n
}
