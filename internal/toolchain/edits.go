package toolchain

import (
	"fmt"

	"github.com/goclew/clew/internal/strategy"
)

// edits lists every change that clew makes to the standard library. Each is one or
// a few lines that call into the files of inside/, where the work is done.
func edits() []edit {
	var all []edit
	for _, group := range [][]edit{
		schedulerEdits, channelEdits, timeEdits, chanceEdits, stampEdits, collectEdits, poolEdits, lockEdits(), syncEdits(),
		pointerEdits(), slotEdits(), testEdits, netEdits(), signalEdits,
	} {
		all = append(all, group...)
	}
	return all
}

// schedulerEdits take over the order of goroutines.
var schedulerEdits = []edit{
	{"a goroutine knows its thread", "runtime/runtime2.go",
		field("g", "clew *clewThread\nclewRun, clewRank uint32")},
	{"a thread that may go on waits for the turn", "runtime/proc.go",
		before("ready", "runqput(mp.p.ptr(), gp, next)", `if (gp.clew != nil || clew.strangers) && clewReady(gp) {
			releasem(mp)
			return
		}`)},
	{"threads that the poller wakes wait for the turn", "runtime/proc.go",
		atStart("injectglist", "clewInject(glist)")},
	{"the poller hands no thread to the scheduler", "runtime/netpoll.go",
		all(
			exprs("netpollready", "toRun.push(rg)", "clewPush(toRun, rg)"),
			exprs("netpollready", "toRun.push(wg)", "clewPush(toRun, wg)"),
		)},
	{"a synctest bubble's goroutines are threads", "runtime/synctest.go",
		all(
			after("synctestRun", "bubble.main = newproc1(fv, gp, pc, false, waitReasonZero)", "if clewSpawn(gp, bubble.main, pc) { return }"),
			before("synctestRun", "gp.bubble.timers.check(bubble.now, bubble)", "if curg.clew != nil { clewFiring(true) }"),
			after("synctestRun", "gp.bubble.timers.check(bubble.now, bubble)", "if curg.clew != nil { clewFiring(false) }"),
		)},
	{"a thread that parks hands the turn on", "runtime/proc.go",
		all(
			atStart("park_m", "clewHands := gp.clew != nil && clewParks(gp)"),
			before("park_m", "execute(gp, true)", "if clewHands { clewStays(gp) }"),
			beforeLast("park_m", "schedule()", "if clewHands { clewDispatch() }"),
		)},
	{"a thread that ends hands the turn on", "runtime/proc.go",
		all(
			before("goexit0", "gdestroy(gp)", "clewEnds := clewExiting(gp)"),
			before("goexit0", "schedule()", "if clewEnds != nil { clewDispatch() }"),
			before("gdestroy", "gogo(&mp.g0.sched)", "clewLeave(mp)"),
		)},
	{"a go statement starts a thread", "runtime/proc.go",
		all(
			before("newproc", "systemstack(…", "clewGo(fn, pc)"),
			after("newproc", "newg := newproc1(fn, gp, pc, false, waitReasonZero)", "if clewSpawn(gp, newg, pc) { return }"),
		)},
	{"Gosched is a point", "runtime/proc.go",
		atStart("Gosched", "if clewGosched(sys.GetCallerPC()) { return }")},
	{"the runtime's own deadlock check stays silent", "runtime/proc.go",
		atStart("checkdead", "if clew.worker { return }")},
	{"who is signalled on a condition knows what the signaller knew", "runtime/sema.go",
		all(
			before("notifyListNotifyAll", "readyWithTime(s, 4)", "clewPass(s.g)"),
			before("notifyListNotifyOne", "readyWithTime(s, 4)", "clewPass(s.g)"),
		)},
	{"a signal is not lost on a goroutine of an earlier run", "runtime/sema.go",
		before("notifyListNotifyOne", "readyWithTime(s, 4)", "if clewHidden(s.g) { notifyListNotifyOne(l); return }")},
	{"nobody needs to be told of stacks", "runtime/proc.go",
		exprs("gfget", "raceenabled", "false")},
	{"a frame is scanned with care while it tells of an access", "runtime/mgcmark.go",
		exprs("scanframeworker", "frame.fn.funcID == abi.FuncID_debugCallV2",
			"(frame.fn.funcID == abi.FuncID_debugCallV2 || clewHookFrame(frame.fn))")},
	{"the heap may lie anywhere", "runtime/malloc.go",
		exprs("(*mheap).sysAlloc", "raceenabled", "false")},
	{"nobody needs to be told of freed memory", "runtime/mgcsweep.go",
		exprs("(*sweepLocked).sweep", "raceenabled", "false")},
	{"a coroutine switch keeps the thread", "runtime/coro.go",
		all(
			after("newcoro", "gp = newproc1(startfv, gp, pc, true, waitReasonCoroutine)", "clewCoroMade(gp)"),
			atStart("coroswitch_m", "clewMoves := clewCoroFrom(gp)"),
			after("coroswitch_m", "setMNoWB(&gnext.m, mp)", "if clewMoves != nil { clewCoroTo(clewMoves, gnext) }"),
		)},
	{"goroutines of earlier runs are not shown", "runtime/traceback.go",
		atStart("isSystemGoroutine", "if clewHidden(gp) { return true }\nif clewUsers(gp) { return false }")},
	{"how long threads wait for the scheduler is not measured", "runtime/proc.go",
		all(
			exprs("casgstatus", "gp.trackingSeq%gTrackingPeriod == 0", "!clew.worker && gp.trackingSeq%gTrackingPeriod == 0"),
			exprs("newproc1", "newg.trackingSeq%gTrackingPeriod == 0", "!clew.worker && newg.trackingSeq%gTrackingPeriod == 0"),
		)},
	{"a thread is no system goroutine, and a new goroutine no thread of another run", "runtime/proc.go",
		all(
			exprs("gdestroy", "isSystemGoroutine(gp, false)", "!clewWas(gp) && isSystemGoroutine(gp, false)"),
			before("gdestroy", "gp.waitreason = waitReasonZero", "gp.clew, gp.clewRun = nil, 0"),
		)},
	{"waiting for a file's lock is waiting for the outside", "runtime/sema.go",
		exprs("poll_runtime_Semacquire", "waitReasonSemacquire", "waitReasonIOWait")},
	{"a worker that is asked for its stacks shows those of loops, too", "runtime/signal_unix.go",
		all(
			after("sighandler", "level, _, docrash := gotraceback()", "docrash = docrash || clew.worker && sig == _SIGQUIT"),
			before("sighandler", "crash()", "if clew.worker && sig == _SIGQUIT { exit(2) }"),
		)},
	{"threads are what NumGoroutine counts", "runtime/debug.go",
		atStart("NumGoroutine", "if clew.on && clewControlled() { return clewCount() }\nif clew.worker && !clew.on { return clewCountOutside() }")},
	{"a thread may lose the turn in a long system call", "runtime/proc.go",
		all(
			atStart("reentersyscall", "clewEnterSyscall()"),
			atStart("entersyscallblock", "clewEnterSyscall()"),
			atReturns("exitsyscall", "clewExitSyscall()"),
		)},
}

