package detect

import "unsafe"

// Words whose bytes have different histories have more about them aside: a chain of parts, each a cell that speaks for
// some of the bytes, and for no byte that another one or the word's own cell speaks for. A word that was written as a whole at
// first, and by its first byte later (that is how the compiler tells of an access to a pointer or a number), has the
// first byte in its cell and the others in a part, where they are in nobody's way. Parts with the same history
// are put together again.

// A wordPart is one part, or, with cellAside in w, what is known of the atomic accesses to the word (see atomic.go).
type wordPart struct {
	w, r uint64
	word uintptr
	run  uint32
	next uint32
}

// wordParts is the store of parts.
type wordParts struct {
	n       uint32
	free    uint32
	chunks  [1 << 16]uintptr
	atomics wordAtomics
}

const partChunk = 1 << 12

func (s *wordParts) reset() { s.n, s.free, s.atomics.n, s.atomics.free = 0, 0, 0, 0 }

func (s *wordParts) at(i uint32) *wordPart {
	c := s.chunks[i/partChunk%uint32(len(s.chunks))]
	return (*wordPart)(detectPointer(c + uintptr(i%partChunk)*unsafe.Sizeof(wordPart{})))
}

func (s *wordParts) make() uint32 {
	if i := s.free; i != 0 {
		s.free = s.at(i).next
		return i
	}
	s.n++
	if p := &s.chunks[s.n/partChunk%uint32(len(s.chunks))]; *p == 0 {
		*p = detectAlloc(partChunk * unsafe.Sizeof(wordPart{}))
	}
	return s.n
}

// drop frees a part and takes it out of its chain, where at is the link to it.
func (s *wordParts) drop(at *uint32) {
	i := *at
	p := s.at(i)
	*at = p.next
	p.run, p.next, s.free = 0, s.free, i
}

func (p *wordPart) cell() shadowCell { return shadowCell{&p.w, &p.r} }

// bytes returns the bytes that a cell speaks for.
func (c shadowCell) bytes() uint64 { return (*c.w | *c.r) & bytesMask }

// aside returns where the chain of a word that has a cell begins; the chain is empty if it is of an earlier run.
func (d *Detector) aside(c shadowCell, word uintptr) *uint32 {
	first := &d.Look(word).aside[word>>3%chunkWords]
	i := *first
	switch {
	case i == 0:
	case i > d.parts.n || d.parts.at(i).word != word || d.parts.at(i).run != d.run:
		*first = 0
	case *c.w&cellAside == 0: // the memory was given up since
		d.dropParts(first)
	}
	return first
}

// dropParts frees all parts of a chain.
func (d *Detector) dropParts(first *uint32) {
	for *first != 0 {
		if p := d.parts.at(*first); p.w&cellAside != 0 {
			d.dropAtomic(uint32(p.r))
		}
		d.parts.drop(first)
	}
}

// put adds a part to a word's chain.
func (d *Detector) put(c shadowCell, word uintptr, w, r uint64) *wordPart {
	first := d.aside(c, word)
	i := d.parts.make()
	part := d.parts.at(i)
	*part = wordPart{w, r, word, d.run, *first}
	*first = i
	*c.w |= cellAside
	return part
}

// take returns what a cell knows of some bytes, which it forgets.
func (c shadowCell) take(mask uint64) (w, r uint64) {
	w, r = *c.w&^cellAside&^(bytesMask&^mask), *c.r&^(bytesMask&^mask)
	*c.w, *c.r = *c.w&^mask, *c.r&^mask
	shadowCell{&w, &r}.tidy()
	c.tidy()
	return w, r
}

// tidy empties the halves of a cell that speak for no byte.
func (c shadowCell) tidy() {
	if *c.w&bytesMask == 0 {
		*c.w &= cellAside
	}
	if *c.r&bytesMask == 0 {
		*c.r = 0
	}
}

// accessAside notes an access to some bytes of a word that its cell does not speak for, or cannot tell all of.
func (d *Detector) accessAside(t *Thread, word uintptr, mask, place uint64, write bool) {
	c := d.cell(word, pageWrites) // where it is noted that there is more aside
	rest, atomic := mask, false
	if part := mask & c.bytes(); part != 0 {
		if part != c.bytes() {
			w, r := c.take(bytesMask &^ part)
			d.put(c, word, w, r)
		}
		d.accessPart(t, c, word, part, place, write)
		rest &^= part
	}
	for i := *d.aside(c, word); i != 0; {
		p := d.parts.at(i)
		i = p.next
		if p.w&cellAside != 0 {
			atomic = true
			d.checkAtomics(t, d.parts.atomics.at(uint32(p.r)), word, mask, place, write)
			continue
		}
		if part := mask & p.cell().bytes(); part != 0 {
			if part != p.cell().bytes() {
				w, r := p.cell().take(bytesMask &^ part)
				d.put(c, word, w, r)
			}
			d.accessPart(t, p.cell(), word, part, place, write)
			rest &^= part
		}
	}
	if rest != 0 {
		d.accessPart(t, d.put(c, word, 0, 0).cell(), word, rest, place, write)
	}
	d.gather(c, word, atomic)
}

// accessPart notes an access to all bytes that a cell speaks for.
func (d *Detector) accessPart(t *Thread, c shadowCell, word uintptr, mask, place uint64, write bool) {
	switch {
	case write:
		d.writeCell(t, c, word, mask, place)
	case !d.readCell(t, c, word, mask, place):
		// The bytes have different readers. What a set would say of each of them is
		// true of some only, so each goes its own way.
		for rest := mask & (mask - 1); rest != 0; rest &= rest - 1 {
			w, r := c.take(rest & -rest)
			part := d.put(d.cell(word, pageWrites), word, w, r)
			d.readCell(t, part.cell(), word, rest&-rest, place)
		}
		d.readCell(t, c, word, mask&-mask, place)
	}
}

// gather puts the parts of a word together that have the same history, in its cell if there are no atomic accesses to
// be found.
func (d *Detector) gather(c shadowCell, word uintptr, atomic bool) {
	first := d.aside(c, word)
	for at := first; *at != 0; {
		p := d.parts.at(*at)
		if p.w&cellAside == 0 && (!atomic && d.mergeInto(c, p) || d.mergeAhead(p)) {
			d.parts.drop(at)
			continue
		}
		at = &p.next
	}
	if *first == 0 {
		*c.w &^= cellAside
	}
}

// mergeAhead merges p into a part behind it in the chain.
func (d *Detector) mergeAhead(p *wordPart) bool {
	for i := p.next; i != 0; {
		q := d.parts.at(i)
		if q.w&cellAside == 0 && d.mergeInto(q.cell(), p) {
			return true
		}
		i = q.next
	}
	return false
}

// mergeInto adds what p knows to a cell, if both have the same history.
func (d *Detector) mergeInto(c shadowCell, p *wordPart) bool {
	if !d.together(*c.w, p.w) || !d.together(*c.r, p.r) {
		return false
	}
	*c.w = d.joined(*c.w, p.w)
	*c.r = d.joined(*c.r, p.r)
	return true
}

func (d *Detector) together(a, b uint64) bool {
	return (a^b)>>cellSegment == 0 || !d.live(a) || !d.live(b)
}

func (d *Detector) joined(a, b uint64) uint64 {
	switch {
	case !d.live(b):
		return a
	case !d.live(a):
		return a&cellAside | b
	}
	return a | b&bytesMask
}
