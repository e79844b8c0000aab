//go:build clewinside

package runtime

// The changes of threads' states, in the step log: who begins to wait, and who ends whose wait. That a thread runs or could run
// follows from its steps.

// clewLogBlocks writes that a thread waits from now on, to carry out op on its object. State is "blocked", "timed" or "outside".
func clewLogBlocks(t *clewThread, state string, op Op) {
	if !clew.traced || t.waits || t.untold {
		return
	}
	t.waits = true
	clewLogValue()
	clewLogObject(t.obj, t.frame)
	clewPut("k")
	clewPutInt(int64(t.id))
	clewPut(" ")
	clewPut(state)
	clewPut(" ")
	clewPut(op.String())
	clewPutInt(clewObjectID(t.obj))
	clewPutLine()
}

// clewLogParks is clewLogBlocks for a thread whose goroutine parks.
func clewLogParks(t *clewThread) {
	if !clew.traced {
		return
	}
	state := "blocked"
	switch {
	case t.state == clewOutside:
		state = "outside"
	case clewTimed(t.gp.ptr()):
		state = "timed"
	}
	clewLogBlocks(t, state, t.waitOp)
}

// clewLogWakes writes that a thread no longer waits. By is who has seen to it: the thread whose turn it is, unless an M of the scheduler
// acts for the clock; news from outside has no thread.
func clewLogWakes(t *clewThread, outside bool) {
	if !clew.traced || !t.waits {
		return
	}
	t.waits = false
	clewLogValue()
	clewPut("w")
	clewPutInt(int64(t.id))
	switch by := clew.cur; {
	case outside:
		clewPut(" outside")
	case clew.dispatch.ptr() != nil && clew.dispatch.ptr() == getg().m || by == nil:
		clewPut(" clock")
	default:
		clewPut(" thread")
		clewPutInt(int64(by.id))
	}
	clewPutLine()
}

// clewLogGate writes what it means for those at a lock's gate that it opens or closes.
func clewLogGate(o *clewObject, opens bool) {
	if !clew.traced {
		return
	}
	for i := 0; i < o.nwaiters; i++ {
		t := clewThreadOf(o.waiters[i])
		if opens {
			clewLogWakes(t, false)
		} else {
			clewLogBlocks(t, "blocked", OpLock)
		}
	}
}
