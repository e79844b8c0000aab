package detect

import "unsafe"

// A wordAtomic is what is known of the atomic accesses to a word, by halves.
type wordAtomic struct {
	halves [2]atomicUse
	next   uint32 // of a free one: the next
}

// An atomicUse is what is known of the atomic accesses to four bytes. They do not race with each other, so that all of them
// have to be kept: the last of each thread.
type atomicUse struct {
	loads, stores         Clock
	loadPlace, storePlace uint64
}

// wordAtomics is the store of them.
type wordAtomics struct {
	n      uint32
	free   uint32
	chunks [1 << 14]uintptr
}

const atomicChunk = 1 << 8

func (s *wordAtomics) at(i uint32) *wordAtomic {
	c := s.chunks[i/atomicChunk%uint32(len(s.chunks))]
	return (*wordAtomic)(detectPointer(c + uintptr(i%atomicChunk)*unsafe.Sizeof(wordAtomic{})))
}

func (s *wordAtomics) make() uint32 {
	if i := s.free; i != 0 {
		s.free = s.at(i).next
		*s.at(i) = wordAtomic{}
		return i
	}
	s.n++
	if p := &s.chunks[s.n/atomicChunk%uint32(len(s.chunks))]; *p == 0 {
		*p = detectAlloc(atomicChunk * unsafe.Sizeof(wordAtomic{}))
	}
	*s.at(s.n) = wordAtomic{}
	return s.n
}

// dropAtomic frees what is known of the atomic accesses to a word.
func (d *Detector) dropAtomic(i uint32) {
	known, s := d.parts.atomics.at(i), &d.parts.atomics
	for half := range known.halves {
		d.nodes.Drop(&known.halves[half].loads)
		d.nodes.Drop(&known.halves[half].stores)
	}
	known.next, s.free = s.free, i
}

// atomic returns what is known of the atomic accesses to a word. Its cell speaks for no byte from then on, so that every
// access finds the atomic ones.
func (d *Detector) atomic(c shadowCell, word uintptr) *wordAtomic {
	if c.bytes() != 0 {
		w, r := c.take(bytesMask)
		d.put(c, word, w, r)
	}
	for i := *d.aside(c, word); i != 0; i = d.parts.at(i).next {
		if p := d.parts.at(i); p.w&cellAside != 0 {
			return d.parts.atomics.at(uint32(p.r))
		}
	}
	i := d.parts.atomics.make()
	d.put(c, word, cellAside, uint64(i))
	return d.parts.atomics.at(i)
}

// Atomic notes an atomic access to size bytes at addr, all in one word; a write may also be a read.
func (d *Detector) Atomic(t *Thread, addr, size uintptr, write bool, place uint32) {
	word, mask, at := addr&^7, maskOf(addr, addr+size), uint64(place)<<cellPlace
	c := d.cell(addr, pageWrites)
	known := d.atomic(c, word)
	was := d.NFound
	for i := *d.aside(c, word); i != 0; i = d.parts.at(i).next {
		p := d.parts.at(i)
		switch {
		case p.w&cellAside != 0:
		case write:
			d.checkWrite(t, p.cell(), word, mask, at)
		case p.w&mask != 0:
			d.check(t, p.w, true, word, mask, at, false)
		}
	}
	for ; was < d.NFound; was++ {
		d.Found[was].Later.Atomic = true
	}
	for half := range known.halves {
		use := &known.halves[half]
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

// checkAtomics looks for races of a plain access with atomic ones.
func (d *Detector) checkAtomics(t *Thread, known *wordAtomic, word uintptr, mask, place uint64, write bool) {
	for half := range known.halves {
		use, at := &known.halves[half], mask&(halfMask<<(4*half))
		if at == 0 {
			continue
		}
		if late := d.beyond(t, use.stores.root, use.stores.depth, 0); late != 0 {
			d.found(word, at, Access{Segment: late, Write: true, Atomic: true, Place: placeOf(use.storePlace)}, t, place, write)
		}
		if !write {
			continue
		}
		if late := d.beyond(t, use.loads.root, use.loads.depth, 0); late != 0 {
			d.found(word, at, Access{Segment: late, Atomic: true, Place: placeOf(use.loadPlace)}, t, place, write)
		}
	}
}

const halfMask = 0x0f
