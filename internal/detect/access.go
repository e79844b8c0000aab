package detect

// Read notes a read of the byte at addr.
func (d *Detector) Read(t *Thread, addr uintptr, place uint32) {
	// The commonest case: all that the cell tells of is over and done.
	now := uint64(place)<<cellPlace | t.now | 1<<(addr&7)
	if c := d.Look(addr); c != nil && c.pages[addr%chunkSize/shadowPage]&pageReads != 0 {
		w, r := c.writes[addr>>3%chunkWords], c.reads[addr>>3%chunkWords]
		if (w&cellAside == 0 || (w|r)&now&bytesMask != 0) && r&bytesMask&^now == 0 && d.over(t, r) && d.over(t, w) {
			c.reads[addr>>3%chunkWords] = now
			return
		}
	}
	d.read(t, d.cell(addr, pageReads), addr&^7, 1<<(addr&7), uint64(place)<<cellPlace)
}

// Write notes a write of the byte at addr.
func (d *Detector) Write(t *Thread, addr uintptr, place uint32) {
	now := uint64(place)<<cellPlace | t.now | 1<<(addr&7)
	if c := d.Look(addr); c != nil && c.pages[addr%chunkSize/shadowPage]&pageWrites != 0 {
		w, r := c.writes[addr>>3%chunkWords], c.reads[addr>>3%chunkWords]
		if (w|r)&(cellAside|bytesMask)&^now == 0 && d.over(t, r) && d.over(t, w) {
			c.writes[addr>>3%chunkWords] = now
			if r != 0 {
				c.reads[addr>>3%chunkWords] = 0
			}
			return
		}
	}
	d.write(t, d.cell(addr, pageWrites), addr&^7, 1<<(addr&7), uint64(place)<<cellPlace)
}

// ReadRange notes a read of size bytes at addr.
func (d *Detector) ReadRange(t *Thread, addr, size uintptr, place uint32) {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		c, mask := d.cell(addr, pageReads), maskOf(addr, end)
		if !tellsAll(*c.w, t.now, mask) && !tellsAll(*c.r, t.now, mask) {
			d.read(t, c, addr&^7, mask, uint64(place)<<cellPlace)
		}
	}
}

// WriteRange notes a write of size bytes at addr.
func (d *Detector) WriteRange(t *Thread, addr, size uintptr, place uint32) {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		c, mask := d.cell(addr, pageWrites), maskOf(addr, end)
		if !tellsAll(*c.w, t.now, mask) {
			d.write(t, c, addr&^7, mask, uint64(place)<<cellPlace)
		}
	}
}

// read notes a read of some bytes of a word.
func (d *Detector) read(t *Thread, c shadowCell, word uintptr, mask, place uint64) {
	if *c.w&cellAside != 0 && mask&^(*c.w|*c.r) != 0 || !d.readCell(t, c, word, mask, place) {
		d.accessAside(t, word, mask, place, false)
	}
}

// readCell notes a read in a cell. It reports false, and has done nothing, if the cell is too small for that.
func (d *Detector) readCell(t *Thread, c shadowCell, word uintptr, mask, place uint64) bool {
	w, r := *c.w, *c.r
	if tellsAll(w, t.now, mask) {
		return true
	}
	now := place | t.now
	switch {
	case !d.live(r):
		*c.r = now | mask
	case r&cellWho == t.now:
		*c.r = now | r&bytesMask | mask
	case r&(cellSet|bytesMask&^mask) == 0 && d.unordered(t, r) == 0:
		*c.r = now | mask
	case r&bytesMask == mask:
		*c.r = d.readers(t, r, place) | mask
	case r&bytesMask&^mask == 0 && d.unordered(t, r) == 0:
		*c.r = now | mask
	default:
		return false
	}
	if w&mask != 0 {
		d.check(t, w, true, word, mask, place, false)
	}
	return true
}

// write notes a write of some bytes of a word.
func (d *Detector) write(t *Thread, c shadowCell, word uintptr, mask, place uint64) {
	if *c.w&cellAside != 0 && mask&^(*c.w|*c.r) != 0 || !d.writeCell(t, c, word, mask, place) {
		d.accessAside(t, word, mask, place, true)
	}
}

// writeCell is readCell for a write.
func (d *Detector) writeCell(t *Thread, c shadowCell, word uintptr, mask, place uint64) bool {
	w, r := *c.w, *c.r
	now, rest := w&cellAside|place|t.now|mask, w&bytesMask&^mask
	switch {
	case rest == 0 || !d.live(w):
	case w&cellWho == t.now:
		now |= rest
	default:
		return false
	}
	d.checkWrite(t, c, word, mask, place)
	*c.w = now
	if r != 0 {
		*c.r &^= mask
		c.tidy()
	}
	return true
}

// checkWrite looks for races of a write with what a cell knows.
func (d *Detector) checkWrite(t *Thread, c shadowCell, word uintptr, mask, place uint64) {
	if *c.w&mask != 0 {
		d.check(t, *c.w, true, word, mask, place, true)
	}
	if *c.r&mask != 0 {
		d.check(t, *c.r, false, word, mask, place, true)
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
	who := half >> cellSegment
	if who&setBit != 0 {
		return d.sets.live(who)
	}
	return who > d.base
}

// unordered returns the segment that half a cell names if nothing orders it before what t does now, else 0. Of
// a set of readers it is one such segment.
func (d *Detector) unordered(t *Thread, half uint64) uint32 {
	if half>>cellSegment == t.now>>cellSegment || d.over(t, half) || !d.live(half) {
		return 0
	}
	if half&cellSet != 0 {
		return d.unorderedReader(t, half)
	}
	last := uint32(half>>cellSegment - d.base)
	if last > t.floor {
		if id := *d.segment(last); id != t.ID && d.nodes.Get(t.clock, id) < last {
			return last
		}
	}
	d.learn(t, half>>cellSegment)
	return 0
}

// What was found out once about the order of two segments is true for the rest of the run, and is asked for again and again.

// A lesson is which of 64 segments are known to be a thread's own, or to have happened before what it does.
type lesson struct {
	key  uint64 // names the thread and the segments
	bits uint64
}

// lesson returns where it is kept what t knows of a segment, and the key for that.
func (d *Detector) lesson(t *Thread, who uint64) (*lesson, uint64) {
	block := who / 64
	return &d.lessons[(block+uint64(t.ID)*31)%uint64(len(d.lessons))], block<<idBits | uint64(t.ID)
}

const idBits = 28 // of a thread's number; there are as many for those of 64 segments

// over reports whether it is plain that what half a cell tells of is over and done for t: it is of an earlier run, or
// t has learned of it.
func (d *Detector) over(t *Thread, half uint64) bool {
	who := half >> cellSegment
	known, key := d.lesson(t, who)
	return known.key == key && known.bits>>(who%64)&1 != 0 || who <= d.base
}

// learn notes that a segment is t's own, or happened before what it does now. Who acts on behalf of a timer is
// somebody else each time, and learns nothing.
func (d *Detector) learn(t *Thread, who uint64) {
	if t.ID == 0 {
		return
	}
	known, key := d.lesson(t, who)
	if known.key != key {
		*known = lesson{key: key}
	}
	known.bits |= 1 << (who % 64)
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
