//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// Points: the places where the standard library tells clew that a thread is about
// to carry out an operation. Each hook does nothing when its caller is not under
// control. A hook gets the program counter of the operation's caller: operations
// that the standard library carries out for its own needs (the atomics inside a
// WaitGroup, say) are quiet, they are part of a larger operation or of nobody's
// interest.

// clewPoint is called by thread t about to carry out op on o, for its caller at pc (0 if that is not known). When it
// returns, t may carry it out.
func clewPoint(t *clewThread, op Op, o *clewObject, pc uintptr) {
	t.op, t.obj, t.pc, t.keeps = op, o, pc, false
	if t.hushed && (op != OpLock || !o.held()) {
		clewTouch(op, o)
		return
	}
	if clew.traced {
		clewLogPlace(t)
	}
	clewTick(t)
	if clewRound.on {
		clewRoundPoint(t, sys.GetCallerSP())
	}
	if o != nil && op == OpLock && o.closed() {
		mcall(clewGate)
		return
	}
	if clew.slows && clewHoldBack(t) {
		return
	}
	clew.self = true
	u := clewChoose()
	clew.self = false
	if u == t {
		clewStep(t)
		return
	}
	if clew.traced && op != OpYield && op != OpSleep {
		clewLogPreempted(t)
	}
	clew.launch = u
	mcall(clewSwitch)
}

// clewTick counts a step: budgets, time, and news from outside.
func clewTick(t *clewThread) {
	clew.steps++
	clewShm.steps(clew.steps)
	if clew.steps >= clew.maxSteps {
		clewOverBudget()
	}
	if clew.mainDone && clew.steps-clew.doneAt > clewAfterSteps {
		clew.verdict = clewOK
		mcall(clewGiveUp)
	}
	if clew.steps&1023 == 0 && !clewRound.on && clewWallSpent() {
		clewSpent(clewTooLong)
	}
	if clew.inboxAny.Load() {
		clewDrain()
	}
	if clew.frozen {
		return
	}
	clew.now += clewStepTime
	if when := clew.timers.wakeTime(); when != 0 && when <= clew.now {
		systemstack(clewFire)
	}
	if clew.slows && clewSlow.n > 0 {
		clewLetGo(clew.now - 1)
	}
}

// clewOverBudget is called when the run has spent its steps. Perhaps the strategy was unfair
// to a thread that others spin for: the plain order, which is fair, gets as many steps again.
func clewOverBudget() {
	if !clew.overtime && clew.searching {
		clew.overtime = true
		clew.maxSteps *= 2
		clew.plain.Begin(0)
		return
	}
	clewSpent(clewLivelock)
}

// clewSpent is called when a run has spent its budget; verdict says what that means in a search, which knows from the plain run
// how long the test is. The plain run itself goes on for a while each time that it has taken ten times as many steps, as it may be
// plain that it goes round for ever.
func clewSpent(verdict int) {
	switch {
	case clewInPlainOrder() && !clewRound.on:
		clewRoundBegin()
		return
	case clewInPlainOrder() && clew.steps < clew.budget && !clewWallSpent():
		clewRoundEnd()
		clew.maxSteps = min(10*clew.steps, clew.budget)
		return
	case !clew.searching && !clew.proving, clew.searching && verdict == clewTooLong:
		verdict = clewLong // it takes steps: the machine may be slow
	}
	clew.verdict = verdict
	mcall(clewGiveUp)
}

// clewLeaves ends the run from within the calling thread, whoever else is on the way: a program whose main function has returned.
//
//go:linkname clewLeaves testing.clewLeaves
func clewLeaves() {
	clew.verdict = clewOK
	mcall(clewGiveUp)
}

// clewAfterSteps is the number of steps that threads may still take after the test
// has returned, before the run is ended with them on their way.
const clewAfterSteps = 20_000

// clewStep records that the thread t, which was chosen, takes its step.
func clewStep(t *clewThread) {
	if o := t.obj; o != nil {
		h := Mix(Mix(t.hash, o.hash), uint64(t.op))
		t.hash, o.hash = h, h
	}
	if clew.traced {
		clewLogStep(t)
	}
}

// clewHook is the common part of most hooks.
func clewHook(op Op, addr unsafe.Pointer, kind Kind, pc uintptr) {
	if clewHushed[pc%uintptr(len(clewHushed))] == pc && !clew.proving || addr == nil && kind != KindChan {
		return // a nil lock is for the caller to panic about
	}
	t := clewSelf()
	switch {
	case t == nil:
	case clewLoud(pc):
		clewPoint(t, op, clewLookup(addr, kind), pc)
	case clew.proving && clewClass(pc) != clewIsInner:
		clewTouch(op, clewLookup(addr, kind))
	}
}

// clewHushed holds quiet places, each at an index that its program counter gives: most
// calls of hooks come from quiet places, and this is the quickest way to tell.
var clewHushed [1021]uintptr