// slotEdits have operations of maps tell which slot they give to their caller.
func slotEdits() []edit {
	var changes []edit
	for _, kind := range []string{"runtime", "runtime_fast32", "runtime_fast64", "runtime_faststr"} {
		changes = append(changes, edit{"the slot that a map gives is known",
			fmt.Sprintf("internal/runtime/maps/%[1]s_swiss.go or internal/runtime/maps/%[1]s.go", kind), slots})
	}
	return changes
}

var slots = all(returned("runtime_mapaccess", "clewGives"), returned("runtime_mapassign", "clewGives"))

// channelEdits make channel operations points.
var channelEdits = []edit{
	{"send is a point", "runtime/chan.go", all(
		atStart("chansend1", "clewChanWait(OpSend, c, sys.GetCallerPC())"),
		atStart("selectnbsend", "clewChanOp(OpSend, c, sys.GetCallerPC())"),
		atStart("reflect_chansend", "clewChanOp(OpSend, c, sys.GetCallerPC())"),
	)},
	{"receive is a point", "runtime/chan.go", all(
		atStart("chanrecv1", "clewChanWait(OpReceive, c, sys.GetCallerPC())"),
		atStart("chanrecv2", "clewChanWait(OpReceive, c, sys.GetCallerPC())"),
		atStart("selectnbrecv", "clewChanOp(OpReceive, c, sys.GetCallerPC())"),
		atStart("reflect_chanrecv", "clewChanOp(OpReceive, c, sys.GetCallerPC())"),
	)},
	{"close is a point", "runtime/chan.go",
		atStart("closechan", "clewChanOp(OpClose, c, sys.GetCallerPC())")},
	{"select is a point, and which case it takes a choice", "runtime/select.go", all(
		imported("internal/runtime/sys"),
		exprs("selectgo", "cheaprandn(uint32(norder + 1))", "clewSelectRand(uint32(norder + 1))"),
		atStart("selectgo", "clewSelectOp(sys.GetCallerPC())"),
		after("selectgo", "lockorder = lockorder[:norder]", "clewSelectOrder(scases, pollorder, nsends)"),
	)},
}

