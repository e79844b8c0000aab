package detect

import "unsafe"

// A Thread is what the detector knows of a thread. It is part of a larger record; Start and Fork set it. No two threads of
// a run have the same number, but for 0.
type Thread struct {
	ID    uint32 // its number, from 1; 0 is for who acts on behalf of a timer
	last  uint32 // its segment, counted from the run's first
	floor uint32 // all segments of other threads up to this one happened before what it does now
	clock Clock  // the segments of other threads that did
	now   uint64 // its segment, where a cell has it

	// Seen is now, or no segment at all: then none of its accesses counts as seen.
	Seen uint64
}

// A syncVar is something that threads synchronize with, known by its address.
type syncVar struct {
	addr   uintptr
	run    uint32
	thread uint32 // who released last, and in which segment
	last   uint32
	floor  uint32
	clock  Clock // what that thread knew then
	merged bool  // the clock knows of more than that
}

// syncVars finds them: open addressing; entries of earlier runs count as empty.
type syncVars struct {
	slots uintptr
	size  uint32 // a power of two
	n     uint32
}

func (t *syncVars) at(i uint32) *syncVar {
	return (*syncVar)(detectPointer(t.slots + uintptr(i&(t.size-1))*unsafe.Sizeof(syncVar{})))
}

// find returns the variable at addr, or the empty slot for it.
func (t *syncVars) find(addr uintptr, run uint32) *syncVar {
	for i := detectHash(addr); ; i++ {
		v := t.at(i)
		if v.run != run || v.addr == addr {
			return v
		}
	}
}

// syncVar returns the variable at addr, a new one if this run has not seen it yet.
func (d *Detector) syncVar(addr uintptr) *syncVar {
	t := &d.vars
	if t.n >= t.size/2 {
		d.growVars()
	}
	v := t.find(addr, d.run)
	if v.run != d.run {
		t.n++
		*v = syncVar{addr: addr, run: d.run}
	}
	d.Mark(addr)
	return v
}

// Renew is told that addr lies in memory that is used anew: who synchronized with what was there has nothing to do with who
// does with what will be.
func (d *Detector) Renew(addr uintptr) {
	if v := d.vars.find(addr, d.run); v.run == d.run {
		d.nodes.Drop(&v.clock)
		*v = syncVar{addr: addr, run: d.run}
	}
}

func (d *Detector) growVars() {
	old := d.vars
	d.vars.size = max(2*old.size, 1<<10)
	d.vars.slots = detectAlloc(uintptr(d.vars.size) * unsafe.Sizeof(syncVar{}))
	for i := range old.size {
		if v := old.at(i); v.run == d.run {
			*d.vars.find(v.addr, d.run) = *v
		}
	}
}

// cut ends the thread's segment and begins its next.
func (d *Detector) cut(t *Thread) {
	d.last++
	if d.last%segmentChunk == 0 && d.segments[d.last/segmentChunk%uint32(len(d.segments))] == 0 {
		d.segments[d.last/segmentChunk%uint32(len(d.segments))] = detectAlloc(segmentChunk * 4)
	}
	*d.segment(d.last) = t.ID
	t.last = d.last
	t.now = (d.base + uint64(t.last)) << cellSegment
	t.Seen = t.now | d.Unseen
}

// segment returns where the thread of a segment is noted.
func (d *Detector) segment(last uint32) *uint32 {
	return (*uint32)(detectPointer(d.segments[last/segmentChunk%uint32(len(d.segments))] + uintptr(last%segmentChunk)*4))
}

const segmentChunk = 1 << 16

// Start sets t to a thread that knows of nobody.
func (d *Detector) Start(t *Thread, id uint32) {
	*t = Thread{ID: id}
	d.nodes.widen(id)
	d.cut(t)
}

// Fork sets child to a thread that parent has just started.
func (d *Detector) Fork(parent, child *Thread, id uint32) {
	*child = Thread{ID: id, floor: parent.floor, clock: d.nodes.Share(parent.clock)}
	d.nodes.widen(id)
	d.nodes.Set(&child.clock, parent.ID, parent.last)
	d.cut(parent)
	d.cut(child)
}

// End is told that the thread has ended.
func (d *Detector) End(t *Thread) { d.nodes.Drop(&t.clock) }

// Acquire orders what the thread does from now on behind the last Release at addr, and behind all
// calls of ReleaseMerge since.
func (d *Detector) Acquire(t *Thread, addr uintptr) {
	if v := d.vars.find(addr, d.run); v.run == d.run {
		d.acquire(t, v)
	}
}

func (d *Detector) acquire(t *Thread, v *syncVar) {
	if !v.merged && (v.thread == t.ID || v.last == 0 || v.last <= d.nodes.Get(t.clock, v.thread)) {
		return // who knows a segment's end knows what that thread knew
	}
	t.floor = max(t.floor, v.floor)
	d.nodes.Join(&t.clock, v.clock)
	if v.thread != t.ID && v.last > d.nodes.Get(t.clock, v.thread) {
		d.nodes.Set(&t.clock, v.thread, v.last)
	}
}

// Release orders what the thread has done before what others do after an Acquire at addr; what was
// released there before is forgotten.
func (d *Detector) Release(t *Thread, addr uintptr) { d.release(t, d.syncVar(addr)) }

func (d *Detector) release(t *Thread, v *syncVar) {
	if v.clock != t.clock {
		d.nodes.Drop(&v.clock)
		v.clock = d.nodes.Share(t.clock)
	}
	v.thread, v.last, v.floor, v.merged = t.ID, t.last, t.floor, false
	d.cut(t)
}

// ReleaseMerge is Release, but what was released there before remains.
func (d *Detector) ReleaseMerge(t *Thread, addr uintptr) {
	v := d.syncVar(addr)
	if v.last == 0 || !v.merged && (v.thread == t.ID || v.last <= d.nodes.Get(t.clock, v.thread)) {
		d.release(t, v) // what was released is known to the thread
		return
	}
	if v.last > d.nodes.Get(v.clock, v.thread) {
		d.nodes.Set(&v.clock, v.thread, v.last)
	}
	d.nodes.Join(&v.clock, t.clock)
	v.thread, v.last, v.floor, v.merged = t.ID, t.last, max(v.floor, t.floor), true
	d.cut(t)
}

// ReleaseAcquire is Acquire and then Release.
func (d *Detector) ReleaseAcquire(t *Thread, addr uintptr) {
	v := d.syncVar(addr)
	d.acquire(t, v)
	d.release(t, v)
}

// Pass orders what one thread has done before what another does from now on.
func (d *Detector) Pass(from, to *Thread) {
	if from == to {
		return
	}
	to.floor = max(to.floor, from.floor)
	d.nodes.Join(&to.clock, from.clock)
	d.nodes.Set(&to.clock, from.ID, from.last)
	d.cut(from)
}

// AcquireAll orders what the thread does from now on behind all that others have done so far: it has synchronized
// with somebody whom the detector does not watch, and who may know of anything.
func (d *Detector) AcquireAll(t *Thread) { t.floor = d.last }
