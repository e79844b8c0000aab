package detect

import "unsafe"

// A shadowCell is what is known of a word of 8 bytes. Each half is 0, or
//
//	bits 0–7    which bytes
//	bits 8–43   by whom: the number of a segment, or, with the highest of these bits set, of a set of readers (in r)
//	bits 44–62  the place in the code
//	bit 63      in w: there is a record, which tells of the bytes that neither half names
type shadowCell struct {
	w uint64 // the last write
	r uint64 // the last reads since
}

const (
	bytesMask   = 0xff
	cellSegment = 8                                // shift of the segment
	cellPlace   = 44                               // shift of the place
	cellSet     = 1 << 43                          // no segment, but a set
	cellAside   = 1 << 63                          // there is a record
	cellWho     = 1<<cellPlace - 1<<cellSegment    // the bits that tell by whom
	cellSize    = 16                               // bytes
	MaxPlace    = 1<<(63-cellPlace) - 1            // the highest number of a place
	maxSegment  = 1<<(cellPlace-cellSegment-1) - 1 // the highest number of a segment
)

// placeOf returns the place that half a cell names.
func placeOf(half uint64) uint32 { return uint32(half &^ cellAside >> cellPlace) }

// The shadow is made in chunks, each for a stretch of memory.
const (
	chunkShift = 26
	chunkWords = 1 << (chunkShift - 3)
	chunkPages = chunkWords * cellSize / shadowPage
	shadowPage = 4096
)

// A shadowChunk is the shadow of 64 MiB.
type shadowChunk struct {
	cells [chunkWords]shadowCell
	pages [chunkPages]bool   // pages of cells that were ever written to
	aside [chunkWords]uint32 // numbers of the words' records, for those that have one
}

// A Detector watches one process. Its zero value is not ready for use: see Init.
type Detector struct {
	run      uint32 // number of the run
	base     uint64 // number of the segment before the run's first
	last     uint32 // segments of this run
	segments [1 << 16]uintptr
	nodes    clockNodes
	vars     syncVars
	sets     readerSets
	records  wordRecords

	chunks [1 << 22]uintptr // by the address's bits from chunkShift on

	blank shadowCell

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

// Begin starts a new run: what was before is forgotten.
func (d *Detector) Begin() {
	d.run++
	d.base += uint64(d.last) + 1
	d.last = 0
	d.vars.n = 0
	d.nodes.reset()
	d.sets.begin()
	d.records.reset()
	d.NFound = 0
	if d.run == 0 || d.base > maxSegment/2 {
		d.clear()
	}
}

// clear starts the count of runs and segments anew.
func (d *Detector) clear() {
	for i, c := range d.chunks {
		if c != 0 {
			detectFree(c, unsafe.Sizeof(shadowChunk{}))
			d.chunks[i] = 0
		}
	}
	detectFree(d.vars.slots, uintptr(d.vars.size)*unsafe.Sizeof(syncVar{}))
	d.vars, d.run, d.base, d.last = syncVars{}, 1, 1, 0
	d.growVars()
	d.sets.clear()
}

func (d *Detector) chunk(addr uintptr) *shadowChunk {
	return (*shadowChunk)(detectPointer(d.chunks[addr>>chunkShift%uintptr(len(d.chunks))]))
}

// cell returns the cell of the word that addr lies in, for a change.
func (d *Detector) cell(addr uintptr) *shadowCell {
	c := d.chunk(addr)
	if c == nil {
		p := detectAlloc(unsafe.Sizeof(shadowChunk{}))
		d.chunks[addr>>chunkShift%uintptr(len(d.chunks))] = p
		c = (*shadowChunk)(detectPointer(p))
	}
	word := addr >> 3 % chunkWords
	c.pages[word/(shadowPage/cellSize)] = true
	return &c.cells[word]
}

// Forget drops what is known of memory that is about to be used anew. It may be called by any thread of the process
// at any time, as long as nobody accesses that memory.
func (d *Detector) Forget(addr, size uintptr) {
	for end := addr + size; addr < end; {
		part := min(end-addr, 1<<chunkShift-addr%(1<<chunkShift))
		if c := d.chunk(addr); c != nil {
			c.forget(addr>>3%chunkWords, (addr+part+7)>>3-addr>>3)
		}
		addr += part
	}
}

func (c *shadowChunk) forget(word, n uintptr) {
	const perPage = shadowPage / cellSize
	for n > 0 {
		part := min(n, perPage-word%perPage)
		if c.pages[word/perPage] {
			clear(c.cells[word : word+part])
		}
		word, n = word+part, n-part
	}
}

// Most accesses have nothing new to tell. To find that out is compiled into the callers: the functions for it are small.

// Look returns the cell of the word that addr lies in; one that knows nothing if there is none yet.
func (d *Detector) Look(addr uintptr) *shadowCell {
	if c := d.chunks[addr>>chunkShift%uintptr(len(d.chunks))]; c != 0 {
		return (*shadowCell)(detectPointer(c + addr>>3%chunkWords*cellSize))
	}
	return &d.blank
}

// SeenRead reports whether a read of the byte at addr by t has nothing new to tell.
func (c *shadowCell) SeenRead(t *Thread, addr uintptr) bool {
	return tells(c.r, t.Seen, addr) || tells(c.w, t.Seen, addr)
}

// SeenWrite is SeenRead for a write.
func (c *shadowCell) SeenWrite(t *Thread, addr uintptr) bool { return tells(c.w, t.Seen, addr) }

// tells reports whether half a cell tells of an access to the byte at addr in the segment who.
func tells(half, who uint64, addr uintptr) bool {
	return (half^who)<<(64-cellPlace)>>(64-cellPlace+cellSegment) == 0 && half>>(addr&7)&1 != 0
}

// SeenRange reports whether an access to size bytes at addr by t has nothing new to tell.
func (d *Detector) SeenRange(t *Thread, addr, size uintptr, write bool) bool {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		mask, c := maskOf(addr, end), d.Look(addr)
		if (c.w^t.Seen)&cellWho|mask&^c.w != 0 && (write || (c.r^t.Seen)&cellWho|mask&^c.r != 0) {
			return false
		}
	}
	return true
}

