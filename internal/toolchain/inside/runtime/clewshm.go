//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// The memory that is shared with the coordinator. A worker may die at any moment; what it
// wrote here is there to be read. The layout is documented in clew's internal/engine.

type clewShmHeader struct {
	_         sys.NotInHeap
	magic     [8]byte
	size      uint64
	outOffset uint64
	outCap    uint64
	logOffset uint64
	logCap    uint64
	_         [2]uint64
	running   uint64
	index     uint64
	stepCount uint64
	runs      uint64
	outLen    uint64
	outLost   uint64
	logLen    uint64
	logLost   uint64
}

type clewShmem struct {
	h *clewShmHeader
}

var clewShm clewShmem

// clewStackSize is the size that the stacks of goroutines begin with: enough for a
// point, so that short threads need not grow theirs.
const clewStackSize = 8192

// clewServe tells the runtime that the process serves a coordinator, and where the
// shared memory is, if any.
//
//go:linkname clewServe testing.clewServe
func clewServe(shm unsafe.Pointer) {
	clew.worker = true
	startingStackSize = clewStackSize
	debug.invalidptr = 0 // see clewHookFrame
	clewDetector.Init()
	clewShm.h = (*clewShmHeader)(shm)
	if gogetenv("GOGC") == "" {
		gcController.heapMinimum = clewHeapMinimum
	}
}

// clewHeapMinimum is the size of the heap in bytes below which the collector has nothing to do: many short runs are faster
// when it comes less often.
const clewHeapMinimum = 8 << 20

// clewMark notes that the run with the given index begins, or, if on is false, that it
// has ended.
//
//go:linkname clewMark testing.clewMark
func clewMark(on bool, index uint64) {
	h := clewShm.h
	if h == nil {
		return
	}
	if !on {
		h.running = 0
		h.runs++
		return
	}
	h.index, h.stepCount = index, 0
	h.outLen, h.outLost, h.logLen, h.logLost = 0, 0, 0, 0
	clewExample.on = false
	h.running = 1
}

func (s *clewShmem) steps(n uint64) {
	if s.h != nil {
		s.h.stepCount = n
	}
}

// clewAttached tells that what runs print goes its usual way: the process has the user's own output.
var clewAttached bool

//go:linkname clewAttach testing.clewAttach
func clewAttach(on bool) { clewAttached = on }

// clewOutput takes what the run prints. It reports false when the caller is not under
// control, and its output goes its usual way: not that of finalizers of earlier runs, it would be taken for the next one's.
// Example says that it is an example's output.
//
//go:linkname clewOutput os.clewOutput
func clewOutput(p unsafe.Pointer, n int, example bool) bool {
	if clewShm.h == nil || clewAttached {
		return false
	}
	if !clewControlled() {
		gp := getg()
		return clew.run > 0 && (gp == fing || gp.runningCleanups.Load())
	}
	if example || !clewExample.on {
		clewPrint(p, n)
	} else {
		clewPrintBefore(p, n)
	}
	return true
}

// While an example runs, its output is the end of the run's, from an offset on.
var clewExample struct {
	on   bool
	from uint64
}

// clewPrint adds to the run's output.
//
//go:linkname clewPrint testing.clewPrint
func clewPrint(p unsafe.Pointer, n int) {
	h := clewShm.h
	if h == nil {
		return
	}
	room := int(h.outCap - h.outLen)
	if n > room {
		h.outLost += uint64(n - room)
		n = room
	}
	memmove(add(unsafe.Pointer(h), uintptr(h.outOffset+h.outLen)), p, uintptr(n))
	h.outLen += uint64(n)
}

// clewPrintBefore adds to the run's output, before that of the example.
func clewPrintBefore(p unsafe.Pointer, n int) {
	h := clewShm.h
	out := add(unsafe.Pointer(h), uintptr(h.outOffset))
	n = min(n, int(h.outCap-h.outLen))
	from := uintptr(clewExample.from)
	memmove(add(out, from+uintptr(n)), add(out, from), uintptr(h.outLen)-from)
	memmove(add(out, from), p, uintptr(n))
	h.outLen += uint64(n)
	clewExample.from += uint64(n)
}

// clewExampleBegins is called before an example runs.
//
//go:linkname clewExampleBegins testing.clewExampleBegins
func clewExampleBegins() {
	if h := clewShm.h; h != nil {
		clewExample.on, clewExample.from = true, h.outLen
	}
}

// clewExampleEnds returns what the example has printed, and takes that out of the run's output. It is there
// until the run prints again.
//
//go:linkname clewExampleEnds testing.clewExampleEnds
func clewExampleEnds() (p unsafe.Pointer, n int) {
	h := clewShm.h
	if h == nil {
		return nil, 0
	}
	clewExample.on = false
	from := clewExample.from
	n = int(h.outLen - from)
	h.outLen = from
	return add(unsafe.Pointer(h), uintptr(h.outOffset+from)), n
}
