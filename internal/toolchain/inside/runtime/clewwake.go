//go:build clewinside

package runtime

// Parking and waking: how a thread comes to wait, and how it is found out that it may go on.

// clewParks is called when gp is about to park. It reports whether the turn is to
// be handed on: not when the runtime parks a thread for its own ends, as the garbage
// collector does.
func clewParks(gp *g) bool {
	t := gp.clew
	if !clew.on || gp.clewRun != clew.run || t.state != clewRunning {
		return false
	}
	op, o := t.op, t.obj
	t.state = clewBlocked
	switch gp.waitreason {
	case waitReasonIOWait, waitReasonTraceReaderBlocked:
		if t.wire == 0 {
			t.state = clewOutside
		}
	case waitReasonChanReceive, waitReasonChanSend:
		if t.keeps { // the collector starts its workers
			t.keeps, t.state = false, clewRunning
			return false
		}
	case waitReasonChanReceiveNilChan, waitReasonChanSendNilChan, waitReasonSelect,
		waitReasonSyncCondWait, waitReasonSyncMutexLock, waitReasonSyncRWMutexRLock,
		waitReasonSyncRWMutexLock, waitReasonSyncWaitGroupWait, waitReasonSynctestChanReceive,
		waitReasonSynctestChanSend, waitReasonSynctestSelect, waitReasonSynctestWaitGroupWait:
	case waitReasonSleep:
		op, o = OpSleep, nil
	case waitReasonSelectNoCases:
		op, o = OpSelect, nil
	case waitReasonSynctestRun, waitReasonSynctestWait:
		op, o = OpWait, nil
	default:
		t.state = clewRunning
		return false
	}
	if t.state == clewOutside {
		clew.noutside++
		clew.touched = true
	}
	t.since = clew.steps
	t.waitOp, t.obj = op, o
	clewLogParks(t)
	return true
}

// clewStays is called when gp was about to park and does not.
func clewStays(gp *g) {
	t := gp.clew
	if t.state == clewOutside {
		clew.noutside--
	}
	t.state = clewRunning
	clewLogWakes(t, false)
}

// clewReady is called when gp may go on. It reports whether the run will see to it;
// if not, the runtime's own scheduler has to.
func clewReady(gp *g) bool {
	if gp.clew == nil {
		return clewAdopt(gp)
	}
	if !clew.on || gp.clewRun != clew.run {
		return true // left behind by an earlier run: it never goes on
	}
	t := gp.clew
	if t.state == clewRunning {
		return false // it holds the turn, and was stopped by the runtime
	}
	if mp := getg().m; clewHasTurn(mp) {
		if mp != clew.dispatch.ptr() {
			clew.idles = 0
		}
		clewLogWakes(t, false)
		clewWake(t)
		return true
	}
	lock(&clew.inboxLock)
	if clew.on && gp.clewRun == clew.run { // else the run has ended meanwhile
		t.inbox = clew.inbox
		clew.inbox = t
		clew.inboxAny.Store(true)
	}
	unlock(&clew.inboxLock)
	return true
}

// clewHasTurn reports whether an M acts for the run: for the thread whose turn it is, or between two turns.
func clewHasTurn(mp *m) bool {
	gp, t := mp.curg, clew.cur
	return mp == clew.dispatch.ptr() || gp != nil && gp.clew == t && gp.clewRun == clew.run && t.state == clewRunning
}

// clewInject takes the threads of the run out of a list of goroutines that may go on.
func clewInject(list *gList) {
	if !clew.worker {
		return
	}
	var rest gList
	for !list.empty() {
		gp := list.pop()
		if gp.clew == nil || clew.on && gp.clewRun == clew.run && gp.clew.state == clewRunning {
			rest.push(gp)
			continue
		}
		casgstatus(gp, _Gwaiting, _Grunnable)
		clewReady(gp)
	}
	for !rest.empty() {
		list.push(rest.pop())
	}
}

// clewPush adds a goroutine that the network poller found to list, unless it is a thread
// of the run.
func clewPush(list *gList, gp *g) {
	if gp.clew == nil {
		list.push(gp)
		return
	}
	casgstatus(gp, _Gwaiting, _Grunnable)
	clewReady(gp)
}

// clewWake enables a thread whose wait is over.
func clewWake(t *clewThread) {
	if t.state == clewOutside {
		clew.noutside--
		if t.called {
			t.called = false
			clew.incalls--
		}
	}
	t.op = OpWake
	clewEnable(t)
}

// clewDrain reads the inbox, in the order of the threads' numbers.
func clewDrain() {
	lock(&clew.inboxLock)
	list := clew.inbox
	clew.inbox = nil
	clew.inboxAny.Store(false)
	unlock(&clew.inboxLock)
	for list != nil {
		best := &list
		for p := &list; *p != nil; p = &(*p).inbox {
			if (*p).id < (*best).id {
				best = p
			}
		}
		t := *best
		*best = t.inbox
		t.inbox = nil
		clewLogWakes(t, true)
		clewWake(t)
	}
}
