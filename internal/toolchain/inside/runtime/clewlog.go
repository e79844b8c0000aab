//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// The memory that is shared with the coordinator, and the step log in it. A worker
// may die at any moment; what it wrote here is there to be read. The layout is
// documented in clew's internal/engine, the log in internal/trace.

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
	clewShm.h = (*clewShmHeader)(shm)
}

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
	h.running = 1
}

func (s *clewShmem) steps(n uint64) {
	if s.h != nil {
		s.h.stepCount = n
	}
}

// clewOutput takes what the run prints. It reports false when the caller is not under
// control, and its output goes its usual way.
//
//go:linkname clewOutput os.clewOutput
func clewOutput(p unsafe.Pointer, n int) bool {
	if clewShm.h == nil || !clewControlled() {
		return false
	}
	clewPrint(p, n)
	return true
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

// clewPrinted returns what the run has printed so far.
//
//go:linkname clewPrinted testing.clewPrinted
func clewPrinted() (p unsafe.Pointer, n int) {
	h := clewShm.h
	if h == nil {
		return nil, 0
	}
	return add(unsafe.Pointer(h), uintptr(h.outOffset)), int(h.outLen)
}

// clewUnprint takes the run's output back from offset n on.
//
//go:linkname clewUnprint testing.clewUnprint
func clewUnprint(n int) {
	if h := clewShm.h; h != nil {
		h.outLen = uint64(n)
	}
}

// A record of the log is put together in line and written as a whole.

var clewLine struct {
	buf [1 << 16]byte
	n   int
}

func clewPut(s string) {
	clewLine.n += copy(clewLine.buf[clewLine.n:len(clewLine.buf)-1], s)
}

func clewPutInt(v int64) {
	clewPut(" ")
	var b [20]byte
	i := len(b)
	neg := v < 0
	u := uint64(v)
	if neg {
		u = -u
	}
	for {
		i--
		b[i] = byte('0' + u%10)
		if u /= 10; u == 0 {
			break
		}
	}
	if neg {
		i--
		b[i] = '-'
	}
	clewLine.n += copy(clewLine.buf[clewLine.n:len(clewLine.buf)-1], b[i:])
}

func clewPutLine() {
	h := clewShm.h
	clewLine.buf[clewLine.n] = '\n'
	n := uint64(clewLine.n + 1)
	clewLine.n = 0
	if h == nil || h.logLen+n > h.logCap {
		if h != nil {
			h.logLost += n
		}
		return
	}
	memmove(add(unsafe.Pointer(h), uintptr(h.logOffset+h.logLen)), unsafe.Pointer(&clewLine.buf), uintptr(n))
	h.logLen += n
}

// Frames: a program counter is written out once a run.

var clewFrames struct {
	slots *[1 << 28]clewFrameSlot
	size  uint32
	n     uint32
	run   uint32
}

type clewFrameSlot struct {
	_    sys.NotInHeap
	pc   uintptr
	run  uint32
	id   uint32
	user bool
}

// clewFrameOf returns the number of a frame, and whether it lies in the user's code.
// pc is a return address.
func clewFrameOf(pc uintptr) (id uint32, user bool) {
	tab := &clewFrames
	if tab.run != clew.run {
		tab.run, tab.n = clew.run, 0
	}
	if tab.slots == nil {
		tab.size = 1 << 16
		tab.slots = (*[1 << 28]clewFrameSlot)(clewAlloc(uintptr(tab.size) * unsafe.Sizeof(clewFrameSlot{})))
	}
	if tab.n > tab.size*3/4 {
		return 0, true
	}
	for i := clewHash(pc); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.run == clew.run && s.pc == pc {
			return s.id, s.user
		}
		if s.run != clew.run {
			tab.n++
			s.pc, s.run, s.id = pc, clew.run, tab.n
			s.user = clewLogFrame(tab.n, pc)
			return s.id, s.user
		}
	}
}

func clewLogFrame(id uint32, pc uintptr) (user bool) {
	f := findfunc(pc)
	if !f.valid() {
		return false
	}
	at := pc
	if f.entry() != pc {
		at--
	}
	u, uf := newInlineUnwinder(f, at)
	name := u.srcFunc(uf).name()
	file, line := u.fileLine(uf)
	clewPut("f")
	clewPutInt(int64(id))
	clewPutInt(int64(line))
	clewPut(" ")
	clewPutName(name)
	clewPut(" ")
	clewPut(file)
	clewPutLine()
	return clewUserName(name)
}

