//go:build clewinside

package runtime

// Adoption. A goroutine that package initialisation or TestMain started is a stranger: it runs as it likes. But when a
// thread wakes it (sends what it waits for, say), what it does from then on is part of the run: it becomes a thread, called
// init/1 by its rank among the strangers, and takes its steps in turn. At the end of the run it is given back: if it
// waits then it goes on waiting, and the next run may adopt it again.

// clewRank numbers the strangers, in the order in which they were started, as far as they have no number yet.
func clewRank() {
	for {
		var first *g
		clewAnyStranger(func(gp *g) bool {
			if gp.clewRank == 0 && (first == nil || gp.goid < first.goid) {
				first = gp
			}
			return false
		})
		if first == nil {
			return
		}
		clew.nranks++
		first.clewRank = clew.nranks
	}
}

// clewAdopt makes a thread of the stranger gp, which the caller is about to wake. It reports whether it did.
func clewAdopt(gp *g) bool {
	if !clew.on || gp.clewRank == 0 || gp.clewRun == clewNoRun || clew.nspare == 0 || !clewHasTurn(getg().m) {
		return false
	}
	switch gp.waitreason {
	case waitReasonChanReceive, waitReasonChanSend, waitReasonSelect, waitReasonSyncCondWait,
		waitReasonSyncMutexLock, waitReasonSyncRWMutexRLock, waitReasonSyncRWMutexLock, waitReasonSyncWaitGroupWait:
	default:
		return false
	}
	if !clewUserFunc(gp.startpc) || clewIsWorker(gp) {
		return false
	}
	clew.nspare--
	t := clewRecord(gp, ChildKey(InitKey, gp.clewRank, false))
	t.adopted, t.untold = true, true
	clew.live-- // the run need not wait for its end
	clew.nadopted++
	clewDetector.Start(&t.race, t.id)
	clewDetector.AcquireAll(&t.race)
	t.op = OpWake
	clewEnable(t)
	return true
}

// clewGiveBack makes the adopted threads strangers again. The run is over.
//
//go:systemstack
func clewGiveBack() {
	lock(&sched.lock)
	for id := uint32(1); id <= clew.nmade; id++ {
		t := clewThreadOf(id)
		if !t.adopted || t.state == clewDead {
			continue
		}
		gp := t.gp.ptr()
		gp.clew, gp.clewRun = nil, 0
		waits := readgstatus(gp)&^_Gscan == _Gwaiting
		switch {
		case t.state == clewOutside || t.state == clewBlocked && gp.waitreason != waitReasonSleep:
			continue // as it was
		case waits:
			casgstatus(gp, _Gwaiting, _Grunnable)
		}
		globrunqput(gp)
	}
	clew.nadopted = 0
	unlock(&sched.lock)
}
