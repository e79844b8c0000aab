//go:build clewinside

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Chance: whatever a program draws by lot, or would see differ from one process to the next, is a function of
// the run's seed.

// clewStartupRand takes the place of the random bytes that the kernel gives a process:
// hash seeds and the order of maps are then the same in every worker.
var clewStartupRand = [16]byte{'c', 'l', 'e', 'w', ' ', 's', 't', 'a', 'r', 't', 's', ' ', 'h', 'e', 'r', 'e'}

// clewLots are the lots of a run. What a package does once in a process, when it is first used, is done in the first run of a
// worker and in no other: it must not shift what the program draws. So there are several.
type clewLots struct {
	program Lot    // math/rand
	system  Lot    // crypto/rand
	order   Lot    // in which timers go off, a select of the standard library looks
	names   Lot    // of temporary files: one that is taken costs another draw
	hash    uint64 // seed of the hashes of all maps of the run
	uses    [64]clewUses
}

func (l *clewLots) seed(seed uint64) {
	l.hash = Mix(seed, 1)
	l.program.Seed(l.hash + 1)
	l.system.Seed(l.hash + 2)
	l.order.Seed(l.hash + 3)
	l.names.Seed(l.hash + 4)
}

// clewStrangersLot is what strangers draw from, such as TestMain: the same in every process as long as there is
// one of them.
var clewStrangersLot atomic.Uint64

// clewRand takes the place of rand, called at pc, in a worker: by math/rand, and where the compiler needs a seed for a small map. It
// reports false for the runtime's own needs.
//
//go:nosplit
func clewRand(pc uintptr) (x uint64, ok bool) {
	gp := getg()
	if !clew.worker || gp != gp.m.curg {
		return 0, false
	}
	if clew.on && clewControlled() {
		clewRoundLost()
		place := clewPlaceOf(pc)
		if place.class == clewIsRandom {
			return clew.lots.program.Draw(), true
		}
		return clew.lots.drawFor(uint64(place.name)), true
	}
	if gp.clewRun == clewNoRun {
		return 0, false
	}
	lot := Lot{clewStrangersLot.Add(0x9e3779b9)}
	return lot.Draw(), true
}

// clewOrder is rand for the order in which a map of some type is walked.
//
//go:linkname clewOrder
func clewOrder(typeHash uint32) uint64 {
	if clew.on && clewControlled() {
		clewRoundLost()
		return clew.lots.drawFor(uint64(typeHash))
	}
	return rand()
}

// drawFor draws for a kind of use, which has a number. What is drawn does not depend on other uses, and no longer on those
// before the last step.
func (l *clewLots) drawFor(use uint64) uint64 {
	u := &l.uses[use*0x9e3779b97f4a7c15>>58]
	if now := uint64(clew.run)<<32 | clew.steps&(1<<32-1); u.at != now {
		*u = clewUses{at: now}
	}
	u.n++
	return Mix(Mix(l.hash+u.n, use), clew.steps)
}

// clewUses counts draws since a step.
type clewUses struct{ at, n uint64 }

// clewSeed is rand for the hashes of a new map.
//
//go:linkname clewSeed
func clewSeed() uint64 {
	if clew.on && clewControlled() {
		return clew.lots.hash
	}
	return rand()
}

// clewRandom is what the system's random bytes are to a thread.
//
//go:linkname clewRandom crypto/internal/sysrand.clewRandom
func clewRandom(p unsafe.Pointer, n int) bool {
	if !clewControlled() {
		return false
	}
	clewRoundLost()
	for i := 0; i < n; i += 8 {
		x := clew.lots.system.Draw()
		for k := i; k < min(i+8, n); k++ {
			*(*byte)(add(p, uintptr(k))) = byte(x)
			x >>= 8
		}
	}
	return true
}

// clewTempNumber is what the name of a temporary file gets.
//
//go:linkname clewTempNumber os.clewTempNumber
func clewTempNumber() uint64 {
	if !clewControlled() {
		return rand()
	}
	return clew.lots.names.Draw()
}

// clewSelectRand takes the place of the draws from 0 to n-1 by which a select shuffles its n-th case in. One that is the
// strategy's to choose keeps the order of the source.
func clewSelectRand(n uint32) uint32 {
	gp := getg()
	switch t := gp.clew; {
	case t == nil || !clew.on || gp.clewRun != clew.run:
		return cheaprandn(n)
	case t.picks:
		return n - 1
	}
	return uint32(clew.lots.order.Below(int(n)))
}

// clewTimerRand orders timers that go off at the same instant.
func clewTimerRand() uint32 {
	if clewVirtual() {
		return uint32(clew.lots.order.Draw())
	}
	return 0
}

// Numbers of goroutines. Some libraries read them out of a stack trace, and keep things by them.
const (
	clewFirstGoid = 1000 // of main, less one
	clewCoroutine = 1_000_000
)

// clewGoid returns the number for a new goroutine that is to be a thread, or a thread's coroutine; 0 if it is neither.
func clewGoid(by *g, startpc uintptr) uint64 {
	if clew.launching {
		return clewFirstGoid + 1
	}
	parent, _ := clewParent(by)
	switch {
	case parent == nil:
		return 0
	case startpc == abi.FuncPCABIInternal(corostart):
		clew.coroutines++
		return clewCoroutine + uint64(clew.coroutines)
	case !clewUserFunc(startpc) && !clewFinishes(startpc):
		return 0
	}
	return clewFirstGoid + 1 + uint64(clew.nmade)
}

// clewMachine is what a thread takes for the machine: the values that its process has, or those that a replayed schedule was found
// with.
type clewMachine struct {
	procs, cpus int
}

var clewAskedMachine clewMachine

// clewSetMachine says what machine the next runs are to see; zero stands for the real one. It returns what they will see.
//
//go:linkname clewSetMachine testing.clewSetMachine
func clewSetMachine(procs, cpus int) (int, int) {
	clewAskedMachine = clewMachine{int(gomaxprocs), int(numCPUStartup)}
	if procs > 0 && cpus > 0 {
		clewAskedMachine = clewMachine{procs, cpus}
	}
	return clewAskedMachine.procs, clewAskedMachine.cpus
}

// clewSetProcs is GOMAXPROCS for a thread: n < 1 changes nothing. What processors there really are is none of its business.
func clewSetProcs(n int) (was int) {
	was = clew.machine.procs
	if n > 0 {
		clew.machine.procs = n
	}
	return was
}

// clewPoolTime is for sync.Pool: the number of the run that the caller is a thread of, 0 if it is none, and how many collections
// the run has asked for.
//
//go:linkname clewPoolTime sync.clewPoolTime
func clewPoolTime() (run, collections uint32) {
	if !clew.on || getg().clewRun != clew.run || !clewControlled() {
		return 0, 0
	}
	clewRoundLost() // what it keeps is a list of its own
	return clew.run, clew.collections
}
