//go:build clewinside

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// The race detector's side of package runtime: what the compiler calls at each access to memory, what package
// runtime calls for its own operations, and what internal/race and the users of the public functions call.
// The detector itself is clew's internal/detect, whose files are compiled in here; clewracefound.go tells of what it
// finds.
//
// A thread's accesses to its own stack are nobody else's business: what others can reach is never there.

var clewDetector Detector

func detectAlloc(size uintptr) uintptr {
	if size < 1<<16 {
		return uintptr(clewAlloc(size))
	}
	return uintptr(sysAlloc(size, &memstats.other_sys, "clew"))
}

func detectFree(p, size uintptr) { sysFree(detectPointer(p), size, &memstats.other_sys) }

// What the compiler calls. A call that has nothing new to tell must return as quickly as can be.

func raceread(addr unsafe.Pointer) {
	gp := getg()
	t := gp.clew
	if t == nil || uintptr(addr)-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	if clewRace.points || !clewDetector.SeenRead(&t.race, uintptr(addr)) {
		clewAccess(t, uintptr(addr), 1, false, sys.GetCallerPC())
	}
}

func racewrite(addr unsafe.Pointer) {
	gp := getg()
	t := gp.clew
	if t == nil || uintptr(addr)-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	if clewRace.points || !clewDetector.SeenWrite(&t.race, uintptr(addr)) {
		clewAccess(t, uintptr(addr), 1, true, sys.GetCallerPC())
	}
}

func racereadrange(addr unsafe.Pointer, size uintptr) {
	clewRange(addr, size, false, sys.GetCallerPC())
}

func racewriterange(addr unsafe.Pointer, size uintptr) {
	clewRange(addr, size, true, sys.GetCallerPC())
}

func clewRange(addr unsafe.Pointer, size uintptr, write bool, pc uintptr) {
	gp := getg()
	if t := gp.clew; t != nil && size != 0 && uintptr(addr)-gp.stack.lo >= gp.stack.hi-gp.stack.lo {
		clewAccess(t, uintptr(addr), size, write, pc)
	}
}

//go:nosplit
func racefuncenter(callpc uintptr) {}

//go:nosplit
func racefuncenterfp(fp uintptr) {}

//go:nosplit
func racefuncexit() {}

// What package runtime calls. pc is where the function that calls begins: where its caller called it says more.

func racereadpc(addr unsafe.Pointer, callerpc, pc uintptr)  { clewRange(addr, 1, false, callerpc) }
func racewritepc(addr unsafe.Pointer, callerpc, pc uintptr) { clewRange(addr, 1, true, callerpc) }
func racereadrangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr) {
	clewRange(addr, sz, false, callerpc)
}
func racewriterangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr) {
	clewRange(addr, sz, true, callerpc)
}

// An object's first byte stands for all of it, unless it has parts that can be written alone.

func raceReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	clewRange(addr, clewObjectSize(t), false, callerpc)
}

func raceWriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	clewRange(addr, clewObjectSize(t), true, callerpc)
}

func clewObjectSize(t *_type) uintptr {
	if kind := t.Kind_ & 31; kind == abi.Array || kind == abi.Struct {
		return t.Size_
	}
	return min(t.Size_, 1)
}

func raceinit() (uintptr, uintptr)                                 { return 1, 1 }
func racefini()                                                    {}
func raceproccreate() uintptr                                      { return 1 }
func raceprocdestroy(ctx uintptr)                                  {}
func racemapshadow(addr unsafe.Pointer, size uintptr)              {}
func racefree(p unsafe.Pointer, sz uintptr)                        {}
func racefingo()                                                   {}
func racegostart(pc uintptr) uintptr                               { return 1 } // clewSpawn knows the thread
func racegoend()                                                   {}
func racectxstart(spawnctx, racectx uintptr) uintptr               { return 1 }
func racectxend(racectx uintptr)                                   {}

// racemalloc is called by all goroutines, in each allocation.
func racemalloc(p unsafe.Pointer, sz uintptr) {
	if clew.on {
		clewDetector.Forget(uintptr(p), sz)
	}
}

func raceacquire(addr unsafe.Pointer) {
	clewSynchronize((*Detector).Acquire, getg(), addr)
}
func racerelease(addr unsafe.Pointer) {
	clewSynchronize((*Detector).Release, getg(), addr)
}
func racereleaseacquire(addr unsafe.Pointer) {
	clewSynchronize((*Detector).ReleaseAcquire, getg(), addr)
}
func racereleasemerge(addr unsafe.Pointer) {
	clewSynchronize((*Detector).ReleaseMerge, getg(), addr)
}
func raceacquireg(gp *g, addr unsafe.Pointer) {
	clewSynchronize((*Detector).Acquire, gp, addr)
}
func racereleaseg(gp *g, addr unsafe.Pointer) {
	clewSynchronize((*Detector).Release, gp, addr)
}
func racereleaseacquireg(gp *g, addr unsafe.Pointer) {
	clewSynchronize((*Detector).ReleaseAcquire, gp, addr)
}
func racereleasemergeg(gp *g, addr unsafe.Pointer) {
	clewSynchronize((*Detector).ReleaseMerge, gp, addr)
}

// raceacquirectx is called when a timer fires: who acts on its behalf knows what whoever set it knew.
func raceacquirectx(racectx uintptr, addr unsafe.Pointer) {
	if clew.on {
		clewDetector.End(&clewRace.timer)
		clewDetector.Start(&clewRace.timer, 0)
		clewDetector.Acquire(&clewRace.timer, uintptr(addr))
	}
}
