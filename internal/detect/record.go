package detect

import "unsafe"

// A wordRecord is what is known of the bytes of a word that its cell does not speak for: bytes with histories
// of their own, and atomic accesses. A word that is accessed as a whole at first and by its first byte later (which is how the
// compiler tells of an access to a pointer or a number) has the first byte in its cell, and the others here, where they
// are in nobody's way.
type wordRecord struct {
	word    uintptr
	run     uint32
	free    uint32        // next free record
	bytes   [8]shadowCell // each as for a word, its bytes being all or none
	atomic  bool          // there were atomic accesses; then the cell speaks for no byte
	atomics [2]atomicUse  // of either half
}

// An atomicUse is what is known of the atomic accesses to four bytes. They do not race with each other, so that all of them
// have to be kept: the last of each thread.
type atomicUse struct {
	loads, stores         Clock
	loadPlace, storePlace uint64
}

// wordRecords is the store of records.
type wordRecords struct {
	n      uint32
	free   uint32
	chunks [1 << 14]uintptr
}

const recordChunk = 1 << 10

func (s *wordRecords) reset() { s.n, s.free = 0, 0 }

func (s *wordRecords) at(i uint32) *wordRecord {
	c := s.chunks[i/recordChunk%uint32(len(s.chunks))]
	return (*wordRecord)(detectPointer(c + uintptr(i%recordChunk)*unsafe.Sizeof(wordRecord{})))
}

func (s *wordRecords) make() uint32 {
	if i := s.free; i != 0 {
		s.free = s.at(i).free
		return i
	}
	s.n++
	if p := &s.chunks[s.n/recordChunk%uint32(len(s.chunks))]; *p == 0 {
		*p = detectAlloc(recordChunk * unsafe.Sizeof(wordRecord{}))
	}
	return s.n
}

// asideOf returns where the number of a word's record is kept. The word has a cell.
func (d *Detector) asideOf(word uintptr) *uint32 { return &d.chunk(word).aside[word>>3%chunkWords] }

// record returns the record of a word, nil if it has none from this run.
func (d *Detector) record(c *shadowCell, word uintptr) *wordRecord {
	if c.w&cellAside == 0 {
		return nil
	}
	if i := *d.asideOf(word); i != 0 && i <= d.records.n {
		if rec := d.records.at(i); rec.word == word && rec.run == d.run {
			return rec
		}
	}
	c.w &^= cellAside
	return nil
}

// putAside moves what a word's cell knows to its record, a new one if it has none.
func (d *Detector) putAside(c *shadowCell, word uintptr) *wordRecord {
	rec := d.record(c, word)
	if rec == nil {
		i := d.records.make()
		*d.asideOf(word) = i
		rec = d.records.at(i)
		*rec = wordRecord{word: word, run: d.run}
	}
	for b := range rec.bytes {
		if (c.w|c.r)>>b&1 == 0 {
			continue
		}
		if c.w>>b&1 != 0 {
			rec.bytes[b].w = c.w&^cellAside | bytesMask
		}
		if c.r>>b&1 != 0 {
			rec.bytes[b].r = c.r | bytesMask
		}
	}
	*c = shadowCell{w: cellAside}
	return rec
}

// rejoin puts a word back into its cell if all its bytes have one history again; if not, those in mask if they have
// one and the cell speaks for no other.
func (d *Detector) rejoin(rec *wordRecord, c *shadowCell, mask uint64) {
	if rec.atomic {
		return
	}
	if whole := *c; mask&endsMask != 0 && d.merge(rec, &whole, bytesMask) {
		whole.w &^= cellAside
		*c = whole
		i := *d.asideOf(rec.word)
		rec.run, rec.free, d.records.free = 0, d.records.free, i
		return
	}
	if (c.w|c.r)&bytesMask != 0 {
		return
	}
	if part := *c; d.merge(rec, &part, mask) {
		*c = part
		for rest := mask; rest != 0; rest &= rest - 1 {
			rec.bytes[lowest(rest)] = shadowCell{}
		}
	}
}

// endsMask is the first and the last byte: whoever goes through the bytes of a word ends with one of them, and the
// bytes may have one history again.
const endsMask = 0x81

// merge adds what a record knows of some bytes to a cell; it reports whether all goes together.
func (d *Detector) merge(rec *wordRecord, to *shadowCell, mask uint64) bool {
	for rest := mask; rest != 0; rest &= rest - 1 {
		b := lowest(rest)
		if !d.mergeHalf(&to.w, rec.bytes[b].w, b) || !d.mergeHalf(&to.r, rec.bytes[b].r, b) {
			return false
		}
	}
	return true
}

