//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// The step log, written into the shared memory when it is asked for; its records are
// documented in clew's internal/trace.

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

// clewLogFollowed notes a detour that was followed.
func clewLogFollowed(d Detour) { clewLogDetour(d, true) }

// clewLogDetour notes a detour that was taken, or could be, in a log of nothing else.
func clewLogDetour(d Detour, taken bool) {
	if taken {
		clewPut("d")
	} else {
		clewPut("a")
	}
	clewPutInt(int64(d.After))
	clewPutInt(int64(d.Count))
	clewPutInt(int64(d.To))
	clewPutInt(int64(d.Pick))
	preempts := int64(0)
	if d.Preempts {
		preempts = 1
	}
	clewPutInt(preempts)
	clewPutLine()
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
	if o.kind == KindMemory || o.kind == KindAtomic {
		clewLogMemory(o)
	}
	clewLogNames(o)
}

func clewObjectID(o *clewObject) int64 {
	if o == nil {
		return 0
	}
	return int64(o.id)
}

// clewLogged is the number of steps in the log.
var clewLogged int32

func clewLogStep(t *clewThread) {
	clewLogValue()
	if t.untold {
		t.untold = false
		clewLogAdopted(t, t.gp.ptr().clewRank)
	}
	clewLogged++
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

// clewLogPreempted writes that t could have gone on, but another thread does.
func clewLogPreempted(t *clewThread) {
	clewPut("i")
	clewPutInt(int64(t.id))
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
	clewLogPicked(t, pick)
}

func clewLogPicked(t *clewThread, pick int) {
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

// clewLogAdopted writes that a goroutine from before the run has become a thread.
func clewLogAdopted(t *clewThread, rank uint32) {
	entry, _ := clewFrameOf(t.gp.ptr().startpc)
	clewPut("t")
	clewPutInt(int64(t.id))
	clewPut(" 0")
	clewPutInt(int64(rank))
	clewPut(" i 0")
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
	clewLogValue()
	clewPut("e ")
	clewPut(kind)
	clewPutLine()
	var pcs [64]uintptr
	for id := uint32(1); id <= clew.nmade; id++ {
		t := clewThreadOf(id)
		if t.state == clewDead || t.adopted && (t.untold || t.state != clewBlocked) {
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
		if t.state == clewBlocked && t.wire > 0 {
			clewLogWire(t)
		}
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

func clewPutDigits(v uint64) {
	n := clewLine.n
	clewPutInt(int64(v))
	copy(clewLine.buf[n:], clewLine.buf[n+1:clewLine.n]) // without the space
	clewLine.n--
}

// clewLogWire writes which end of what connection a thread waits at, and who has the other end.
func clewLogWire(t *clewThread) {
	d := clewNet.At(int(t.wire))
	if d == nil {
		return
	}
	s := d.Sock
	a, other, how := &s.Remote, uint32(0), " used "
	switch o := s.Other(); {
	case s.Listens():
		a, how = &s.Local, " listens "
	case o != nil && o.Queued():
		how = " queued "
		if l := clewNet.Listener(a); l != nil {
			other = l.User
		}
	case o != nil:
		other = o.User
	}
	clewPut("c")
	clewPutInt(int64(t.id))
	clewPutInt(int64(other))
	clewPut(how)
	clewPut(a.String())
	clewPutLine()
}
