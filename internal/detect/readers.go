package detect

import "unsafe"

// A readerSet is several threads' reads that nothing orders. Sets never change; words that were read alike
// share one.
type readerSet struct {
	readers Clock  // the segment of each reader
	before  uint64 // the half cell that the set was made from, with its newest read
	newest  uint64 // that read, as a half cell without bytes
	length  uint32 // reads that one finds by going back from it
	thinned uint32 // how many they were when those that are over were left out last
	marked  bool   // some cell names it, or a set that was made from it
	free    bool
}

// readerSets is the store of sets. Their numbers count through all runs; the number of one that no cell names any more is
// given out again.
type readerSets struct {
	base   uint64 // number of the set before the run's first
	n      uint64 // sets of this run, those that are free among them
	free   uint64 // first of the free ones, each naming the next in newest; counted from the run's first, 0 for none
	used   uint64 // sets that are not free
	limit  uint64 // of used: at so many it is time to look for those that no cell names
	chunks [1 << 14]uintptr
	made   [1 << 8]madeSet // sets that were made lately
}

// A madeSet is a set by what it was made from.
type madeSet struct{ before, newest, result uint64 }

const setChunk = 1 << 12

var setsLimit uint64 = 1 << 16 // the least limit; tests lower it

func (s *readerSets) begin() {
	s.base += s.n
	s.n, s.free, s.used, s.limit = 0, 0, 0, setsLimit
}

func (s *readerSets) clear() { s.base, s.n, s.made = 0, 0, [1 << 8]madeSet{} }

func (s *readerSets) live(who uint64) bool { return who&^setBit > s.base }

// of returns a set of this run by half a cell.
func (s *readerSets) of(half uint64) *readerSet { return s.at(half>>cellSegment&^setBit - s.base) }

// at returns the i-th set of this run.
func (s *readerSets) at(i uint64) *readerSet {
	return (*readerSet)(detectPointer(s.chunks[i/setChunk%uint64(len(s.chunks))] + uintptr(i%setChunk)*unsafe.Sizeof(readerSet{})))
}

func (s *readerSets) add(set readerSet) uint64 {
	s.used++
	i := s.free
	if i != 0 {
		s.free = s.at(i).newest
	} else {
		s.n++
		i = s.n
		if c := &s.chunks[i/setChunk%uint64(len(s.chunks))]; *c == 0 {
			*c = detectAlloc(setChunk * unsafe.Sizeof(readerSet{}))
		}
	}
	*s.at(i) = set
	return cellSet | (s.base+i)<<cellSegment
}

// readers returns the half cell, without bytes, for the reads of old and one more by t. A cell names old.
func (d *Detector) readers(t *Thread, old, place uint64) uint64 {
	if d.sets.used >= d.sets.limit {
		d.collectSets()
	}
	old &^= bytesMask
	newest := place | t.now
	m := &d.sets.made[detectHash(uintptr(old^newest>>cellSegment))%uint32(len(d.sets.made))]
	if m.before == old && m.newest == newest {
		return m.result
	}
	*m = madeSet{old, newest, newest}
	if d.unordered(t, old) != 0 {
		m.result = d.withRead(d.thin(t, old), newest)
	}
	return m.result
}

// withRead returns half a cell for the reads of another one and the newest.
func (d *Detector) withRead(old, newest uint64) uint64 {
	set := readerSet{before: old, newest: newest, length: 2}
	if old&cellSet != 0 {
		before := d.sets.of(old)
		set.readers, set.length, set.thinned = d.nodes.Share(before.readers), before.length+1, before.thinned
	} else {
		d.addReader(&set.readers, old)
	}
	d.addReader(&set.readers, newest)
	return newest&^cellWho | d.sets.add(set)
}

// addReader makes a clock know of the read that half a cell names.
func (d *Detector) addReader(readers *Clock, read uint64) {
	last := uint32(read>>cellSegment - d.base)
	d.nodes.Set(readers, *d.segment(last), last)
}

// thin returns half a cell for the same reads as old, of which at least one is not ordered before what t does now. Once in a
// while it leaves out those that are, for who comes after t comes after them, too: a set does not grow with all that
// have ever read.
func (d *Detector) thin(t *Thread, old uint64) uint64 {
	if old&cellSet == 0 {
		return old
	}
	if set := d.sets.of(old); set.length < 2*set.thinned+fan {
		return old
	}
	readers, result := d.sets.of(old).readers, uint64(0)
	for half := old; half != 0; {
		read := half
		half = 0
		if read&cellSet != 0 {
			set := d.sets.of(read)
			read, half = set.newest, set.before
		}
		last := uint32(read>>cellSegment - d.base)
		id := *d.segment(last)
		switch {
		case d.nodes.Get(readers, id) != last: // it has read again since
		case d.knows(t, id, last):
		case result == 0:
			result = read
		default:
			result = d.withRead(result, read)
		}
	}
	if result&cellSet != 0 {
		set := d.sets.of(result)
		set.thinned = set.length
	}
	return result
}

// collectSets frees the sets that no cell names, and that none was made from which one names.
func (d *Detector) collectSets() {
	s := &d.sets
	for _, at := range d.made[:d.nmade] {
		c := (*shadowChunk)(detectPointer(d.chunks[at]))
		for page, known := range c.pages {
			if known&pageReads == 0 {
				continue
			}
			for _, r := range c.reads[page*shadowPage/8 : (page+1)*shadowPage/8] {
				s.mark(r)
			}
		}
	}
	for i := uint32(1); i <= d.parts.n; i++ {
		s.mark(d.parts.at(i).r)
	}
	s.used = 0
	for i := uint64(1); i <= s.n; i++ {
		switch set := s.at(i); {
		case set.marked:
			set.marked = false
			s.used++
		case !set.free:
			d.nodes.Drop(&set.readers)
			set.free, set.newest = true, s.free
			s.free = i
		}
	}
	s.limit = max(setsLimit, 2*s.used)
	s.made = [1 << 8]madeSet{} // they name sets that others will get the numbers of
}

// mark notes that the set that half a cell names, if it names one, is in use, and those that it was made from.
func (s *readerSets) mark(half uint64) {
	for half&cellSet != 0 && s.live(half>>cellSegment) {
		set := s.of(half)
		if set.marked || set.free {
			return
		}
		set.marked = true
		half = set.before
	}
}

// unorderedReader returns the segment of a reader of a set that nothing orders before what t does now, 0 if there
// is none.
func (d *Detector) unorderedReader(t *Thread, half uint64) uint32 {
	readers := d.sets.of(half).readers
	// The newest reads are the likeliest.
	for range 4 {
		if half&cellSet == 0 {
			break
		}
		set := d.sets.of(half)
		last := uint32(set.newest>>cellSegment - d.base)
		if !d.knows(t, *d.segment(last), last) {
			return last
		}
		half = set.before
	}
	return d.beyond(t, readers.root, readers.depth, 0)
}

// knows reports whether a segment of the thread id is t's own, or happened before what t does now.
func (d *Detector) knows(t *Thread, id, segment uint32) bool {
	return id == t.ID || segment <= t.floor || segment <= d.nodes.Get(t.clock, id)
}

// beyond returns a segment in the tree at node that t does not know. first is the number of the tree's first thread.
func (d *Detector) beyond(t *Thread, node, level, first uint32) uint32 {
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
			x = d.beyond(t, x, level-1, id)
		} else if d.knows(t, id, x) {
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