func (d *Detector) mergeHalf(to *uint64, half uint64, b int) bool {
	if half == 0 || !d.live(half) {
		return true
	}
	if *to&bytesMask == 0 || !d.live(*to) {
		*to = *to&cellAside | half&^bytesMask
	}
	if (*to^half)&cellWho != 0 {
		return false
	}
	*to |= 1 << b
	return true
}

// lowest returns the number of the lowest byte in a mask.
func lowest(mask uint64) int {
	b := 0
	for mask&1 == 0 {
		mask >>= 1
		b++
	}
	return b
}

// readAside notes a read of a word that has a record; it reports whether it has.
func (d *Detector) readAside(t *Thread, c *shadowCell, word uintptr, mask, place uint64) bool {
	rec := d.record(c, word)
	if rec == nil {
		return false
	}
	if mask&(c.w|c.r) != 0 {
		d.putAside(c, word)
	}
	if rec.atomic {
		d.checkAtomics(t, rec, word, mask, place, false)
	}
	for rest := mask; rest != 0; rest &= rest - 1 {
		d.readByte(t, &rec.bytes[lowest(rest)], word, rest&-rest, place)
	}
	d.rejoin(rec, c, mask)
	return true
}

func (d *Detector) readByte(t *Thread, c *shadowCell, word uintptr, mask, place uint64) {
	if c.w != 0 {
		if c.w&cellWho == t.now {
			return
		}
		d.check(t, c.w, true, word, mask, place, false)
	}
	switch {
	case c.r == 0 || !d.live(c.r):
		c.r = place | t.now | bytesMask
	case c.r&cellWho == t.now:
	case c.r&cellSet == 0 && d.unordered(t, c.r) == 0:
		c.r = place | t.now | bytesMask
	default:
		c.r = d.readers(t, c.r, place) | bytesMask
	}
}

// writeAside notes a write to a word that has a record; it reports whether it has.
func (d *Detector) writeAside(t *Thread, c *shadowCell, word uintptr, mask, place uint64) bool {
	rec := d.record(c, word)
	if rec == nil {
		return false
	}
	if mask&(c.w|c.r) != 0 {
		d.putAside(c, word)
	}
	if rec.atomic {
		d.checkAtomics(t, rec, word, mask, place, true)
	}
	for rest := mask; rest != 0; rest &= rest - 1 {
		d.checkWrite(t, &rec.bytes[lowest(rest)], word, rest&-rest, place)
	}
	d.setWritten(t, c, word, mask, place)
	return true
}

// setWritten notes a write that was checked, to a word that has a record.
func (d *Detector) setWritten(t *Thread, c *shadowCell, word uintptr, mask, place uint64) {
	rec := d.record(c, word)
	for rest := mask; rest != 0; rest &= rest - 1 {
		rec.bytes[lowest(rest)] = shadowCell{w: place | t.now | bytesMask}
	}
	d.rejoin(rec, c, mask)
}

// checkAtomics looks for races of a plain access with atomic ones.
func (d *Detector) checkAtomics(t *Thread, rec *wordRecord, word uintptr, mask, place uint64, write bool) {
	for half := range rec.atomics {
		use, at := &rec.atomics[half], mask&(halfMask<<(4*half))
		if at == 0 {
			continue
		}
		if late := d.beyond(t, use.stores.root, t.clock, use.stores.depth, 0); late != 0 {
			d.found(word, at, Access{Segment: late, Write: true, Atomic: true, Place: placeOf(use.storePlace)}, t, place, write)
		}
		if !write {
			continue
		}
		if late := d.beyond(t, use.loads.root, t.clock, use.loads.depth, 0); late != 0 {
			d.found(word, at, Access{Segment: late, Atomic: true, Place: placeOf(use.loadPlace)}, t, place, write)
		}
	}
}

const halfMask = 0x0f

// Atomic notes an atomic access to size bytes at addr, all in one word; a write may also be a read.
func (d *Detector) Atomic(t *Thread, addr, size uintptr, write bool, place uint32) {
	word, mask, at := addr&^7, maskOf(addr, addr+size), uint64(place)<<cellPlace
	rec := d.putAside(d.cell(addr), word)
	rec.atomic = true
	was := d.NFound
	for rest := mask; rest != 0; rest &= rest - 1 {
		c := &rec.bytes[lowest(rest)]
		switch {
		case write:
			d.checkWrite(t, c, word, rest&-rest, at)
		case c.w != 0:
			d.check(t, c.w, true, word, rest&-rest, at, false)
		}
	}
	for ; was < d.NFound; was++ {
		d.Found[was].Later.Atomic = true
	}
	for half := range rec.atomics {
		use := &rec.atomics[half]
		switch {
		case mask&(halfMask<<(4*half)) == 0:
		case write:
			d.nodes.Set(&use.stores, t.ID, t.last)
			use.storePlace = at
		default:
			d.nodes.Set(&use.loads, t.ID, t.last)
			use.loadPlace = at
		}
	}
}
