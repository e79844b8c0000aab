//go:build clewinside

package runtime

import (
	"internal/stringslite"
	"unsafe"
)

// The turn: who runs next, and how a run starts and ends.

// clewChoose asks the strategy, and takes the chosen thread out of the enabled ones.
func clewChoose() *clewThread {
	var v clewView
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
	clewFinish(clew.verdict)
}

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
		t.state = clewOutside
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
	return true
}

// clewStays is called when gp was about to park and does not.
func clewStays(gp *g) {
	t := gp.clew
	if t.state == clewOutside {
		clew.noutside--
	}
	t.state = clewRunning
}

// clewReady is called when gp may go on. It reports whether the run will see to it;
// if not, the runtime's own scheduler has to.
func clewReady(gp *g) bool {
	if !clew.on || gp.clewRun != clew.run {
		return true // left behind by an earlier run: it never goes on
	}
	t := gp.clew
	if t.state == clewRunning {
		return false // it holds the turn, and was stopped by the runtime
	}
	mp := getg().m
	if mp == clew.dispatch.ptr() || mp.curg != nil && mp.curg.clew == clew.cur && mp.curg.clewRun == clew.run && clew.cur.state == clewRunning {
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
		clewWake(t)
	}
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
		clewFinish(clew.verdict)
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
		if clew.n+clew.gated > 0 {
			return clewChoose(), false
		}
		if clew.live == 0 && clew.mainDone {
			clew.verdict = clewOK
			return nil, true
		}
		if clew.noutside > 0 || clew.paced || clewStrangersRun() {
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

// clewExecute lets t run; it has just been chosen. It does not return.
func clewExecute(t *clewThread) {
	mp := getg().m
	gp := t.gp.ptr()
	clew.cur = t
	clew.switches++
	t.state = clewRunning
	clewStep(t)
	if readgstatus(gp)&^_Gscan == _Gwaiting {
		casgstatus(gp, _Gwaiting, _Grunnable)
	}
	clewResume(mp, gp)
}

// clewResume runs gp on the M whose scheduler's stack it is called on. It does not return.
func clewResume(mp *m, gp *g) {
	if mp.lockedg != 0 || gp.lockedm != 0 || sched.gcwaiting.Load() || mp.p.ptr().runSafePointFn != 0 {
		runqput(mp.p.ptr(), gp, true)
		schedule()
	}
	execute(gp, true)
}

// clewFinish ends the run and lets the driver go on. It does not return.
func clewFinish(verdict int) {
	if verdict == clewLivelock || verdict == clewTooLong {
		m := clew.main
		if !clew.mainDone && (m.state == clewGated || m.state == clewBlocked) && clew.steps-m.since > clew.steps/2 {
			verdict = clewDeadlock // others go round in circles, the test cannot end
		}
	}
	clew.verdict = verdict
	clew.cur = nil
	clew.on = false
	clewToDriver()
}

func clewToDriver() {
	mp := getg().m
	gp := clew.driver.ptr()
	casgstatus(gp, _Gwaiting, _Grunnable)
	clewResume(mp, gp)
}

// clewSpawn makes a thread of newg when by, or the timer being fired, belongs to the
// run. It reports whether it did; if so newg waits for the turn.
func clewSpawn(by, newg *g, pc uintptr) bool {
	newg.clew, newg.clewRun = nil, 0
	if !clew.on {
		return false
	}
	var parent *clewThread
	timer := false
	switch {
	case by != by.m.g0:
		if by.clew != nil && by.clewRun == clew.run && by.clew.state == clewRunning {
			parent = by.clew
		}
	case by.m == clew.dispatch.ptr(): // a timer fires
		parent, timer = clew.main, true
		if id := clew.firedBy; id != 0 && id <= clew.nmade {
			parent = clewThreadOf(id)
		}
	case by.m.curg != nil && clewControlled(): // a timer is due as soon as it is set
		parent, timer = by.m.curg.clew, true
	}
	if parent == nil || !clewUserFunc(newg.startpc) {
		return false
	}
	n := &parent.kids
	if timer {
		n = &parent.fired
	}
	*n++
	t := clewNewThread(newg, ChildKey(parent.key, *n, timer))
	t.hash = Mix(parent.hash, t.key)
	if clew.traced {
		clewLogThread(t, parent.id, *n, timer, pc)
	}
	clewEnable(t)
	return true
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
	clew.live--
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

// clewLeave is called when an M is about to end with the goroutine that was locked to it:
// the next thread starts elsewhere.
func clewLeave(mp *m) {
	if clew.leaves.ptr() == mp {
		clew.leaves = 0
		clewHandOn()
	}
}

// clewHandOn gives the turn on through the run queue.
func clewHandOn() {
	clew.dispatch.set(getg().m)
	u, over := clewNext()
	clew.dispatch = 0
	gp := clew.driver.ptr()
	switch {
	case u != nil:
		clew.cur = u
		clew.switches++
		u.state = clewRunning
		clewStep(u)
		gp = u.gp.ptr()
	case over:
		clew.cur, clew.on = nil, false
	}
	if readgstatus(gp)&^_Gscan == _Gwaiting {
		casgstatus(gp, _Gwaiting, _Grunnable)
	}
	lock(&sched.lock)
	globrunqput(gp)
	unlock(&sched.lock)
	wakep()
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
	gp.clew, gp.clewRun = t, clew.run
	t.gp.set(gp)
}

// clewHidden reports whether a goroutine is none of the program's business: left
// behind by an earlier run, or the worker's own.
func clewHidden(gp *g) bool {
	return gp.clew != nil && (gp.clewRun != clew.run || !clew.on) || gp.clewRun == clewNoRun
}

const clewNoRun = ^uint32(0)

// clewHide hides the calling goroutine.
//
//go:linkname clewHide testing.clewHide
func clewHide() { getg().clewRun = clewNoRun }

// clewRunTest carries out one run: fn is the main thread's function. It returns when
// the run is over, with the caller as the driver.
//
//go:linkname clewRunTest testing.clewRunTest
func clewRunTest(fn func(), strategy int, seed, maxSteps uint64, wallBudget, wall int64, traced bool) int {
	clewBegin(strategy, seed, maxSteps, wallBudget, wall, traced)
	gp := getg()
	gp.clewRun = clewNoRun // the program's business no more than the worker's other goroutines
	clew.driver.set(gp)
	fv := *(**funcval)(unsafe.Pointer(&fn))
	systemstack(func() {
		newg := newproc1(fv, gp, 0, false, waitReasonZero)
		clew.main = clewNewThread(newg, MainKey)
		if traced {
			clewLogThread(clew.main, 0, 0, false, 0)
		}
		clewEnable(clew.main)
		clew.launch = clewChoose()
		clew.main.state = clewRunning
		clewStep(clew.main)
	})
	clew.on = true
	for {
		gopark(clewStart, nil, waitReasonSelectNoCases, traceBlockForever, 1)
		if !clew.on {
			return clew.verdict
		}
		t, verdict := clewAwait()
		if t == nil {
			clew.on = false
			clew.verdict = verdict
			return verdict
		}
		clew.launch = t
		t.state = clewRunning
		clewStep(t)
	}
}

func clewBegin(strategy int, seed, maxSteps uint64, wallBudget, wall int64, traced bool) {
	lock(&clew.inboxLock)
	clew.run++
	clew.inbox = nil
	clew.inboxAny.Store(false)
	unlock(&clew.inboxLock)
	clew.nmade, clew.live, clew.n = 0, 0, 0
	clew.nopen, clew.gated, clew.self = 0, 0, false
	clew.noutside, clew.touched = 0, false
	clew.steps, clew.switches, clew.picks, clew.hash = 0, 0, 0, 0
	clew.maxSteps, clew.overtime = maxSteps, false
	clew.paced, clew.incalls = false, 0
	clew.wallEnd = 0
	if wallBudget > 0 {
		clew.wallEnd = nanotime() + wallBudget
	}
	clew.mainDone, clew.verdict = false, clewOK
	clew.traced = traced
	clewObjects.n = 0
	clewClockBegin(wall)
	clew.lot.Seed(Mix(seed, 1))
	clew.searching = false
	switch strategy {
	case 0:
		clew.strategy = &clew.plain
	case 1:
		clew.strategy = &clew.random
		clew.searching = true
	default:
		clew.strategy = &clew.replay
	}
	clew.strategy.Begin(seed)
}

// clewStart is called on the scheduler's stack with the driver parked: now the
// thread to be launched may run.
func clewStart(*g, unsafe.Pointer) bool {
	t := clew.launch
	clew.cur = t
	clew.switches++
	gp := t.gp.ptr()
	if readgstatus(gp)&^_Gscan == _Gwaiting {
		casgstatus(gp, _Gwaiting, _Grunnable)
	}
	mp := getg().m
	mp.waitunlockf, mp.waitlock = nil, nil // as park_m does when this returns
	clewResume(mp, gp)
	return true
}

// clewAwait waits, in real time, for something outside to happen: for threads to come back
// from there, or for strangers to do something. Time that passes meanwhile passes for the
// threads, too. When nothing happens for a while the clock goes on to the next timer, but
// not while a system call or a child process is at work: these take the time they need.
// When that does not help either, the run is over.
func clewAwait() (t *clewThread, verdict int) {
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
		working := clew.incalls > 0 || clew.paced
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
		case clew.noutside == 0 && clew.timers.wakeTime() == 0 && !clewStrangersRun() && waited > clewStrangerPatience:
			return nil, clewStuck()
		case waited > clewLongPatience, clew.wallEnd != 0 && nanotime() > clew.wallEnd:
			return nil, clewTooLong
		}
		timeSleep(pause)
		pause = min(2*pause, 1_000_000)
	}
}

// clewChild is called before a thread starts a process.
//
//go:linkname clewChild os.clewChild
func clewChild() {
	if clewSelf() != nil {
		clew.paced, clew.touched = true, true
	}
}

// How long the outside world is given, in nanoseconds of real time.
const (
	clewJitter           = 5_000_000      // below which a wait takes no virtual time
	clewPatience         = 200_000_000    // before the clock goes on to the next timer
	clewShortPatience    = 5_000_000      // when the test has returned
	clewStrangerPatience = 1_000_000_000  // when all threads and all strangers wait
	clewLongPatience     = 60_000_000_000 // when the test waits for the outside alone
)

// Strangers are the goroutines that are not under control and not the runtime's: those
// that package initialisation or TestMain started. They run as they like, beside the
// threads, and may wake them.

// clewCensus finds out whether there are any. It is called between runs.
//
//go:linkname clewCensus testing.clewCensus
func clewCensus() {
	clew.strangers = clewAnyStranger(func(*g) bool { return true })
}

// clewCount is runtime.NumGoroutine for a thread: the threads, the goroutine that go test
// would run tests from, and the strangers.
func clewCount() int {
	n := clew.live + 1
	if clew.strangers {
		clewAnyStranger(func(*g) bool { n++; return false })
	}
	return n
}

// clewStrangersRun reports whether a stranger does something at this moment, or may soon
// do so of itself.
func clewStrangersRun() bool {
	if finq != nil || fingStatus.Load()&fingRunningFinalizer != 0 {
		return true // finalizers are the program's code, too
	}
	return clew.strangers && clewAnyStranger(func(gp *g) bool {
		return readgstatus(gp)&^_Gscan != _Gwaiting || gp.waitreason == waitReasonSleep || gp.waitreason == waitReasonIOWait
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
		if isSystemGoroutine(gp, false) || gp.waitreason == waitReasonCoroutine {
			return
		}
		if f := findfunc(gp.startpc); f.valid() && stringslite.HasPrefix(funcname(f), "testing.clew") {
			return // the worker's own
		}
		any = is(gp)
	})
	return any
}

// clewResults returns what there is to tell of the last run.
//
//go:linkname clewResults testing.clewResults
func clewResults() (steps, switches, picks, hash uint64, threads, left int, touched bool) {
	for id := uint32(1); id <= clew.nmade && clew.live > 0; id++ {
		if t := clewThreadOf(id); t.state != clewDead {
			clew.hash += t.hash
			clew.live--
		}
	}
	return clew.steps, clew.switches, clew.picks, clew.hash, int(clew.nmade), clew.noutside, clew.touched
}