// clewLock is called before a mutex is locked. The thread may go on when the mutex
// is free, or is held outside: then it parks in the mutex itself.
//
//go:linkname clewLock sync.clewLock
func clewLock(addr unsafe.Pointer, pc uintptr) {
	t := clewSelf()
	if t == nil || addr == nil {
		return
	}
	o := clewLookup(addr, KindMutex)
	clewRace.lockPC = pc
	if clewLoud(pc) {
		clewPoint(t, OpLock, o, pc)
	} else if o.closed() {
		t.op, t.obj = OpLock, o
		if clew.traced {
			clewLogPlace(t)
		}
		mcall(clewGate)
	} else {
		clewTouch(OpLock, o)
	}
	clewTake(t, o)
}

// clewTake records that t holds the mutex o from now on.
func clewTake(t *clewThread, o *clewObject) {
	clewAcquire(getg(), unsafe.Pointer(o.addr))
	clewLockSeen(t, o)
	o.holder = t
	if o.open {
		o.closeGate()
	}
	if clew.traced && o.kind != KindRWMutex { // a writer that has the inner lock may still wait for readers
		clewLogTake(t, o, 'w')
	}
}

// clewLockSeen tells the race detector that a thread uses a mutex: whoever overwrites it at the same time races.
func clewLockSeen(t *clewThread, o *clewObject) {
	if clewDetector.Look(o.addr).SeenRead(&t.race, o.addr) {
		return
	}
	clewDetector.Read(&t.race, o.addr, clewNumber(clewRace.lockPC)) // part of the operation, so no point of its own
	if clew.traced || clewDetector.NFound != 0 {
		clewAfterAccess(t, o.addr, 1, false, clewRace.lockPC)
	}
}

// clewTryLock is called before a try to lock a mutex.
//
//go:linkname clewTryLock sync.clewTryLock
func clewTryLock(addr unsafe.Pointer, pc uintptr) {
	t := clewSelf()
	if t == nil || addr == nil {
		return
	}
	o := clewLookup(addr, KindMutex)
	if clewLoud(pc) {
		clewPoint(t, OpTryLock, o, pc)
	} else {
		clewTouch(OpTryLock, o)
	}
	const lockedOrStarving = 1 | 4
	if *(*int32)(addr)&lockedOrStarving == 0 {
		clewTake(t, o)
	} else {
		clewLockSeen(t, o)
	}
}

// clewUnlock is called before a mutex is unlocked. No thread runs between this call
// and the moment the mutex is free, so its waiters are enabled here.
//
//go:linkname clewUnlock sync.clewUnlock
func clewUnlock(addr unsafe.Pointer, pc uintptr) {
	if addr == nil || !clew.on {
		return
	}
	if !clewControlled() || getg() == getg().m.g0 {
		clewRelease(getg(), addr)
		return
	}
	o := clewLookup(addr, KindMutex)
	if t := clewSelf(); t != nil && clewLoud(pc) {
		clewPoint(t, OpUnlock, o, pc)
	} else {
		clewTouch(OpUnlock, o)
	}
	clewRelease(getg(), addr)
	o.holder = nil
	o.openGate()
	if clew.traced && o.kind != KindRWMutex {
		clewLogDrop(getg().clew, o)
	}
}

// clewHolds notes in the log that the calling thread got a RWMutex (mode 'r' or 'w'), or
// gives it back (0).
//
//go:linkname clewHolds sync.clewHolds
func clewHolds(addr unsafe.Pointer, mode uint8) {
	if !clew.traced {
		return
	}
	t := clewSelf()
	if t == nil {
		return
	}
	o := clewLookup(addr, KindRWMutex)
	if mode == 0 {
		clewLogDrop(t, o)
	} else {
		clewLogTake(t, o, mode)
	}
}

//go:linkname clewSync sync.clewSync
func clewSync(op, kind uint8, addr unsafe.Pointer, pc uintptr) {
	if Op(op) == OpDo && getg().clew != nil && !clewLoudOnce(pc) {
		return
	}
	clewHook(Op(op), addr, Kind(kind), pc)
}

// clewOnce is called before the function of a sync.Once is. It reports whether the caller is to call clewOnceDone
// afterwards: the function is a library's own, and its operations are no points.
//
//go:linkname clewOnce sync.clewOnce
func clewOnce() bool {
	t := clewSelf()
	if t == nil || t.hushed {
		return false
	}
	var pcs [6]uintptr
	for _, pc := range pcs[:callers(1, pcs[:])] {
		f := findfunc(pc)
		if !f.valid() {
			continue
		}
		u, uf := newInlineUnwinder(f, pc-1)
		pkg := clewPackage(u.srcFunc(uf).name())
		if pkg != "sync" {
			t.hushed = clewWithin(pkg, clewLibraries[:])
			return t.hushed
		}
	}
	return false
}

