package detect

import "unsafe"

// A shadowCell is where what is known of a word of 8 bytes is. Each half is 0, or
//
//	bits 0–7    which bytes
//	bit 8       in w: there is more about the word aside, of bytes that neither half names
//	bits 9–27   the place in the code
//	bits 28–63  by whom: the number of a segment, or, with the highest of these bits set, of a set of readers (in r)
//
// The halves lie far apart: most of the memory that a thread is at work on it wrote itself lately, and then the
// other half, which takes room in the processor's caches, has nothing to say.
type shadowCell struct {
	w *uint64 // the last write
	r *uint64 // the last reads since
}

const (
	bytesMask   = 0xff
	cellAside   = 1 << 8 // there is more aside
	cellPlace   = 9      // shift of the place
	cellSegment = 28     // shift of the segment
	setBit      = 1 << (63 - cellSegment)
	cellSet     = setBit << cellSegment                    // no segment, but a set
	cellWho     = ^uint64(0) >> cellSegment << cellSegment // the bits that tell by whom
	MaxPlace    = 1<<(cellSegment-cellPlace) - 1           // the highest number of a place
	maxSegment  = setBit - 1                               // the highest number of a segment
)

// placeOf returns the place that half a cell names.
func placeOf(half uint64) uint32 { return uint32(half>>cellPlace) & MaxPlace }

// The shadow is made in chunks, each for a stretch of memory. A byte of memory has a byte in each half.
const (
	chunkShift = 26
	chunkSize  = 1 << chunkShift
	chunkWords = chunkSize / 8
	shadowPage = 4096
)

// A shadowChunk is the shadow of 64 MiB.
type shadowChunk struct {
	writes [chunkWords]uint64
	reads  [chunkWords]uint64
	pages  [chunkSize / shadowPage]uint8 // which pages of the halves were ever written to
	aside  [chunkWords]uint32            // where there is more about a word
	marks  [chunkWords / 64]uint64       // a bit for each word, see Mark
}

// What is known of a page of memory.
const (
	pageWrites = 1 << iota
	pageReads
)

// Look returns the chunk for addr, nil if there is none yet.
func (d *Detector) Look(addr uintptr) *shadowChunk {
	return (*shadowChunk)(detectPointer(d.chunks[addr>>chunkShift%uintptr(len(d.chunks))]))
}

// cell returns the cell of the word that addr lies in, for a change of the halves that page names.
func (d *Detector) cell(addr uintptr, page uint8) shadowCell {
	c := d.Look(addr)
	if c == nil {
		c = d.newChunk(addr)
	}
	if p := &c.pages[addr%chunkSize/shadowPage]; *p&page != page {
		*p |= page
	}
	word := addr >> 3 % chunkWords
	return shadowCell{&c.writes[word], &c.reads[word]}
}

func (d *Detector) newChunk(addr uintptr) *shadowChunk {
	p := detectAlloc(unsafe.Sizeof(shadowChunk{}))
	detectDense(p, chunkSize) // the last writes: large pages of memory save a tenth of the time of tests that compute
	at := addr >> chunkShift % uintptr(len(d.chunks))
	d.chunks[at] = p
	d.made[d.nmade] = uint32(at)
	d.nmade++
	return (*shadowChunk)(detectPointer(p))
}

// Forget drops what is known of memory that is about to be used anew. It may be called by any thread of the process
// at any time, as long as nobody accesses that memory.
func (d *Detector) Forget(addr, size uintptr) {
	for end := addr + size; addr < end; {
		part := min(end-addr, shadowPage-addr%shadowPage)
		c := d.Look(addr)
		if c == nil {
			part = min(end-addr, chunkSize-addr%chunkSize)
		} else if page := c.pages[addr%chunkSize/shadowPage]; page != 0 {
			c.forget(page, addr%chunkSize>>3, (addr%chunkSize+part+7)>>3)
		}
		addr += part
	}
}

// forget clears the halves of some words of a page.
func (c *shadowChunk) forget(page uint8, from, to uintptr) {
	if page&pageWrites != 0 {
		clear(c.writes[from:to])
	}
	if page&pageReads != 0 {
		clear(c.reads[from:to])
	}
}

// Mark notes that there is something about the word at addr that has to be looked for when its memory is used anew: the detector
// does so for what threads synchronize with.
func (d *Detector) Mark(addr uintptr) {
	c := d.Look(addr)
	if c == nil {
		c = d.newChunk(addr)
	}
	word := addr >> 3 % chunkWords
	c.marks[word/64] |= 1 << (word % 64)
}

// NextMarked returns the first word from addr on, a multiple of 8, that is marked, and takes the mark away; end if there is none before it.
func (d *Detector) NextMarked(addr, end uintptr) uintptr {
	for addr < end {
		c := d.Look(addr)
		if c == nil {
			addr = (addr | (chunkSize - 1)) + 1
			continue
		}
		word := addr >> 3 % chunkWords
		for marks := c.marks[word/64] >> (word % 64); marks != 0; marks >>= 1 {
			if addr >= end {
				return end
			}
			if marks&1 != 0 {
				word = addr >> 3 % chunkWords
				c.marks[word/64] &^= 1 << (word % 64)
				return addr
			}
			addr += 8
		}
		addr = (addr | (64*8 - 1)) + 1
	}
	return end
}

// Most accesses have nothing new to tell. To find that out is compiled into the callers: the functions for it are small.

// SeenRead reports whether a read of the byte at addr by t has nothing new to tell.
func (c *shadowChunk) SeenRead(t *Thread, addr uintptr) bool {
	return c != nil && (tells(c.writes[addr>>3%chunkWords], t.Seen, addr) || tells(c.reads[addr>>3%chunkWords], t.Seen, addr))
}

// SeenWrite is SeenRead for a write.
func (c *shadowChunk) SeenWrite(t *Thread, addr uintptr) bool {
	return c != nil && tells(c.writes[addr>>3%chunkWords], t.Seen, addr)
}

// tells reports whether half a cell tells of an access to the byte at addr in the segment who.
func tells(half, who uint64, addr uintptr) bool {
	return (half^who)>>cellSegment == 0 && half>>(addr&7)&1 != 0
}

// SeenRange reports whether an access to size bytes at addr by t has nothing new to tell.
func (d *Detector) SeenRange(t *Thread, addr, size uintptr, write bool) bool {
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		c, mask := d.Look(addr), maskOf(addr, end)
		if c == nil || !tellsAll(c.writes[addr>>3%chunkWords], t.Seen, mask) &&
			(write || !tellsAll(c.reads[addr>>3%chunkWords], t.Seen, mask)) {
			return false
		}
	}
	return true
}

// tellsAll reports whether half a cell tells of an access to some bytes in the segment who.
func tellsAll(half, who, mask uint64) bool { return (half^who)>>cellSegment|mask&^half == 0 }

// maskOf returns which bytes of the word at addr lie between addr and end.
func maskOf(addr, end uintptr) uint64 {
	mask := uint64(0xff) << (addr & 7)
	if over := addr&^7 + 8; over > end {
		mask &= 0xff >> (over - end)
	}
	return mask & 0xff
}
