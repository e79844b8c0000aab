//go:build clewinside

package runtime

// The turn: who runs next, and how the turn passes from one thread to another.

// clewChoose asks the strategy, and takes the chosen thread out of the enabled ones.
func clewChoose() *clewThread {
	v := &clew.view
	i := 0
	if clew.overtime {
		i = clew.plain.Next(v)
	} else {
		i = clew.strategy.Next(v)
	}
	if uint(i) >= uint(v.Len()) {
		throw("clew: strategy chose a thread that is not there")
	}
	t := clewEnabledAt(i)
	if clew.slows {
		p := v.At(i)
		clewSlow.delays.Step(&p)
	}
	switch t.state {
	case clewRunnable:
		clewDisable(t)
	case clewGated:
		t.obj.leave(t)
	}
	return t
}

// clewSwitch gives the turn from gp, which is at a point, to clew.launch.
func clewSwitch(gp *g) {
	t, u := gp.clew, clew.launch
	if gp.bubble != nil || !gp.atomicstatus.CompareAndSwap(_Grunning, _Grunnable) {
		casgstatus(gp, _Grunning, _Grunnable)
	}
	dropg()
	if t.op == OpLock {
		t.obj.queue(t)
	} else {
		clewEnable(t)
	}
	clewExecute(u)
}

// clewGate blocks gp, which wants a lock that is held.
func clewGate(gp *g) {
	t := gp.clew
	gp.waitreason = waitReasonSyncMutexLock
	casgstatus(gp, _Grunning, _Gwaiting)
	dropg()
	t.since = clew.steps
	clewLogBlocks(t, "blocked", OpLock)
	t.obj.queue(t)
	clewDispatch()
}

// clewGiveUp ends the run from within a thread; the verdict is given.
func clewGiveUp(gp *g) {
	if gp.clew.state == clewRunning {
		gp.clew.state = clewRunnable
	}
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	clewEnd(clew.verdict)
	clewToDriver()
}

// clewDispatch gives the turn to some thread, on the scheduler's stack. The thread
// that had it has parked or ended.
func clewDispatch() {
	clew.dispatch.set(getg().m)
	t, over := clewNext()
	clew.dispatch = 0
	switch {
	case t != nil:
		clewExecute(t)
	case over:
		clewEnd(clew.verdict)
	}
	clewToDriver()
}

// clewNext chooses the thread that goes on when the last one cannot. When there is
// none, the clock goes on to the next timer. When that does not help either, the run
// is over, or has to wait for what is outside.
func clewNext() (t *clewThread, over bool) {
	for {
		if clew.inboxAny.Load() {
			clewDrain()
		}
		if clew.slows && clew.n+clew.gated > 0 {
			clewHoldBack(nil)
		}
		if clew.n+clew.gated > 0 {
			return clewChoose(), false
		}
		if clew.live == 0 && clew.mainDone {
			clew.verdict = clewOK
			return nil, true
		}
		if clew.noutside > 0 || clew.paced || clewStrangersRun() {
			if clewLetAllGo() {
				continue
			}
			return nil, false
		}
		if clewSlow.n == 0 && clewMayCollect() {
			return nil, false
		}
		if !clewAdvance() {
			if clew.strangers {
				return nil, false // one may yet wake up
			}
			clew.verdict = clewStuck()
			return nil, true
		}
	}
}

// clewStuck says what it means that nobody can go on.
func clewStuck() int {
	switch {
	case !clew.mainDone:
		return clewDeadlock
	case clew.timers.wakeTime() != 0:
		return clewOK // somebody still waits for the clock
	default:
		return clewLeak
	}
}

// clewTakeTurn gives the turn to t, which has just been chosen, and returns its goroutine, which is to be run.
func clewTakeTurn(t *clewThread) *g {
	clew.cur = t
	clew.switches++
	t.state = clewRunning
	clewStep(t)
	gp := t.gp.ptr()
	if readgstatus(gp)&^_Gscan == _Gwaiting {
		casgstatus(gp, _Gwaiting, _Grunnable)
	}
	return gp
}

// clewExecute lets t run; it has just been chosen. It does not return.
func clewExecute(t *clewThread) { clewResume(getg().m, clewTakeTurn(t)) }

// clewResume runs gp on the M whose scheduler's stack it is called on. It does not return.
func clewResume(mp *m, gp *g) {
	if mp.lockedg != 0 || gp.lockedm != 0 || sched.gcwaiting.Load() || mp.p.ptr().runSafePointFn != 0 {
		runqput(mp.p.ptr(), gp, true)
		schedule()
	}
	execute(gp, true)
}

// clewHandOn gives the turn on through the run queue.
func clewHandOn() {
	clew.dispatch.set(getg().m)
	u, over := clewNext()
	clew.dispatch = 0
	var gp *g
	if u != nil {
		gp = clewTakeTurn(u)
	} else {
		if over {
			clewEnd(clew.verdict)
		}
		gp = clew.driver.ptr()
		casgstatus(gp, _Gwaiting, _Grunnable)
	}
	lock(&sched.lock)
	globrunqput(gp)
	unlock(&sched.lock)
	wakep()
}

// clewLeave is called when an M is about to end with the goroutine that was locked to it:
// the next thread starts elsewhere.
func clewLeave(mp *m) {
	if clew.leaves.ptr() == mp {
		clew.leaves = 0
		clewHandOn()
	}
}