// clewPutName writes a function's name without its type arguments, which hold spaces.
func clewPutName(name string) {
	from, to := stringslite.IndexByte(name, '['), len(name)-1
	for to > from && name[to] != ']' {
		to--
	}
	if from < 0 || to <= from {
		clewPut(name)
		return
	}
	clewPut(name[:from])
	clewPut("[...]")
	clewPut(name[to+1:])
}

// clewUserName reports whether a function is where a reader looks for an operation:
// not within the packages that only carry it out.
func clewUserName(name string) bool {
	for _, p := range [...]string{"runtime.", "sync.", "sync/atomic.", "internal/"} {
		if stringslite.HasPrefix(name, p) {
			return false
		}
	}
	return true
}

// clewLogPlace finds the place of the calling thread's operation.
func clewLogPlace(t *clewThread) {
	var pcs [24]uintptr
	n := callers(1, pcs[:])
	t.frame = 0
	for _, pc := range pcs[:n] {
		if id, user := clewFrameOf(pc); user {
			t.frame = id
			return
		}
	}
}

func clewLogObject(o *clewObject, frame uint32) {
	if o == nil || o.logged {
		return
	}
	o.logged = true
	clewPut("o")
	clewPutInt(int64(o.id))
	clewPut(" ")
	clewPut(o.kind.String())
	clewPutInt(int64(frame))
	clewPutLine()
}

func clewObjectID(o *clewObject) int64 {
	if o == nil {
		return 0
	}
	return int64(o.id)
}

func clewLogStep(t *clewThread) {
	clewLogObject(t.obj, t.frame)
	clewPut("s")
	clewPutInt(clew.now - clew.start)
	clewPutInt(int64(t.id))
	clewPut(" ")
	clewPut(t.op.String())
	clewPutInt(clewObjectID(t.obj))
	clewPutInt(int64(t.frame))
	clewPut(" -1")
	clewPutLine()
}

// clewLogPick writes which case the strategy picked, as the number among the ready
// ones in source order: that is what a replay picks again.
func clewLogPick(t *clewThread, scases []scase, pollorder []uint16, nsends int) {
	pick := 0
	for _, ci := range pollorder[1:] {
		if ci < pollorder[0] && clewCaseReady(scases[ci].c, int(ci) < nsends) {
			pick++
		}
	}
	clewPut("p")
	clewPutInt(int64(t.id))
	clewPutInt(int64(pick))
	clewPutLine()
}

func clewLogThread(t *clewThread, parent, ordinal uint32, timer bool, pc uintptr) {
	var frame uint32
	if pc != 0 {
		frame, _ = clewFrameOf(pc)
	}
	entry, _ := clewFrameOf(t.gp.ptr().startpc)
	clewPut("t")
	clewPutInt(int64(t.id))
	clewPutInt(int64(parent))
	clewPutInt(int64(ordinal))
	switch {
	case parent == 0:
		clewPut(" m")
	case timer:
		clewPut(" a")
	default:
		clewPut(" g")
	}
	clewPutInt(int64(frame))
	clewPutInt(int64(entry))
	clewPutLine()
}

func clewLogExit(t *clewThread) {
	clewPut("x")
	clewPutInt(int64(t.id))
	clewPutLine()
}

// The locks that are held, with the stacks that took them: kept while the log is on.

type clewHold struct {
	_      sys.NotInHeap
	next   *clewHold
	obj    *clewObject
	thread *clewThread
	n      int
	pcs    [24]uintptr
	mode   byte
}

var clewHeldLocks struct {
	held *clewHold
	free *clewHold
	run  uint32
}

func clewLogTake(t *clewThread, o *clewObject, mode byte) {
	tab := &clewHeldLocks
	if tab.run != clew.run {
		for tab.held != nil {
			h := tab.held
			tab.held = h.next
			h.next, tab.free = tab.free, h
		}
		tab.run = clew.run
	}
	h := tab.free
	if h == nil {
		h = (*clewHold)(clewAlloc(unsafe.Sizeof(clewHold{})))
	} else {
		tab.free = h.next
	}
	h.obj, h.thread, h.mode = o, t, mode
	h.n = callers(1, h.pcs[:])
	h.next, tab.held = tab.held, h
}

