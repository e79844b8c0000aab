package detect

import "unsafe"

// A Detector watches one process. Its zero value is not ready for use: see Init.
type Detector struct {
	run      uint32 // number of the run
	base     uint64 // number of the segment before the run's first
	last     uint32 // segments of this run
	segments [1 << 16]uintptr
	nodes    clockNodes
	vars     syncVars
	sets     readerSets
	parts    wordParts
	lessons  [1 << 10]lesson

	chunks [1 << 22]uintptr // by the address's bits from chunkShift on
	made   [1 << 14]uint32  // those that there are
	nmade  int

	// Unseen is 0, or all ones if no access is to count as seen. It is set between runs.
	Unseen uint64

	// Found holds the races of the last access; who has seen to them sets NFound to 0.
	Found  [8]Race
	NFound int
}

// An Access is one side of a race.
type Access struct {
	Thread  uint32
	Segment uint32 // of the thread, counted from the run's first
	Place   uint32
	Write   bool
	Atomic  bool
}

// A Race is two accesses to the byte at Addr that nothing orders.
type Race struct {
	Addr           uintptr
	Earlier, Later Access
}

// Init makes the detector ready for use.
func (d *Detector) Init() {
	d.base = 1
	d.segments[0] = detectAlloc(segmentChunk * 4)
	d.growVars()
}

// Clocks returns how many bytes the clocks of this run have taken so far, those that were given up and not taken anew included.
func (d *Detector) Clocks() uint64 { return uint64(d.nodes.n) * uint64(unsafe.Sizeof(clockNode{})) }

// Begin starts a new run: what was before is forgotten.
func (d *Detector) Begin() {
	d.run++
	d.base += uint64(d.last) + 1
	d.last = 0
	d.vars.n = 0
	d.nodes.reset()
	d.sets.begin()
	d.parts.reset()
	d.NFound = 0
	if d.run == 0 || d.base > maxSegment/2 {
		d.clear()
	}
}

// clear starts the count of runs and segments anew.
func (d *Detector) clear() {
	for _, at := range d.made[:d.nmade] {
		detectFree(d.chunks[at], unsafe.Sizeof(shadowChunk{}))
		d.chunks[at] = 0
	}
	d.nmade = 0
	detectFree(d.vars.slots, uintptr(d.vars.size)*unsafe.Sizeof(syncVar{}))
	d.vars, d.run, d.base, d.last = syncVars{}, 1, 1, 0
	d.growVars()
	d.sets.clear()
	clear(d.lessons[:])
}
