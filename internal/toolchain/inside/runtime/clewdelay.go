//go:build clewinside

package runtime

import _ "unsafe" // for go:linkname

// Delays: threads that could go on, and are held back while the clock goes on (see [Delays]).
//
// Whoever is held back is not enabled. When nobody can go on, the clock goes to the next timer or to the end of the first delay,
// whichever is sooner; a timer that goes off at that very instant comes first. Nobody is held back while something outside is waited for,
// which takes real time.

var clewSlow struct {
	delays Delays
	held   [2 * mostTaken]clewHeld
	n      int
}

// A clewHeld is a thread that is held back.
type clewHeld struct {
	thread uint32
	until  int64
}

// clewDelaysDraw has the runs from now on draw delays by lot, within a budget of nanoseconds; 0 for none. See [Delays.Draw].
//
//go:linkname clewDelaysDraw testing.clewDelaysDraw
func clewDelaysDraw(budget int64, points, looks int) {
	clewSlow.delays.Draw(budget, points, looks)
	clew.slow = budget > 0
}

// clewDelaysTake has the runs from now on take these delays.
//
//go:linkname clewDelaysTake testing.clewDelaysTake
func clewDelaysTake(after []uint64, count, look []uint32, to []uint64, length []int64) {
	list := make([]Delay, len(after))
	for i := range list {
		list[i] = Delay{after[i], count[i], look[i], to[i], length[i]}
	}
	clewSlow.delays.Take(list)
	clew.slow = len(list) > 0
}

// clewDelaysMet returns the places for delays that the last run had.
//
//go:linkname clewDelaysMet testing.clewDelaysMet
func clewDelaysMet() (points, looks int) { return clewSlow.delays.Met() }

// clewSlowBegin begins a run with delays. A survey has none.
func clewSlowBegin(seed uint64) {
	clewSlow.n, clewAlarms = 0, 0
	clew.slows = clew.slow && clew.strategy != Strategy(&clew.surveyor)
	if clew.slows {
		clewSlow.delays.Note = clewLogDelay
		clewSlow.delays.Begin(seed)
	}
}

// clewHoldBack asks who is to be held back at a choice, at which the thread t is; nil if that cannot go on. It reports whether t was held
// back: it has the turn again then.
func clewHoldBack(t *clewThread) bool {
	for {
		next := int64(0)
		if when := clew.timers.wakeTime(); when != 0 {
			next = when - clew.now
		}
		if clewSlow.n == len(clewSlow.held) {
			return false
		}
		clew.self = t != nil
		i, length := clewSlow.delays.Hold(&clew.view, next)
		if i < 0 {
			clew.self = false
			return false
		}
		u := clewEnabledAt(i)
		clew.self = false
		clewSlow.held[clewSlow.n] = clewHeld{u.id, clew.now + length}
		clewSlow.n++
		if u == t {
			mcall(clewStepBack)
			return true
		}
		switch u.state {
		case clewRunnable:
			clewDisable(u)
		case clewGated:
			u.obj.leave(u)
		}
		u.state = clewLate
		if t == nil && clew.n+clew.gated == 0 {
			return false
		}
	}
}

// clewStepBack gives the turn of gp on, which is held back.
func clewStepBack(gp *g) {
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	gp.clew.state = clewLate
	clewDispatch()
}

// clewLetGo lets those go on who are held back until an instant.
func clewLetGo(until int64) {
	left := 0
	for _, h := range clewSlow.held[:clewSlow.n] {
		if h.until > until {
			clewSlow.held[left] = h
			left++
			continue
		}
		t := clewThreadOf(h.thread)
		if clew.traced {
			clewLogLetGo(t)
		}
		if t.op == OpLock && t.obj != nil {
			t.obj.queue(t)
		} else {
			clewEnable(t)
		}
	}
	clewSlow.n = left
}

// clewFirstHeld returns the end of the first delay, 0 if nobody is held back.
func clewFirstHeld() (until int64) {
	for _, h := range clewSlow.held[:clewSlow.n] {
		if until == 0 || h.until < until {
			until = h.until
		}
	}
	return until
}

// clewLetAllGo lets everybody go on who is held back, before something outside is waited for. It reports whether there was anybody.
func clewLetAllGo() bool {
	if clewSlow.n == 0 {
		return false
	}
	clewLetGo(1<<63 - 1)
	return true
}

// clewTimerStop is called before a timer is stopped: it may go off just before that, as when the clock is looked at.
func clewTimerStop() {
	if clew.slows && clewVirtual() && clewSelf() != nil {
		clewLookLate()
	}
}

// clewLookLate is called before a thread looks at the clock, which it does also when it sets a timer: all may stand still before. What a
// library looks at for its own ends does not count.
func clewLookLate() {
	var pcs [8]uintptr
	for _, pc := range pcs[:callers(1, pcs[:])] {
		pkg := clewPackage(clewFuncName(pc))
		if pkg == "runtime" || pkg == "time" {
			continue
		}
		if clewClass(pc) == clewIsLoud {
			if length := clewSlow.delays.Look(); length > 0 {
				clew.now += length
				systemstack(clewFire)
			}
			clewLogLook()
		}
		return
	}
}

// clewLogDelay writes that a delay begins.
func clewLogDelay(d Delay) {
	if !clew.traced {
		return
	}
	clewPut("y")
	clewPutInt(clew.now - clew.start)
	for id := uint32(1); id <= clew.nmade; id++ {
		if clewThreadOf(id).key == d.To {
			clewPutInt(int64(id))
			break
		}
	}
	clewPutInt(d.For)
	clewPutInt(int64(d.Look))
	clewPutLine()
}

// clewAlarms is the number of alarms in the log.
var clewAlarms uint32

// clewAlarmSet writes that the calling thread has set the timer t to go off at when.
func clewAlarmSet(t *timer, when int64) {
	if gp := getg(); !clew.traced || t.clewBy == 0 || gp == gp.m.g0 || !clewVirtual() {
		return
	}
	clewAlarms++
	t.clewAlarm = clewAlarms
	clewLogFrom("l", int64(t.clewAlarm), int64(t.clewBy), when-clew.now)
}

// clewAlarmOff is called when a timer of a thread goes off.
func clewAlarmOff(t *timer) {
	clew.firedBy = t.clewBy
	if clew.traced && clew.on && t.clewAlarm != 0 {
		clewPut("g")
		clewPutInt(int64(t.clewAlarm))
		clewPutInt(clew.now - clew.start)
		clewPutLine()
	}
}

// clewLogLook writes that the calling thread looks at the clock.
func clewLogLook() {
	if t := getg().clew; clew.traced && t != nil {
		clewLogFrom("q", clew.now-clew.start, int64(t.id))
	}
}

// clewLogFrom writes a record of numbers with the caller's stack behind.
func clewLogFrom(letter string, numbers ...int64) {
	var pcs [24]uintptr
	list := clewFrameList(pcs[:callers(1, pcs[:])])
	clewPut(letter)
	for _, n := range numbers {
		clewPutInt(n)
	}
	clewPutFrames(list)
	clewPutLine()
}

// clewLogLetGo writes that a thread is held back no more.
func clewLogLetGo(t *clewThread) {
	clewPut("u")
	clewPutInt(clew.now - clew.start)
	clewPutInt(int64(t.id))
	clewPutLine()
}
