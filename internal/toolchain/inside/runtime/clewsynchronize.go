//go:build clewinside

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/maps"
	"unsafe"
)

// What the race detector is told of synchronization: who acts on which address. The actor is a thread of the
// run, the timer that is being fired, or somebody outside.
//
// Nobody watches those outside (goroutines from before the run, finalizers); they run beside the threads.
// They may pass on what any thread has done. So a thread that synchronizes with one of them is taken to know of all that was done so far: no
// false alarm, if perhaps a race that stays unseen.

// clewRace is the state of race detection in the runtime part.
var clewRace struct {
	points bool   // accesses to memory may be scheduling points
	timer  Thread // who acts for the timer that is being fired

	lockPC   uintptr // the place of the last operation on a mutex
	atomicPC uintptr // the place of the atomic operation that is about to be carried out

	// Where those outside have released something in this run.
	outsideLock mutex
	outsideAny  atomic.Bool
	outside     [64]uintptr
	noutside    int // more than len(outside): too many to tell apart
}

// clewActor returns who acts when gp synchronizes, nil for somebody outside.
func clewActor(gp *g) *Thread {
	if mp := gp.m; mp != nil && gp == mp.g0 {
		timer := gp.racectx != 0
		gp = mp.curg
		if timer && (mp == clew.dispatch.ptr() || gp != nil && gp.clew != nil && gp.clewRun == clew.run) {
			return &clewRace.timer
		}
		if gp == nil {
			return nil
		}
	}
	if t := gp.clew; t != nil && gp.clewRun == clew.run {
		return &t.race
	}
	return nil
}

func clewAcquire(gp *g, addr unsafe.Pointer) {
	if !clew.on || getg().raceignore != 0 {
		return
	}
	if t := clewActor(gp); t != nil {
		clewDetector.Acquire(t, uintptr(addr))
		clewMeetOutside(t, addr)
	}
}

func clewRelease(gp *g, addr unsafe.Pointer) {
	if !clew.on || getg().raceignore != 0 {
		return
	}
	if t := clewActor(gp); t != nil {
		clewDetector.Release(t, uintptr(addr))
	} else {
		clewOutsideReleases(addr)
	}
}

func clewReleaseMerge(gp *g, addr unsafe.Pointer) {
	if !clew.on || getg().raceignore != 0 {
		return
	}
	if t := clewActor(gp); t != nil {
		clewDetector.ReleaseMerge(t, uintptr(addr))
	} else {
		clewOutsideReleases(addr)
	}
}

func clewReleaseAcquire(gp *g, addr unsafe.Pointer) {
	if !clew.on || getg().raceignore != 0 {
		return
	}
	if t := clewActor(gp); t != nil {
		clewMeetOutside(t, addr)
		clewDetector.ReleaseAcquire(t, uintptr(addr))
	} else {
		clewOutsideReleases(addr)
	}
}

// clewPass orders what the caller has done before what gp's thread will do.
func clewPass(gp *g) {
	if !clew.on || gp.clew == nil || gp.clewRun != clew.run {
		return
	}
	if t := clewActor(getg()); t != nil {
		clewDetector.Pass(t, &gp.clew.race)
	} else {
		clewOutsideReleases(unsafe.Pointer(gp))
	}
}

// clewTimerActs begins the deeds of a timer, at addr: it knows what whoever set it knew.
func clewTimerActs(addr unsafe.Pointer) {
	mp := getg().m
	if !clew.on || mp != clew.dispatch.ptr() && (mp.curg == nil || mp.curg.clew == nil || mp.curg.clewRun != clew.run) {
		return
	}
	clewDetector.End(&clewRace.timer)
	clewDetector.Start(&clewRace.timer, 0)
	clewDetector.Acquire(&clewRace.timer, uintptr(addr))
}

// clewOutsideReleases notes that somebody outside may have passed something on at addr.
func clewOutsideReleases(addr unsafe.Pointer) {
	r := &clewRace
	lock(&r.outsideLock)
	known := r.noutside > len(r.outside)
	for i := 0; i < r.noutside && !known; i++ {
		known = r.outside[i] == uintptr(addr)
	}
	if !known {
		if r.noutside < len(r.outside) {
			r.outside[r.noutside] = uintptr(addr)
		}
		r.noutside++
	}
	unlock(&r.outsideLock)
	r.outsideAny.Store(true)
}

// clewMeetOutside is called when t synchronizes with whoever has released something at addr.
func clewMeetOutside(t *Thread, addr unsafe.Pointer) {
	r := &clewRace
	if !r.outsideAny.Load() {
		return
	}
	lock(&r.outsideLock)
	met := r.noutside > len(r.outside)
	for i := 0; i < r.noutside && !met; i++ {
		met = r.outside[i] == uintptr(addr)
	}
	unlock(&r.outsideLock)
	if met {
		clewDetector.AcquireAll(t)
	}
}

// clewRaceBegin prepares the detector for a new run.
func clewRaceBegin() {
	clewDetector.Begin()
	clewFoundRaces.nnews, clewFoundRaces.ntraced = 0, 0
	maps.ClewSlot, maps.ClewTells = 0, 0
	if clew.traced || clewRace.points {
		maps.ClewTells = ^uintptr(0)
	}
	clewDetector.Start(&clewRace.timer, 0)
	lock(&clewRace.outsideLock)
	clewRace.noutside = 0
	unlock(&clewRace.outsideLock)
	clewRace.outsideAny.Store(false)
}

// clewEdge is called just before an atomic operation on size bytes at addr is carried out.
//
//go:linkname clewEdge sync/atomic.clewEdge
func clewEdge(op uint8, addr unsafe.Pointer, size uintptr) {
	gp := getg()
	t := gp.clew
	if t == nil || addr == nil {
		if clew.on && Op(op) != OpLoad && gp.raceignore == 0 {
			clewOutsideReleases(addr)
		}
		return
	}
	if gp.raceignore == 0 {
		switch Op(op) {
		case OpLoad, OpCAS:
			clewDetector.Acquire(&t.race, uintptr(addr))
		case OpStore:
			clewDetector.Release(&t.race, uintptr(addr))
		default:
			clewDetector.ReleaseAcquire(&t.race, uintptr(addr))
		}
		clewMeetOutside(&t.race, addr)
	}
	clewDetector.Atomic(&t.race, uintptr(addr), size, Op(op) != OpLoad, clewNumber(clewRace.atomicPC))
	clewAfterAccess(t, uintptr(addr), size, Op(op) != OpLoad, clewRace.atomicPC)
	if clew.traced {
		clewLogAtomic(t, Op(op), uintptr(addr), size)
	}
}

// clewSwapped is called when a compare-and-swap has been carried out with success.
//
//go:linkname clewSwapped sync/atomic.clewSwapped
func clewSwapped(addr unsafe.Pointer) {
	if gp := getg(); gp.clew != nil && gp.raceignore == 0 {
		clewDetector.Release(&gp.clew.race, uintptr(addr))
	}
}
