//go:build clewinside

package runtime

import "unsafe"

// A run, from its beginning to its end: the driver starts it, and is parked until it is over.

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
		clew.launching = true
		newg := newproc1(fv, gp, 0, false, waitReasonZero)
		clew.launching = false
		clew.main = clewNewThread(newg, MainKey)
		clewDetector.Start(&clew.main.race, clew.main.id)
		if traced {
			clewLogThread(clew.main, 0, 0, false, 0)
		}
		clewEnable(clew.main)
		clew.launch = clewChoose()
	})
	clew.on = true
	for {
		gopark(clewStart, nil, waitReasonSelectNoCases, traceBlockForever, 1)
		if !clew.on {
			return clew.verdict
		}
		t, verdict := clewAwait()
		if t == nil {
			clewEnd(verdict)
			return clew.verdict
		}
		clew.launch = t
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
	clew.noutside, clew.touched, clew.nadopted = 0, false, 0
	clew.steps, clew.switches, clew.picks, clew.hash = 0, 0, 0, 0
	clew.maxSteps, clew.budget, clew.overtime = maxSteps, maxSteps, false
	clew.paced, clew.incalls = false, 0
	clew.wallBudget, clew.wallEnd = wallBudget, 0
	clew.mainDone, clew.verdict, clew.idles = false, clewOK, 0
	clew.traced, clewLogged, clewPending = traced, 0, clewValue{}
	clewObjects.n = 0
	clewAPIBegin()
	clewRaceBegin()
	clewNetBegin()
	clewClockBegin(wall)
	clew.collector.begin()
	clew.lots.seed(seed)
	clew.machine, clew.coroutines, clew.collections = clewAskedMachine, 0, 0
	clew.strategy = clewStrategies[strategy].strategy
	clew.searching, clew.proving = strategy > clewByProof, strategy == clewByProof
	clew.rests = 0
	clewRoundEnd()
	if clewInPlainOrder() {
		clew.maxSteps = min(maxSteps, clewRoundFirst)
	}
	clewSlowBegin(seed)
	clew.strategy.Begin(seed)
}

// clewStrategies are the strategies by their numbers. Those from clewByLot on search by lot, and all of them but clewByLot itself need
// a survey.
var clewStrategies = [...]struct {
	name     string
	strategy Strategy
}{
	{"plain", &clew.plain},
	{"replay", &clew.replay},
	{"survey", &clew.surveyor},
	{"detours", &clew.detours},
	clewByProof: {"dpor", &clew.dpor},
	{"walk", &clew.orders},
	clewByLot: {"random", &clew.random},
	{"pct", &clew.pct},
	{"pos", &clew.pos},
	{"urw", &clew.urw},
	{"surw", &clew.surw},
	{"rff", &clew.rff},
}

const (
	clewByProof = 4
	clewByLot   = 6
)

// clewStrategyNamed returns the number of a strategy that searches, and whether it needs a survey; 0 if there is none of the name.
//
//go:linkname clewStrategyNamed testing.clewStrategyNamed
func clewStrategyNamed(name string) (number int, survey bool) {
	for i := clewByProof; i < len(clewStrategies); i++ {
		if clewStrategies[i].name == name {
			return i, i > clewByLot
		}
	}
	return 0, false
}

// clewSurveyed ends the survey that the last run has made; one that is not sound is of no use.
//
//go:linkname clewSurveyed testing.clewSurveyed
func clewSurveyed(sound bool) {
	survey := &clew.surveyor.Survey
	survey.End(sound)
	clewSurveyKnown()
}

// clewSurveyKnown has the strategies go by the survey.
//
//go:linkname clewSurveyKnown testing.clewSurveyKnown
func clewSurveyKnown() {
	survey := &clew.surveyor.Survey
	clew.pct.Survey, clew.pos.Survey, clew.urw.Survey, clew.surw.Survey, clew.rff.Survey = survey, survey, survey, survey, survey
}

// clewSurveyMemory returns where the survey lies. There are no pointers in it.
//
//go:linkname clewSurveyMemory testing.clewSurveyMemory
func clewSurveyMemory() (p unsafe.Pointer, size uintptr) {
	survey := &clew.surveyor.Survey
	return unsafe.Pointer(survey), unsafe.Sizeof(*survey)
}

// clewWallSpent reports whether the run has spent its time on the wall clock, which begins with the first call. The plain order is
// given clewLeastSteps, however long they take.
func clewWallSpent() bool {
	if clew.wallBudget == 0 {
		return false
	}
	now := nanotime()
	if clew.wallEnd == 0 {
		clew.wallEnd = now + clew.wallBudget
	}
	return now > clew.wallEnd && (!clewInPlainOrder() || clew.steps >= clewLeastSteps)
}

const clewLeastSteps = 1_000_000

// clewInPlainOrder reports whether the run is the plain one: nothing is known of the test yet.
func clewInPlainOrder() bool { return clew.strategy == Strategy(&clew.plain) }

