package detect

import "unsafe"

// A readerSet is several threads' reads that nothing orders. Sets never change; words that were read alike
// share one.
type readerSet struct {
	readers Clock  // the segment of each reader
	before  uint64 // the half cell that the set was made from, with its newest read
	newest  uint64 // that read, as a half cell without bytes
}

// readerSets is the store of sets. Their numbers count through all runs.
type readerSets struct {
	base   uint64 // number of the set before the run's first
	n      uint64 // sets of this run
	chunks [1 << 14]uintptr
	made   [1 << 8]madeSet // sets that were made lately
}

// A madeSet is a set by what it was made from.
type madeSet struct{ before, newest, result uint64 }

const setChunk = 1 << 12

func (s *readerSets) begin() {
	s.base += s.n
	s.n = 0
}

func (s *readerSets) clear() { s.base, s.n, s.made = 0, 0, [1 << 8]madeSet{} }

func (s *readerSets) live(who uint64) bool { return who&^setBit > s.base }

// of returns a set of this run by half a cell.
func (s *readerSets) of(half uint64) *readerSet {
	i := half>>cellSegment&^setBit - s.base
	return (*readerSet)(detectPointer(s.chunks[i/setChunk%uint64(len(s.chunks))] + uintptr(i%setChunk)*unsafe.Sizeof(readerSet{})))
}

func (s *readerSets) add(set readerSet) uint64 {
	s.n++
	c := &s.chunks[s.n/setChunk%uint64(len(s.chunks))]
	if *c == 0 {
		*c = detectAlloc(setChunk * unsafe.Sizeof(readerSet{}))
	}
	half := cellSet | (s.base+s.n)<<cellSegment
	*s.of(half) = set
	return half
}

// readers returns the half cell, without bytes, for the reads of old and one more by t.
func (d *Detector) readers(t *Thread, old, place uint64) uint64 {
	old &^= bytesMask
	newest := place | t.now
	m := &d.sets.made[detectHash(uintptr(old^newest>>cellSegment))%uint32(len(d.sets.made))]
	if m.before == old && m.newest == newest {
		return m.result
	}
	result := newest
	if d.unordered(t, old) != 0 {
		set := readerSet{before: old, newest: newest}
		if old&cellSet != 0 {
			set.readers = d.nodes.Share(d.sets.of(old).readers)
		} else {
			last := uint32(old>>cellSegment - d.base)
			d.nodes.Set(&set.readers, *d.segment(last), last)
		}
		d.nodes.Set(&set.readers, t.ID, t.last)
		result = place | d.sets.add(set)
	}
	*m = madeSet{old, newest, result}
	return result
}

// unorderedReader returns the segment of a reader of a set that nothing orders before what t does now, 0 if there
// is none.
func (d *Detector) unorderedReader(t *Thread, half uint64) uint32 {
	readers := d.sets.of(half).readers
	return d.beyond(t, readers.root, t.clock, readers.depth, 0)
}

// beyond returns a segment in the tree at node that t does not know. first is the number of the tree's first thread.
func (d *Detector) beyond(t *Thread, node uint32, known Clock, level, first uint32) uint32 {
	if node == 0 {
		return 0
	}
	for k := range uint32(fan) {
		x := d.nodes.node(node)[k]
		if x == 0 {
			continue
		}
		id := first + k<<(fanBits*(level-1))
		if level > 1 {
			x = d.beyond(t, x, known, level-1, id)
		} else if id == t.ID || x <= t.floor || x <= d.nodes.Get(known, id) {
			x = 0
		}
		if x != 0 {
			return x
		}
	}
	return 0
}

// readPlace returns the place of the read of a segment among those that half a cell stands for.
func (d *Detector) readPlace(half uint64, last uint32) uint32 {
	for half&cellSet != 0 && d.live(half) {
		set := d.sets.of(half)
		if uint32(set.newest>>cellSegment-d.base) == last {
			return placeOf(set.newest)
		}
		half = set.before
	}
	return placeOf(half)
}