// clewLogDrop forgets that t holds o; if t does not, that anybody does: a lock may be
// unlocked by another thread.
func clewLogDrop(t *clewThread, o *clewObject) {
	tab := &clewHeldLocks
	if tab.run != clew.run {
		return
	}
	var found **clewHold
	for p := &tab.held; *p != nil; p = &(*p).next {
		if (*p).obj != o {
			continue
		}
		if (*p).thread == t {
			found = p
			break
		}
		if found == nil {
			found = p
		}
	}
	if found != nil {
		h := *found
		*found = h.next
		h.next, tab.free = tab.free, h
	}
}

// clewLogEnd writes how the run ended and what is left of it: the threads still alive
// with their stacks, and the locks that are held.
//
//go:linkname clewLogEnd testing.clewLogEnd
func clewLogEnd(kind string) {
	if !clew.traced {
		return
	}
	clewPut("e ")
	clewPut(kind)
	clewPutLine()
	var pcs [64]uintptr
	for id := uint32(1); id <= clew.nmade; id++ {
		t := clewThreadOf(id)
		if t.state == clewDead {
			continue
		}
		op := t.op
		state := "runnable"
		switch t.state {
		case clewRunning:
			state = "running"
		case clewGated:
			state = "blocked"
			if t.obj.open {
				state = "runnable"
			}
		case clewBlocked:
			state = "blocked"
			op = t.waitOp
			if clewTimed(t.gp.ptr()) {
				state = "timed"
			}
		case clewOutside:
			state = "outside"
			op = t.waitOp
		}
		n := 0
		gp := t.gp.ptr()
		if readgstatus(gp)&^_Gscan != _Grunning {
			systemstack(func() {
				var u unwinder
				u.initAt(^uintptr(0), ^uintptr(0), 0, gp, unwindSilentErrors)
				n = tracebackPCs(&u, 0, pcs[:])
			})
		}
		clewLogObject(t.obj, t.frame)
		list := clewFrameList(pcs[:n])
		clewPut("b")
		clewPutInt(int64(id))
		clewPut(" ")
		clewPut(state)
		clewPut(" ")
		clewPut(op.String())
		clewPutInt(clewObjectID(t.obj))
		clewPutFrames(list)
		clewPutLine()
	}
	if clewHeldLocks.run != clew.run {
		return
	}
	for h := clewHeldLocks.held; h != nil; h = h.next {
		list := clewFrameList(h.pcs[:h.n])
		clewPut("h")
		clewPutInt(int64(h.obj.id))
		clewPutInt(int64(h.thread.id))
		clewPut(" ")
		if h.mode == 'r' {
			clewPut("r")
		} else {
			clewPut("w")
		}
		clewPutFrames(list)
		clewPutLine()
	}
}

// clewTimed reports whether a blocked goroutine also waits for a timer.
func clewTimed(gp *g) bool {
	if gp.waitreason == waitReasonSleep {
		return true
	}
	for sg := gp.waiting; sg != nil; sg = sg.waitlink {
		if c := clewSudogChan(sg); c != nil && c.timer != nil {
			return true
		}
	}
	return false
}

// clewFrameList replaces program counters by frame numbers, writing out new frames.
func clewFrameList(pcs []uintptr) []uintptr {
	for i, pc := range pcs {
		id, _ := clewFrameOf(pc)
		pcs[i] = uintptr(id)
	}
	return pcs
}

func clewPutFrames(ids []uintptr) {
	if len(ids) == 0 {
		clewPut(" -")
		return
	}
	for i, id := range ids {
		if i > 0 {
			clewPut(",")
			clewPutDigits(uint64(id))
			continue
		}
		clewPutInt(int64(id))
	}
}

func clewPutDigits(v uint64) {
	n := clewLine.n
	clewPutInt(int64(v))
	copy(clewLine.buf[n:], clewLine.buf[n+1:clewLine.n]) // without the space
	clewLine.n--
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
