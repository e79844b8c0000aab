package detect

import "unsafe"

// A wordRecord is what is known of a word that a cell is too small for: bytes with histories of their own, and
// atomic accesses.
type wordRecord struct {
	bytes [8]shadowCell // each as for a word, its bytes being all or none
	free  uint32        // next free record

	atomics [2]atomicUse // of either half
}

// An atomicUse is what is known of the atomic accesses to four bytes. They do not race with each other, so that all of them
// have to be kept: the last of each thread.
type atomicUse struct {
	loads, stores         Clock
	loadPlace, storePlace uint64
}

// wordRecords is the store of records. Their numbers count through all runs.
type wordRecords struct {
	base   uint64 // number of the record before the run's first
	n      uint64
	free   uint32
	chunks [1 << 14]uintptr
}

const recordChunk = 1 << 10

func (s *wordRecords) begin() {
	s.base += s.n
	s.n, s.free = 0, 0
}

func (s *wordRecords) clear() { s.base, s.n, s.free = 0, 0, 0 }

func (s *wordRecords) at(i uint32) *wordRecord {
	c := s.chunks[i/recordChunk%uint32(len(s.chunks))]
	return (*wordRecord)(detectPointer(c + uintptr(i%recordChunk)*unsafe.Sizeof(wordRecord{})))
}

// of returns the record that the written half of a cell names, nil if it is of an earlier run.
func (s *wordRecords) of(w uint64) *wordRecord {
	i := w & cellWho >> cellSegment &^ apartBit
	if i <= s.base {
		return nil
	}
	return s.at(uint32(i - s.base))
}

// apart gives a word a record, with what its cell knows.
func (d *Detector) apart(c *shadowCell, word uintptr) *wordRecord {
	s := &d.records
	i := s.free
	if i != 0 {
		s.free = s.at(i).free
	} else {
		s.n++
		i = uint32(s.n)
		if p := &s.chunks[i/recordChunk%uint32(len(s.chunks))]; *p == 0 {
			*p = detectAlloc(recordChunk * unsafe.Sizeof(wordRecord{}))
		}
	}
	rec := s.at(i)
	*rec = wordRecord{}
	for b := range rec.bytes {
		if c.w>>b&1 != 0 {
			rec.bytes[b].w = c.w | bytesMask
		}
		if c.r>>b&1 != 0 {
			rec.bytes[b].r = c.r | bytesMask
		}
	}
	*c = shadowCell{w: cellApart | (s.base+uint64(i))<<cellSegment}
	return rec
}

// rejoin puts a word back into its cell if its bytes have one history again.
func (d *Detector) rejoin(rec *wordRecord, c *shadowCell) {
	for _, use := range rec.atomics {
		if use.loads.root|use.stores.root != 0 {
			return
		}
	}
	var whole shadowCell
	for b, cell := range rec.bytes {
		if !merge(&whole.w, cell.w, b, d) || !merge(&whole.r, cell.r, b, d) {
			return
		}
	}
	s := &d.records
	i := uint32(c.w&cellWho>>cellSegment&^apartBit - s.base)
	rec.free, s.free = s.free, i
	*c = whole
}

// merge adds half the cell of byte b to that of a word; it reports whether they go together.
func merge(whole *uint64, half uint64, b int, d *Detector) bool {
	if half == 0 || !d.live(half) {
		return true
	}
	if *whole == 0 {
		*whole = half &^ bytesMask
	}
	if (*whole^half)&cellWho != 0 {
		return false
	}
	*whole |= 1 << b
	return true
}

func (d *Detector) readApart(t *Thread, rec *wordRecord, c *shadowCell, word uintptr, mask, place uint64) {
	d.checkAtomics(t, rec, word, mask, place, false)
	joins := mask&(mask-1) != 0
	for b := range rec.bytes {
		if mask>>b&1 == 0 {
			continue
		}
		cell := &rec.bytes[b]
		if cell.w != 0 {
			if late := d.unordered(t, cell.w); late != 0 {
				d.found(word, 1<<b, Access{Segment: late, Write: true, Place: uint32(cell.w >> cellPlace)}, t, place, false)
			}
		}
		switch {
		case cell.w&cellWho == t.now && cell.w != 0:
			continue
		case cell.r == 0 || !d.live(cell.r):
			cell.r = place | t.now | bytesMask
		case cell.r&cellWho != t.now:
			cell.r = d.readers(t, cell.r, place) | bytesMask
		}
		joins = joins || (rec.bytes[(b+1)&7].r^cell.r)&cellWho == 0 && (rec.bytes[(b-1)&7].r^cell.r)&cellWho == 0
	}
	if joins {
		d.rejoin(rec, c)
	}
}

func (d *Detector) writeApart(t *Thread, rec *wordRecord, c *shadowCell, word uintptr, mask, place uint64) {
	d.checkAtomics(t, rec, word, mask, place, true)
	for b := range rec.bytes {
		if mask>>b&1 != 0 {
			d.checkWrite(t, &rec.bytes[b], word, 1<<b, place)
		}
	}
	d.setWritten(t, rec, mask, place)
	d.rejoin(rec, c)
}

// setWritten notes a write that was checked.
func (d *Detector) setWritten(t *Thread, rec *wordRecord, mask, place uint64) {
	for b := range rec.bytes {
		if mask>>b&1 != 0 {
			rec.bytes[b] = shadowCell{w: place | t.now | bytesMask}
		}
	}
}

// checkAtomics looks for races of a plain access with atomic ones.
func (d *Detector) checkAtomics(t *Thread, rec *wordRecord, word uintptr, mask, place uint64, write bool) {
	for half := range rec.atomics {
		use, at := &rec.atomics[half], mask&(halfMask<<(4*half))
		if at == 0 {
			continue
		}
		if late := d.beyond(t, use.stores.root, t.clock, use.stores.depth, 0); late != 0 {
			earlier := Access{Segment: late, Write: true, Atomic: true, Place: uint32(use.storePlace >> cellPlace)}
			d.found(word, at, earlier, t, place, write)
		}
		if !write {
			continue
		}
		if late := d.beyond(t, use.loads.root, t.clock, use.loads.depth, 0); late != 0 {
			earlier := Access{Segment: late, Atomic: true, Place: uint32(use.loadPlace >> cellPlace)}
			d.found(word, at, earlier, t, place, write)
		}
	}
}

const halfMask = 0x0f

// Atomic notes an atomic access to size bytes at addr, all in one word; a write may also be a read.
func (d *Detector) Atomic(t *Thread, addr, size uintptr, write bool, place uint32) {
	c, word, mask, at := d.cell(addr), addr&^7, maskOf(addr, addr+size), uint64(place)<<cellPlace
	rec := d.recordFor(c, word)
	was := d.NFound
	for b := range rec.bytes {
		cell := &rec.bytes[b]
		switch {
		case mask>>b&1 == 0:
		case write:
			d.checkWrite(t, cell, word, 1<<b, at)
		case cell.w != 0:
			if late := d.unordered(t, cell.w); late != 0 {
				d.found(word, 1<<b, Access{Segment: late, Write: true, Place: uint32(cell.w >> cellPlace)}, t, at, false)
			}
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

// recordFor returns the record of a word, a new one if it has none.
func (d *Detector) recordFor(c *shadowCell, word uintptr) *wordRecord {
	if c.w&cellApart != 0 {
		if rec := d.records.of(c.w); rec != nil {
			return rec
		}
		*c = shadowCell{}
	}
	return d.apart(c, word)
}