// timeEdits put threads on the virtual clock.
var timeEdits = []edit{
	{"a timer knows the thread that made it", "runtime/time.go", field("timer", "clewBy, clewAlarm uint32")},
	{"the wall clock is virtual", "runtime/time.go",
		atStart("time_runtimeNow", "if clewVirtual() { return clewWallNow() }")},
	{"the monotonic clock is virtual", "runtime/time.go",
		atStart("time_runtimeNano", "if clewVirtual() { return clewLook() }")},
	{"deadlines of files and connections are virtual", "runtime/netpoll.go",
		all(
			exprs("poll_runtime_pollSetDeadline", "nanotime()", "clewNanotime()"),
			before("poll_runtime_pollSetDeadline", "rd0, wd0 := pd.rd, pd.wd", "clewDeadline(pd, d)"),
		)},
	{"sleep is a point, in virtual time", "runtime/time.go", all(
		atStart("timeSleep", "clewSleep(sys.GetCallerPC())"),
		after("timeSleep", "t.init(goroutineReady, gp)", "t.clewBy = clewTimerOwner()"),
		exprs("timeSleep", "nanotime()", "clewNanotime()"),
		before("timeSleep", "gp.sleepWhen = when", "clewAlarmSet(t, when)"),
	)},
	{"timers of threads are virtual", "runtime/time.go", all(
		after("newTimer", "t.timer.init(nil, nil)", "t.clewBy = clewTimerOwner()"),
		before("newTimer", "t.modify(when, period, f, arg, 0)", "clewAlarmSet(&t.timer, when)"),
		exprs("(*timer).maybeAdd", "&mp.p.ptr().timers", "clewTimerSet(t, mp)"),
		exprs("(*timer).maybeAdd", "cheaprand()", "uint32(rand())"),
		before("(*timer).maybeAdd", "t.state |= timerHeaped", "if t.clewBy != 0 { t.rand = clewTimerRand() }"),
		atStart("stopTimer", "clewTimerStop()"),
		before("resetTimer", "return t.reset(when, period)", "when = clewRearm(&t.timer, when)"),
		beforeLast("(*timer).maybeAdd", "if wake { wakeNetPoller(when) }", "wake = wake && t.clewBy == 0"),
		before("(*timer).modify", "if wake { wakeNetPoller(when) }", "wake = wake && t.clewBy == 0"),
		exprs("(*timer).maybeRunChan", "nanotime()", "clewTimerNow(t)"),
		atStart("(*timer).unlockAndRun", "if t.clewBy != 0 { clewAlarmOff(t) }"),
	)},
}

// hook is a call of clewSync in package sync.
func hook(op strategy.Op, kind strategy.Kind, receiver string) string {
	return fmt.Sprintf("clewSync(%d, %d, unsafe.Pointer(%s), sys.GetCallerPC())", op, kind, receiver)
}

