//go:build clewinside

package runtime

import (
	"internal/runtime/atomic"
	_ "unsafe" // for go:linkname
)

// System calls. A short one keeps the turn. When one takes long, the watcher (a
// goroutine of the worker's, in real time) takes the turn away from the thread, so
// that the others go on; it waits to be chosen when the call is over. Which calls
// take long is up to the machine, so such runs count as touched by the outside. A call that would return if only the
// machine had time for it is waited for.

// States of a call.
const (
	clewNoCall     = iota // it is over, or the turn is gone
	clewInCall            // the holder of the turn is in it
	clewInCallLong        // the watcher has seen it there before
	clewTaken             // the watcher is taking the turn away
)

// clewCall is the last call that a holder of the turn made. A call has a number: a thread that comes back from one in which it
// lost the turn must not take another thread's call for its own.
var clewCall struct {
	state atomic.Uint64 // number of the call times 4, and its state
	count uint64        // calls so far; written by the holder of the turn
	seen  uint64        // number of the call when the watcher looked last
}

//go:nosplit
func clewEnterSyscall() {
	gp := getg()
	if gp.clew == nil || !clew.on || gp.clewRun != clew.run || gp.clew.state != clewRunning {
		return
	}
	clewRoundLost()
	clewCall.count++
	gp.clew.call = clewCall.count * 4
	clewCall.state.Store(gp.clew.call | clewInCall)
}

//go:nosplit
func clewExitSyscall() {
	gp := getg()
	if gp.clew == nil {
		return
	}
	if gp.clewRun != clew.run || !clew.on {
		mcall(clewBury)
		return
	}
	call := gp.clew.call
	if clewCall.state.CompareAndSwap(call|clewInCall, call|clewNoCall) || clewCall.state.CompareAndSwap(call|clewInCallLong, call|clewNoCall) {
		return
	}
	for clewCall.state.Load() == call|clewTaken {
		osyield() // the watcher is about to say whose turn is gone
	}
	if gp.clew.outside.Load() {
		mcall(clewRejoin)
	}
}

// clewCalls returns how many system calls threads have made in this process.
//
//go:linkname clewCalls testing.clewCalls
func clewCalls() uint64 { return clewCall.count }

// clewRejoin lets gp, which lost the turn in a system call, wait for it.
func clewRejoin(gp *g) {
	gp.waitreason = waitReasonIOWait
	casgstatus(gp, _Grunning, _Gwaiting)
	dropg()
	gp.clew.outside.Store(false)
	casgstatus(gp, _Gwaiting, _Grunnable)
	clewReady(gp)
	schedule()
}

// clewBury parks for good a thread of an earlier run that comes back from a system call.
func clewBury(gp *g) {
	gp.waitreason = waitReasonIOWait
	casgstatus(gp, _Grunning, _Gwaiting)
	dropg()
	schedule()
}

// clewWatch is called by the watcher every few milliseconds: it takes the turn away from a
// thread whose system call it has seen going on at the last two calls, too, and which sleeps in it.
func clewWatch() {
	if !clew.on {
		return
	}
	state := clewCall.state.Load()
	call := state &^ 3
	switch state & 3 {
	case clewInCall:
		if call != clewCall.seen {
			clewCall.seen = call
			return
		}
		clewCall.state.CompareAndSwap(state, call|clewInCallLong)
		return
	case clewNoCall, clewTaken:
		return
	}
	t := clew.cur
	if t == nil {
		return
	}
	if mp := t.gp.ptr().m; mp == nil || !clewAsleep(mp) || !clewCall.state.CompareAndSwap(state, call|clewTaken) {
		return
	}
	t.state = clewOutside
	t.waitOp = t.op
	t.outside.Store(true)
	t.called = true
	clew.noutside++
	clew.incalls++
	clew.touched = true
	clewLogBlocks(t, "outside", t.op)
	clewCall.state.Store(call | clewNoCall)
	systemstack(clewHandOn)
}

// clewWatcher watches for ever.
//
//go:linkname clewWatcher testing.clewWatcher
func clewWatcher() {
	clewHide()
	for {
		timeSleep(10_000_000)
		clewWatch()
	}
}
