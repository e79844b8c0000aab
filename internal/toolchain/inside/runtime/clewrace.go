//go:build clewinside

package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"internal/runtime/sys"
	"unsafe"
)

// The race detector's side of package runtime: what the compiler calls at each access to memory, and what package
// runtime and internal/race call at operations of their own. The detector itself is clew's internal/detect, whose
// files are compiled in here. What it is told of accesses is in clewaccess.go, what of synchronization in
// clewsynchronize.go, and what it finds goes through clewfound.go.

func detectAlloc(size uintptr) uintptr {
	if size < 1<<16 {
		return uintptr(clewAlloc(size))
	}
	return uintptr(sysAlloc(size, &memstats.other_sys, "clew"))
}

// detectDense says of memory that detectAlloc has made that most of what lies near something in use is in use, too.
func detectDense(p, size uintptr) { sysHugePage(detectPointer(p), size) }

func detectFree(p, size uintptr) { sysFree(detectPointer(p), size, &memstats.other_sys) }

// What the compiler calls. A call that has nothing new to tell must return as quickly as can be.

//go:nosplit
func raceread(addr unsafe.Pointer) {
	if t := getg().clew; t != nil && uintptr(addr) != maps.ClewSlot && !clewDetector.Look(uintptr(addr)).SeenRead(&t.race, uintptr(addr)) {
		clewRead(t, uintptr(addr), sys.GetCallerPC())
	}
}

//go:nosplit
func racewrite(addr unsafe.Pointer) {
	if t := getg().clew; t != nil && uintptr(addr) != maps.ClewSlot && !clewDetector.Look(uintptr(addr)).SeenWrite(&t.race, uintptr(addr)) {
		clewWrite(t, uintptr(addr), sys.GetCallerPC())
	}
}

func racereadrange(addr unsafe.Pointer, size uintptr) {
	clewRange(addr, size, false, sys.GetCallerPC())
}

func racewriterange(addr unsafe.Pointer, size uintptr) {
	clewRange(addr, size, true, sys.GetCallerPC())
}

// clewHookFrame reports whether f is one of these hooks. The compiler puts calls of them where a variable counts as
// initialized but is not yet, as nothing can stop a goroutine there under the race detector that it knows. With clew
// a stack may have to grow there, and a thread may wait there for long. So what looks like a pointer may be anything: the
// runtime's checks of such pointers are off, and the collector scans the caller's frame conservatively.
func clewHookFrame(f funcInfo) bool {
	switch f.entry() {
	case abi.FuncPCABIInternal(raceread), abi.FuncPCABIInternal(racewrite),
		abi.FuncPCABIInternal(racereadrange), abi.FuncPCABIInternal(racewriterange):
		return true
	}
	return false
}

//go:nosplit
func racefuncenter(callpc uintptr) {}

//go:nosplit
func racefuncenterfp(fp uintptr) {}

//go:nosplit
func racefuncexit() {}

// What package runtime calls. pc tells where the calling function begins; where that was called from says more.

// Each operation of a map calls one of the first two.

//go:linkname racereadpc internal/race.ReadPC
func racereadpc(addr unsafe.Pointer, callerpc, pc uintptr) {
	if t := getg().clew; t != nil && !clewDetector.Look(uintptr(addr)).SeenRead(&t.race, uintptr(addr)) {
		clewRead(t, uintptr(addr), callerpc)
	}
}

//go:linkname racewritepc internal/race.WritePC
func racewritepc(addr unsafe.Pointer, callerpc, pc uintptr) {
	clewRoundLost()
	if t := getg().clew; t != nil && !clewDetector.Look(uintptr(addr)).SeenWrite(&t.race, uintptr(addr)) {
		clewWrite(t, uintptr(addr), callerpc)
	}
}

func racereadrangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr) {
	clewRange(addr, sz, false, callerpc)
}

func racewriterangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr) {
	clewRange(addr, sz, true, callerpc)
}

func raceReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	clewRange(addr, clewObjectSize(t), false, callerpc)
}

func raceWriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	clewRange(addr, clewObjectSize(t), true, callerpc)
}

// clewObjectSize returns how much of an object is accessed: its first byte stands for it, unless it has parts that
// can be accessed alone.
func clewObjectSize(t *_type) uintptr {
	if kind := t.Kind_ & 31; kind == abi.Array || kind == abi.Struct { // flags aside, which go1.25 has
		return t.Size_
	}
	return min(t.Size_, 1)
}

// racemalloc is called by all goroutines of the process, in each allocation.
func racemalloc(p unsafe.Pointer, sz uintptr) {
	if clew.on {
		maps.ClewSlot = 0
		clewRoundLost()
		clewDetector.Forget(uintptr(p), sz)
		if gp := getg(); clew.collector.came && gp.clew != nil && gp.clewRun == clew.run {
			clewAnew(uintptr(p), sz)
		}
	}
}