func lockEdits() []edit {
	rw := func(op strategy.Op) string { return hook(op, strategy.KindRWMutex, "rw") }
	bare := reimported("sync/atomic", "internal/runtime/atomic")
	return []edit{
		{"a mutex's own atomics are no points", "internal/sync/mutex.go", all(
			bare,
			exprs("(*Mutex).Lock", "atomic.CompareAndSwapInt32", "atomic.Casint32"),
			exprs("(*Mutex).TryLock", "atomic.CompareAndSwapInt32", "atomic.Casint32"),
			exprs("(*Mutex).lockSlow", "atomic.CompareAndSwapInt32", "atomic.Casint32"),
			exprs("(*Mutex).lockSlow", "atomic.AddInt32", "atomic.Xaddint32"),
			exprs("(*Mutex).Unlock", "atomic.AddInt32", "atomic.Xaddint32"),
			exprs("(*Mutex).unlockSlow", "atomic.CompareAndSwapInt32", "atomic.Casint32"),
		)},
		{"the race detector is told of a mutex where its points are", "internal/sync/mutex.go", all(
			exprs("(*Mutex).Lock", "race.Enabled", "false"),
			exprs("(*Mutex).TryLock", "race.Enabled", "false"),
			exprs("(*Mutex).Unlock", "race.Enabled", "false"),
		)},
		{"a RWMutex's own atomics are no points", "sync/rwmutex.go", bare},
		{"a WaitGroup's own atomics are no points", "sync/waitgroup.go", all(
			bare,
			exprs("(*WaitGroup).Add", "wg.state.Or(waitGroupBubbleFlag)",
				"atomic.Or64((*uint64)(unsafe.Pointer(&wg.state)), waitGroupBubbleFlag)"),
			exprs("(*WaitGroup).Add", "uint64(delta) << 32", "int64(delta) << 32"),
		)},
		{"mutex operations are points", "sync/mutex.go", all(
			imported("internal/runtime/sys"),
			imported("unsafe"),
			atStart("(*Mutex).Lock", "clewLock(unsafe.Pointer(m), sys.GetCallerPC())"),
			atStart("(*Mutex).TryLock", "clewTryLock(unsafe.Pointer(m), sys.GetCallerPC())"),
			atStart("(*Mutex).Unlock", "clewUnlock(unsafe.Pointer(m), sys.GetCallerPC())"),
		)},
		{"RWMutex operations are points", "sync/rwmutex.go", all(
			imported("internal/runtime/sys"),
			atStart("(*RWMutex).Lock", rw(strategy.OpLock)+"\ndefer clewHolds(unsafe.Pointer(rw), 'w')"),
			atStart("(*RWMutex).TryLock", rw(strategy.OpTryLock)),
			before("(*RWMutex).TryLock", "return true", "clewHolds(unsafe.Pointer(rw), 'w')"),
			atStart("(*RWMutex).Unlock", rw(strategy.OpUnlock)+"\nclewHolds(unsafe.Pointer(rw), 0)"),
			atStart("(*RWMutex).RLock", rw(strategy.OpRLock)+"\ndefer clewHolds(unsafe.Pointer(rw), 'r')"),
			atStart("(*RWMutex).TryRLock", rw(strategy.OpTryRLock)),
			before("(*RWMutex).TryRLock", "return true", "clewHolds(unsafe.Pointer(rw), 'r')"),
			atStart("(*RWMutex).RUnlock", rw(strategy.OpRUnlock)+"\nclewHolds(unsafe.Pointer(rw), 0)"),
		)},
	}
}

func syncEdits() []edit {
	const (
		wg, once, cond, m = strategy.KindWaitGroup, strategy.KindOnce, strategy.KindCond, strategy.KindMap
	)
	type op struct {
		method string
		op     strategy.Op
		kind   strategy.Kind
		recv   string
	}
	group := func(name, file string, ops ...op) edit {
		changes := []func(*source) error{imported("internal/runtime/sys"), imported("unsafe")}
		for _, o := range ops {
			changes = append(changes, atStart(o.method, hook(o.op, o.kind, o.recv)))
		}
		return edit{name, file, all(changes...)}
	}
	return []edit{
		group("WaitGroup operations are points", "sync/waitgroup.go",
			op{"(*WaitGroup).Add", strategy.OpAdd, wg, "wg"},
			op{"(*WaitGroup).Done", strategy.OpDone, wg, "wg"},
			op{"(*WaitGroup).Wait", strategy.OpWait, wg, "wg"}),
		group("Once.Do is a point", "sync/once.go",
			op{"(*Once).Do", strategy.OpDo, once, "o"}),
		{"what a library does once is no part of a schedule", "sync/once.go",
			before("(*Once).doSlow", "f()", "if clewOnce() { defer clewOnceDone() }")},
		group("Cond operations are points", "sync/cond.go",
			op{"(*Cond).Wait", strategy.OpWait, cond, "c"},
			op{"(*Cond).Signal", strategy.OpSignal, cond, "c"},
			op{"(*Cond).Broadcast", strategy.OpBroadcast, cond, "c"}),
		group("Map operations are points", "sync/map.go",
			op{"(*Map).Load", strategy.OpLoad, m, "m"},
			op{"(*Map).Store", strategy.OpStore, m, "m"},
			op{"(*Map).Clear", strategy.OpStore, m, "m"},
			op{"(*Map).LoadOrStore", strategy.OpCAS, m, "m"},
			op{"(*Map).LoadAndDelete", strategy.OpSwap, m, "m"},
			op{"(*Map).Delete", strategy.OpStore, m, "m"},
			op{"(*Map).Swap", strategy.OpSwap, m, "m"},
			op{"(*Map).CompareAndSwap", strategy.OpCAS, m, "m"},
			op{"(*Map).CompareAndDelete", strategy.OpCAS, m, "m"},
			op{"(*Map).Range", strategy.OpLoad, m, "m"}),
	}
}