//go:linkname clewOnceDone sync.clewOnceDone
func clewOnceDone() {
	if t := getg().clew; t != nil {
		t.hushed = false
	}
}

//go:linkname clewAtomicOp sync/atomic.clewAtomicOp
func clewAtomicOp(op uint8, addr unsafe.Pointer, pc uintptr) {
	if getg().clew == nil {
		return
	}
	class := clewClass(pc)
	if class == clewIsSystem {
		return // package runtime carries it out for sync/atomic, which has told of it
	}
	if class <= clewIsLibrary {
		if t := clewSelf(); t != nil && addr != nil {
			clewPoint(t, Op(op), clewLookup(addr, KindAtomic), pc)
		}
	}
	clewRoundTouch(uintptr(addr), 8)
	clewRace.atomicPC = pc
}

func clewChanOp(op Op, c *hchan, pc uintptr) {
	t := clewSelf()
	if t == nil {
		return
	}
	// The garbage collector uses channels too, on behalf of the thread that happens to
	// start it: the thread keeps the turn then.
	class := clewClass(pc)
	t.keeps = class == clewIsSystem && c != nil
	if class <= clewIsLibrary {
		clewPoint(t, op, clewLookup(unsafe.Pointer(c), KindChan), pc)
	} else if clew.proving && class != clewIsSystem {
		clewTouch(op, clewLookup(unsafe.Pointer(c), KindChan))
	}
	clewRoundTouchChan(c)
}

// clewChanWait is clewChanOp for a send or a receive that waits if it has to.
func clewChanWait(op Op, c *hchan, pc uintptr) {
	clewChanOp(op, c, pc)
	if clew.proving && c != nil {
		clewQueue(op, c, pc)
	}
}

// clewSelectOp is called before a select chooses; its channels are not named.
func clewSelectOp(pc uintptr) {
	t := clewSelf()
	if t == nil {
		return
	}
	t.keeps, t.picks = false, clewLoud(pc)
	if t.picks {
		clewPoint(t, OpSelect, nil, pc)
	}
}

// clewSelectOrder lets the strategy choose which ready case a select takes: it moves
// that case to the front of the order in which the select looks, which is that of the source. It is called with
// the order made and the channels not yet locked.
func clewSelectOrder(scases []scase, pollorder []uint16, nsends int) {
	t := clewSelf()
	if t != nil && clew.proving {
		clewTouchSelect(scases, pollorder, nsends)
	}
	if t == nil || !t.picks || len(pollorder) == 0 {
		clewRoundLost()
		return // a quiet select takes the first ready case, in an order drawn by lot
	}
	t.picks = false
	ready := 0
	for _, ci := range pollorder {
		clewRoundTouchChan(scases[ci].c)
		if clewCaseReady(scases[ci].c, int(ci) < nsends) {
			ready++
		}
	}
	if ready < 2 {
		return
	}
	pick := clewPick(ready)
	for i, ci := range pollorder {
		if !clewCaseReady(scases[ci].c, int(ci) < nsends) {
			continue
		}
		if pick == 0 {
			copy(pollorder[1:i+1], pollorder[:i])
			pollorder[0] = ci
			break
		}
		pick--
	}
	if clew.traced {
		clewLogPick(t, scases, pollorder, nsends)
	}
}

// clewPick asks the strategy which of n ways the thread's step goes.
func clewPick(n int) int {
	clew.picks++
	if clew.overtime {
		return clew.plain.Pick(n)
	}
	return clew.strategy.Pick(n)
}

func clewCaseReady(c *hchan, send bool) bool {
	if c.closed != 0 {
		return true
	}
	if send {
		return c.qcount < c.dataqsiz || clewPartner(&c.recvq)
	}
	return c.qcount > 0 || clewPartner(&c.sendq)
}

// clewPartner reports whether a thread waits in q that a send or receive would meet:
// one that waits in a select which has already been decided would not.
func clewPartner(q *waitq) bool {
	for sg := q.first; sg != nil; sg = sg.next {
		if !sg.isSelect || sg.g.selectDone.Load() == 0 {
			return true
		}
	}
	return false
}

// clewGo is called at a go statement, before the thread is made.
func clewGo(fn *funcval, pc uintptr) {
	if t := clewSelf(); t != nil && fn != nil && clewLoud(pc) && clewUserFunc(fn.fn) {
		clewPoint(t, OpGo, nil, pc)
	}
}

// clewGosched is runtime.Gosched under control. The end of a system call, which must do without write barriers, yields when it is over.
//
//go:yeswritebarrierrec
func clewGosched(pc uintptr) bool {
	t := clewSelf()
	if t == nil || !clewUserFunc(pc) {
		return false // runtime.GC yields too, as often as the heap is large
	}
	clewPoint(t, OpYield, nil, pc)
	return true
}