// clewStart is called on the scheduler's stack with the driver parked: now the
// thread to be launched may run.
func clewStart(*g, unsafe.Pointer) bool {
	gp := clewTakeTurn(clew.launch)
	mp := getg().m
	mp.waitunlockf, mp.waitlock = nil, nil // as park_m does when this returns
	clewResume(mp, gp)
	return true
}

// clewEnd ends the run.
func clewEnd(verdict int) {
	switch verdict {
	case clewLivelock, clewTooLong, clewLong:
		if clewInCircle() || clewMainIsStuck() {
			verdict = clewDeadlock
		}
	}
	clew.verdict = verdict
	clew.cur = nil
	clew.on = false
	if clew.nadopted > 0 {
		systemstack(clewGiveBack)
	}
}

// clewManyIdles is how often the threads may come to rest before it counts that all they do is to look at a clock.
const clewManyIdles = 10_000

// clewMainIsStuck reports whether the test cannot end: its main thread waits for another one, and all that happens is that timers go
// off for some who do nothing for anybody.
func clewMainIsStuck() bool {
	m := clew.main
	return !clew.mainDone && (m.state == clewGated || m.state == clewBlocked) && clew.steps-m.since > clew.steps/2 &&
		clew.idles > clewManyIdles
}

// clewInCircle reports whether there are threads of which each waits for a mutex that the next one holds.
func clewInCircle() bool {
	for id := uint32(1); id <= clew.nmade; id++ {
		links := uint32(0)
		for t := clewThreadOf(id).waitsForHolder(); t != nil; t = t.waitsForHolder() {
			if links++; links > clew.nmade { // a chain that ends has fewer
				return true
			}
		}
	}
	return false
}

// waitsForHolder returns the thread that holds the mutex that t waits for, nil if it waits for none.
func (t *clewThread) waitsForHolder() *clewThread {
	if t.state != clewGated && t.state != clewBlocked || t.obj == nil || t.obj.kind != KindMutex || !t.obj.held() {
		return nil
	}
	return t.obj.holder
}

// clewToDriver lets the driver go on. It does not return.
func clewToDriver() {
	mp := getg().m
	gp := clew.driver.ptr()
	casgstatus(gp, _Gwaiting, _Grunnable)
	clewResume(mp, gp)
}

// clewResults returns what there is to tell of the last run.
//
//go:linkname clewResults testing.clewResults
func clewResults() (steps, switches, picks, hash uint64, threads, alive, left int, touched bool) {
	alive = clew.live
	for id := uint32(1); id <= clew.nmade && clew.live > 0; id++ {
		if t := clewThreadOf(id); t.state != clewDead && !t.adopted {
			clew.hash += t.hash
			clew.live--
			clewForget(t)
		}
	}
	return clew.steps, clew.switches, clew.picks, clew.hash, int(clew.nmade), alive, clew.noutside, clew.touched
}

// clewReplaySteps gives the replay strategy its schedule.
//
//go:linkname clewReplaySteps testing.clewReplaySteps
func clewReplaySteps(keys []uint64, ops []uint8, picks []int32) {
	steps := make([]Step, len(keys))
	for i := range steps {
		steps[i] = Step{keys[i], Op(ops[i]), picks[i]}
	}
	clew.replay.Steps = steps
}

// clewFollowBlocks has the detours strategy follow blocks of steps; the detours that they take are logged.
//
//go:linkname clewFollowBlocks testing.clewFollowBlocks
func clewFollowBlocks(keys []uint64, steps []uint32) {
	list := make([]Block, len(keys))
	for i := range list {
		list[i] = Block{keys[i], steps[i]}
	}
	clew.blocks.List = list
	clew.detours.Way, clew.detours.Note, clew.detours.Tell = &clew.blocks, clewLogFollowed, nil
}

// clewTakeDetours gives the detours strategy what is to be taken; what else could be is logged. With follow, it follows the replay
// strategy's schedule, and the detours that this takes are logged.
//
//go:linkname clewTakeDetours testing.clewTakeDetours
func clewTakeDetours(after []uint64, count []uint32, to []uint64, pick []int32, follow bool) {
	d := &clew.detours
	d.Way, d.Tell = nil, clewLogDetour
	if follow {
		d.Way, d.Note, d.Tell = &clew.replay, clewLogFollowed, nil
		return
	}
	list := make([]Detour, len(after))
	for i := range list {
		list[i] = Detour{After: after[i], Count: count[i], To: to[i], Pick: pick[i]}
	}
	d.Take(list)
}

// clewReplayed tells how far the last replay followed its schedule.
//
//go:linkname clewReplayed testing.clewReplayed
func clewReplayed() (followed int, stale bool) { return clew.replay.Followed, clew.replay.Stale }

// clewOpByName returns the operation with the given name, 0 when there is none.
//
//go:linkname clewOpByName testing.clewOpByName
func clewOpByName(name string) uint8 {
	for op := OpNone; op < OpCount; op++ {
		if op.String() == name {
			return uint8(op)
		}
	}
	return 0
}

// clewDerive is Derive, for the driver.
//
//go:linkname clewDerive testing.clewDerive
func clewDerive(seed, i uint64) uint64 { return Derive(seed, i) }