// Read notes a read of the byte at addr.
func (d *Detector) Read(t *Thread, addr uintptr, place uint32) {
	d.read(t, d.cell(addr), addr&^7, 1<<(addr&7), uint64(place)<<cellPlace)
}

// Write notes a write of the byte at addr.
func (d *Detector) Write(t *Thread, addr uintptr, place uint32) {
	d.write(t, d.cell(addr), addr&^7, 1<<(addr&7), uint64(place)<<cellPlace)
}

// ReadRange notes a read of size bytes at addr.
func (d *Detector) ReadRange(t *Thread, addr, size uintptr, place uint32) {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		mask := maskOf(addr, end)
		c := d.cell(addr)
		if (c.r^t.now)&cellWho == 0 && c.r&mask == mask || (c.w^t.now)&cellWho == 0 && c.w&mask == mask {
			continue
		}
		d.read(t, c, addr&^7, mask, uint64(place)<<cellPlace)
	}
}

// WriteRange notes a write of size bytes at addr.
func (d *Detector) WriteRange(t *Thread, addr, size uintptr, place uint32) {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		mask := maskOf(addr, end)
		c := d.cell(addr)
		if (c.w^t.now)&cellWho == 0 && c.w&mask == mask {
			continue
		}
		d.write(t, c, addr&^7, mask, uint64(place)<<cellPlace)
	}
}

// maskOf returns which bytes of the word at addr lie between addr and end.
func maskOf(addr, end uintptr) uint64 {
	mask := uint64(0xff) << (addr & 7)
	if over := addr&^7 + 8; over > end {
		mask &= 0xff >> (over - end)
	}
	return mask & 0xff
}