// pointerEdits make the atomic operations points that are not plain functions of
// sync/atomic: those on pointers live in package runtime, for the write barrier's sake,
// and methods call functions. See atomic.go for the others.
func pointerEdits() []edit {
	call := func(fn string, op strategy.Op) func(*source) error {
		return atStart(fn, fmt.Sprintf("clewAtomicOp(%d, unsafe.Pointer(ptr), sys.GetCallerPC())", op))
	}
	value := func(fn string, op strategy.Op) func(*source) error {
		return atStart(fn, fmt.Sprintf("clewAtomicOp(%d, unsafe.Pointer(v), sys.GetCallerPC())", op))
	}
	return []edit{
		{"atomic operations on pointers are points", "runtime/atomic_pointer.go", all(
			imported("internal/runtime/sys"),
			call("sync_atomic_StorePointer", strategy.OpStore),
			call("sync_atomic_SwapPointer", strategy.OpSwap),
			call("sync_atomic_CompareAndSwapPointer", strategy.OpCAS),
		)},
		{"operations of atomic types are points", "sync/atomic/type.go", all(
			imported("internal/runtime/sys"),
			atomicMethods,
		)},
		{"atomic.Value operations are points", "sync/atomic/value.go", all(
			imported("internal/runtime/sys"),
			value("(*Value).Load", strategy.OpLoad),
			value("(*Value).Store", strategy.OpStore),
			value("(*Value).Swap", strategy.OpSwap),
			value("(*Value).CompareAndSwap", strategy.OpCAS),
		)},
	}
}

// testEdits turn a test binary into a worker.
var testEdits = []edit{
	{"a worker says hello", "testing/testing.go", atStart("MainStart", "clewHello()")},
	{"a worker runs what it is told", "testing/testing.go",
		before("(*M).Run", "deadline := m.startAlarm()", "if clewWorks() {\nm.exitCode = m.clewWork()\nreturn\n}")},
	{"a test's context is made when it is asked for", "testing/testing.go",
		atStart("(*common).Context", "c.clewContext()")},
	{"a test's runner is known", "testing/testing.go",
		exprs("tRunner", "callerName(0)", `"testing.tRunner"`)},
	{"how long a test takes is told in real time", "testing/testing.go", realTime("tRunner", "(*T).Parallel")},
	{"how long a fuzz test takes is told in real time", "testing/fuzz.go", realTime("fRunner")},
	{"a test's own books are kept without locks, one thread running at a time", "testing/testing.go",
		all(
			atStart("(*common).checkRaces", "if clewWorks() { return }"),
			atStart("(*common).resetRaces", "if clewWorks() { return }"),
			atStart("(*common).Failed", "if clewWorks() { return c.failed }"),
			atStart("(*common).setRan", "if clewWorks() {\nfor ; c != nil; c = c.parent { c.ran = true }\nreturn\n}"),
		)},
	{"a test that passes has nothing to report", "testing/testing.go",
		all(
			before("tRunner", "didPanic := false", "if clewWorks() && t.clewPassed() { return }"),
			before("(*T).report", "dstr := fmtDuration(t.duration)", "if clewWorks() && t.chatty == nil && !t.Failed() { return }"),
			atStart("(*common).runCleanup", "if clewWorks() && c.cancelCtx == nil && len(c.cleanups) == 0 { return nil }"),
		)},
	{"using a T races with the end of its test", "testing/testing.go",
		all(
			atStart("(*common).Fail", "c.clewUsed()"),
			atStart("(*common).destination", "c.clewUsed()"),
			before("tRunner", "t.done = true", "t.clewEnds()"),
		)},
	{"a benchmark within a test runs once", "testing/benchmark.go",
		atStart("Benchmark", "if clewWorks() { benchTime = durationOrCountFlag{n: 1} }")},
	{"while there are child processes, time is real", "os/exec.go",
		atStart("StartProcess", "clewChild()")},
	{"what a run prints is kept", "os/file.go",
		atStart("(*File).Write", "if f.clewTakes(b) { return len(b), nil }")},
}

// signalEdits have who sends a signal to its own process wait for it.
var signalEdits = []edit{
	{"signals that come are counted", "runtime/signal_unix.go", atStart("sighandler", "clewSignals[sig&63].Add(1)")},
	{"a signal to the own process has come when Kill returns", "syscall/zsyscall_linux_amd64.go",
		atStart("Kill", "defer clewKilled(pid, sig, clewSignalCount(int(sig)))")},
	{"a signal to the own process has come when Kill returns", "syscall/zsyscall_linux_arm64.go",
		atStart("Kill", "defer clewKilled(pid, sig, clewSignalCount(int(sig)))")},
}

// realTime has functions of package testing measure how long a test takes on the real clock.
func realTime(fns ...string) func(*source) error {
	var changes []func(*source) error
	for _, fn := range fns {
		changes = append(changes, exprs(fn, "highPrecisionTimeNow", "clewTimeNow"), exprs(fn, "highPrecisionTimeSince", "clewTimeSince"))
	}
	return all(changes...)
}