func raceacquire(addr unsafe.Pointer)                { clewAcquire(getg(), addr) }
func raceacquireg(gp *g, addr unsafe.Pointer)        { clewAcquire(gp, addr) }
func racerelease(addr unsafe.Pointer)                { clewRelease(getg(), addr) }
func racereleaseg(gp *g, addr unsafe.Pointer)        { clewRelease(gp, addr) }
func racereleasemerge(addr unsafe.Pointer)           { clewReleaseMerge(getg(), addr) }
func racereleasemergeg(gp *g, addr unsafe.Pointer)   { clewReleaseMerge(gp, addr) }
func racereleaseacquire(addr unsafe.Pointer)         { clewReleaseAcquire(getg(), addr) }
func racereleaseacquireg(gp *g, addr unsafe.Pointer) { clewReleaseAcquire(gp, addr) }

// raceacquirectx is called when a timer fires.
func raceacquirectx(racectx uintptr, addr unsafe.Pointer) { clewTimerActs(addr) }

// There is nothing to do about processors, contexts, freed memory and the beginnings and ends of goroutines.

func raceinit() (gctx, pctx uintptr)                  { return 1, 1 }
func racefini()                                       {}
func raceproccreate() uintptr                         { return 1 }
func raceprocdestroy(ctx uintptr)                     {}
func racemapshadow(addr unsafe.Pointer, size uintptr) {}
func racefree(p unsafe.Pointer, sz uintptr)           {}
func racefingo()                                      {}
func racegostart(pc uintptr) uintptr                  { return 1 }
func racegoend()                                      {}
func racectxstart(pc, spawnctx uintptr) uintptr       { return 1 }
func racectxend(racectx uintptr)                      {}

// The public functions, and those of internal/race.

func RaceRead(addr unsafe.Pointer)  { clewRange(addr, 1, false, sys.GetCallerPC()) }
func RaceWrite(addr unsafe.Pointer) { clewRange(addr, 1, true, sys.GetCallerPC()) }
func RaceReadRange(addr unsafe.Pointer, len int) {
	clewRange(addr, uintptr(len), false, sys.GetCallerPC())
}
func RaceWriteRange(addr unsafe.Pointer, len int) {
	clewRange(addr, uintptr(len), true, sys.GetCallerPC())
}
func RaceAcquire(addr unsafe.Pointer)      { raceacquire(addr) }
func RaceRelease(addr unsafe.Pointer)      { racerelease(addr) }
func RaceReleaseMerge(addr unsafe.Pointer) { racereleasemerge(addr) }

// RaceErrors returns 0: a race is clew's to report, and does not fail the test from within.
func RaceErrors() int { return 0 }

// RaceDisable lets the goroutine synchronize without the detector's knowledge until RaceEnable.
func RaceDisable() { getg().raceignore++ }
func RaceEnable()  { getg().raceignore-- }

//go:linkname race_Read internal/race.Read
func race_Read(addr unsafe.Pointer) { clewRange(addr, 1, false, sys.GetCallerPC()) }

//go:linkname race_Write internal/race.Write
func race_Write(addr unsafe.Pointer) { clewRange(addr, 1, true, sys.GetCallerPC()) }

//go:linkname race_ReadRange internal/race.ReadRange
func race_ReadRange(addr unsafe.Pointer, len int) {
	clewRange(addr, uintptr(len), false, sys.GetCallerPC())
}

//go:linkname race_WriteRange internal/race.WriteRange
func race_WriteRange(addr unsafe.Pointer, len int) {
	clewRange(addr, uintptr(len), true, sys.GetCallerPC())
}

//go:linkname race_ReadObjectPC internal/race.ReadObjectPC
func race_ReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	raceReadObjectPC(t, addr, callerpc, pc)
}

//go:linkname race_WriteObjectPC internal/race.WriteObjectPC
func race_WriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr) {
	raceWriteObjectPC(t, addr, callerpc, pc)
}

//go:linkname race_Errors internal/race.Errors
func race_Errors() int { return RaceErrors() }

//go:linkname race_Acquire internal/race.Acquire
func race_Acquire(addr unsafe.Pointer) { raceacquire(addr) }

//go:linkname race_Release internal/race.Release
func race_Release(addr unsafe.Pointer) { racerelease(addr) }

//go:linkname race_ReleaseMerge internal/race.ReleaseMerge
func race_ReleaseMerge(addr unsafe.Pointer) { racereleasemerge(addr) }

//go:linkname race_Disable internal/race.Disable
func race_Disable() { RaceDisable() }

//go:linkname race_Enable internal/race.Enable
func race_Enable() { RaceEnable() }