// read notes a read of some bytes of a word.
func (d *Detector) read(t *Thread, c *shadowCell, word uintptr, mask, place uint64) {
	if c.w&cellAside != 0 && mask&^(c.w|c.r) != 0 && d.readAside(t, c, word, mask, place) {
		return
	}
	w, r := c.w, c.r
	if w&mask != 0 {
		if w&cellWho == t.now && w&mask == mask {
			return
		}
		d.check(t, w, true, word, mask, place, false)
	}
	now := place | t.now
	switch {
	case !d.live(r):
		c.r = now | mask
	case r&cellWho == t.now:
		c.r = now | r&bytesMask | mask
	case r&(cellSet|bytesMask&^mask) == 0 && d.unordered(t, r) == 0:
		c.r = now | mask // the commonest case: the last reader is the thread itself, or came before it
	case r&bytesMask == mask:
		c.r = d.readers(t, r, place) | mask
	case r&bytesMask&^mask == 0 && d.unordered(t, r) == 0:
		c.r = now | mask
	default:
		d.putAside(c, word)
		d.readAside(t, c, word, mask, place)
	}
}

// write notes a write of some bytes of a word.
func (d *Detector) write(t *Thread, c *shadowCell, word uintptr, mask, place uint64) {
	if c.w&cellAside != 0 && mask&^(c.w|c.r) != 0 && d.writeAside(t, c, word, mask, place) {
		return
	}
	d.checkWrite(t, c, word, mask, place)
	aside := c.w & cellAside
	switch rest := c.w & bytesMask &^ mask; {
	case rest == 0 || !d.live(c.w):
		c.w = aside | place | t.now | mask
	case c.w&cellWho == t.now:
		c.w = aside | place | t.now | rest | mask
	default:
		d.putAside(c, word)
		d.setWritten(t, c, word, mask, place)
		return
	}
	if c.r &^= mask; c.r&bytesMask == 0 {
		c.r = 0
	}
}

// checkWrite looks for races of a write with what a cell knows.
func (d *Detector) checkWrite(t *Thread, c *shadowCell, word uintptr, mask, place uint64) {
	if c.w&mask != 0 {
		d.check(t, c.w, true, word, mask, place, true)
	}
	if c.r&mask != 0 {
		d.check(t, c.r, false, word, mask, place, true)
	}
}

// check looks for a race of an access with the earlier one, a write or not, in half a cell.
func (d *Detector) check(t *Thread, half uint64, earlierWrite bool, word uintptr, mask, place uint64, write bool) {
	late := d.unordered(t, half)
	if late == 0 {
		return
	}
	earlier := Access{Segment: late, Write: earlierWrite, Place: placeOf(half)}
	if !earlierWrite {
		earlier.Place = d.readPlace(half, late)
	}
	d.found(word, half&mask, earlier, t, place, write)
}

// live reports whether half a cell tells of this run.
func (d *Detector) live(half uint64) bool {
	who := half & cellWho >> cellSegment
	if who&setBit != 0 {
		return d.sets.live(who)
	}
	return who > d.base
}

// unordered returns the segment that half a cell names if nothing orders it before what t does now, else 0. Of
// a set of readers it is one such segment.
func (d *Detector) unordered(t *Thread, half uint64) uint32 {
	if half&cellWho == t.now || !d.live(half) {
		return 0
	}
	if half&cellSet != 0 {
		return d.unorderedReader(t, half)
	}
	last := uint32(half&cellWho>>cellSegment - d.base)
	if last <= t.floor {
		return 0
	}
	if id := *d.segment(last); id == t.ID || d.nodes.Get(t.clock, id) >= last {
		return 0
	}
	return last
}

// found notes a race of an earlier access with what t does now.
func (d *Detector) found(word uintptr, mask uint64, earlier Access, t *Thread, place uint64, write bool) *Race {
	if d.NFound == len(d.Found) {
		return &d.Found[0]
	}
	for mask&1 == 0 {
		mask >>= 1
		word++
	}
	earlier.Thread = *d.segment(earlier.Segment)
	r := &d.Found[d.NFound]
	*r = Race{Addr: word, Earlier: earlier,
		Later: Access{Thread: t.ID, Segment: t.last, Place: placeOf(place), Write: write}}
	d.NFound++
	return r
}
