//go:build clewinside

package runtime

import _ "unsafe" // for go:linkname

// How threads come to be and end, and which goroutines are none.

// clewSpawn makes a thread of newg when by, or the timer being fired, belongs to the
// run. It reports whether it did; if so newg waits for the turn.
func clewSpawn(by, newg *g, pc uintptr) bool {
	if !clew.on {
		return false
	}
	parent, timer := clewParent(by)
	if parent == nil || !clewUserFunc(newg.startpc) && !clewFinishes(newg.startpc) {
		// Whoever starts it may not have the turn, so clewPlaces is not for them.
		clew.strangers = clew.strangers || clewClassify(newg.startpc) != clewIsSystem
		return false
	}
	n := &parent.kids
	if timer {
		n = &parent.fired
	}
	*n++
	t := clewNewThread(newg, ChildKey(parent.key, *n, timer))
	t.hash, t.parent = Mix(parent.hash, t.key), parent.id
	if timer {
		clewDetector.Fork(&clewRace.timer, &t.race, t.id)
	} else {
		clew.idles = 0
		clewDetector.Fork(&parent.race, &t.race, t.id)
	}
	if clew.collector.launches {
		clewKnowAll(t)
	}
	if clew.traced {
		clewLogThread(t, parent.id, *n, timer, pc)
	}
	clewEnable(t)
	return true
}

// clewParent returns the thread that by, which starts a goroutine, belongs to or acts for; nil if there is none. It
// tells whether by fires a timer.
func clewParent(by *g) (parent *clewThread, timer bool) {
	switch {
	case !clew.on:
	case clew.collector.launches: // finalizers are nobody's
		return clew.main, true
	case by != by.m.g0:
		if by.clew != nil && by.clewRun == clew.run && by.clew.state == clewRunning {
			return by.clew, false
		}
	case by.m == clew.dispatch.ptr(): // a timer fires
		if id := clew.firedBy; id != 0 && id <= clew.nmade {
			return clewThreadOf(id), true
		}
		return clew.main, true
	case by.m.curg != nil && clewControlled(): // a timer is due as soon as it is set
		return by.m.curg.clew, true
	}
	return nil, false
}

// clewExiting is called when the goroutine gp ends; it returns its thread, or nil.
func clewExiting(gp *g) *clewThread {
	t := gp.clew
	if t == nil {
		return nil
	}
	gp.clew = nil
	if !clew.on || gp.clewRun != clew.run {
		return nil
	}
	t.state = clewDead
	if t.adopted {
		clew.nadopted--
	} else {
		clew.live--
	}
	clewDetector.End(&t.race)
	clew.idles = 0
	clew.hash += t.hash
	if clew.traced {
		clewLogExit(t)
	}
	if t == clew.main {
		clew.mainDone, clew.doneAt, clew.doneTime = true, clew.steps, clew.now
	}
	if gp.lockedm != 0 {
		clew.leaves.set(getg().m)
		return nil
	}
	return t
}

// clewWas reports whether the goroutine gp, which has ended, was a thread of the run.
func clewWas(gp *g) bool { return clew.on && gp.clewRun == clew.run }

// clewCoroMade is called with the goroutine of a new coroutine. It is no thread: whoever switches to it brings one.
func clewCoroMade(gp *g) {
	clew.coros = true
	if clewControlled() {
		gp.clewRun = clew.run
	}
}

// clewCoroFrom and clewCoroTo move a thread from one goroutine to another: a
// coroutine switch (iter.Pull) changes the goroutine, not the thread.
func clewCoroFrom(gp *g) (t *clewThread) {
	if clew.on && gp.clewRun == clew.run {
		t = gp.clew
		gp.clew = nil
	}
	return t
}

func clewCoroTo(t *clewThread, gp *g) {
	clewRoundLost()
	gp.clew, gp.clewRun = t, clew.run
	t.gp.set(gp)
}

// clewHidden reports whether a goroutine is none of the program's business: left
// behind by an earlier run, or the worker's own.
func clewHidden(gp *g) bool {
	return gp.clewRun != 0 && (gp.clewRun != clew.run || !clew.on)
}

// clewUsers reports whether a goroutine that the calling thread starts is known to be the user's.
func clewUsers(gp *g) bool {
	by := getg().m.curg
	return clew.on && by != nil && by.clew != nil && by.clewRun == clew.run && clewUserFunc(gp.startpc)
}

// clewForget makes a thread that is stuck when its run is over deaf to the runs that follow: on channels it looks like one in a
// select that has been decided, which nobody sends to or receives from.
func clewForget(t *clewThread) {
	gp := t.gp.ptr()
	if gp == nil || gp.clew != t || gp.clewRun != clew.run {
		return
	}
	gp.selectDone.Store(1)
	for sg := gp.waiting; sg != nil; sg = sg.waitlink {
		sg.isSelect = true
	}
}

const clewNoRun = ^uint32(0)

// clewHide hides the calling goroutine.
//
//go:linkname clewHide testing.clewHide
func clewHide() { getg().clewRun = clewNoRun }
