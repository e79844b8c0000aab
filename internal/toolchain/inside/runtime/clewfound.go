//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// What the race detector has found. A race is told of by its key: the names of its two places in order. One that
// the coordinator knows is not told again.

var clewFoundRaces struct {
	pairs   [1 << 10]uint64 // pairs of places that were looked at since the last question
	npairs  int
	traced  [256]uint64 // those that this run has written to the log
	ntraced int
	ignore  bool
	known   []string
	news    [16]clewKey // new ones of this run
	nnews   int
}

type clewKey struct {
	buf [1024]byte
	n   int
}

func (k *clewKey) String() string { return unsafe.String(&k.buf[0], k.n) }

// clewKnowRaces says which races are not to be told; with all, none is.
//
//go:linkname clewKnowRaces testing.clewKnowRaces
func clewKnowRaces(keys []string, all bool) {
	f := &clewFoundRaces
	f.npairs, f.known, f.ignore = 0, keys, all
}

// clewNewRaces returns how many new races the last run had.
//
//go:linkname clewNewRaces testing.clewNewRaces
func clewNewRaces() int { return clewFoundRaces.nnews }

// clewNewRace returns the key of one of them.
//
//go:linkname clewNewRace testing.clewNewRace
func clewNewRace(i int) string { return string(clewFoundRaces.news[i].buf[:clewFoundRaces.news[i].n]) }

// clewFound is called when the detector has found races of the access that t makes at pc.
func clewFound(t *clewThread, pc uintptr) {
	d := &clewDetector
	n := d.NFound
	d.NFound = 0
	for i := range d.Found[:n] {
		r := &d.Found[i]
		pair := uint64(min(r.Earlier.Place, r.Later.Place))<<32 | uint64(max(r.Earlier.Place, r.Later.Place))
		clewTellRace(r, pair)
		if clew.traced {
			clewTraceRace(r, pair, t, pc)
		}
	}
}

// clewTellRace keeps a race for the coordinator if it is new.
func clewTellRace(r *Race, pair uint64) {
	f := &clewFoundRaces
	if f.ignore || f.nnews == len(f.news) || !clewAdd(f.pairs[:], &f.npairs, pair) {
		return
	}
	k := &f.news[f.nnews]
	clewRaceKey(r, k)
	for _, known := range f.known {
		if known == k.String() {
			return
		}
	}
	for i := range f.news[:f.nnews] {
		if f.news[i].String() == k.String() {
			return
		}
	}
	f.nnews++
}

// clewAdd adds a pair to a small set, and reports whether it is new there. A full set takes nothing more.
func clewAdd(set []uint64, n *int, pair uint64) bool {
	for _, p := range set[:*n] {
		if p == pair {
			return false
		}
	}
	if *n == len(set) {
		return false
	}
	set[*n] = pair
	*n++
	return true
}

func clewRaceKey(r *Race, k *clewKey) {
	var a, b [512]byte
	x, y := clewSpotName(r.Earlier.Place, &a), clewSpotName(r.Later.Place, &b)
	if x > y {
		x, y = y, x
	}
	k.n = copy(k.buf[:], x)
	k.n += copy(k.buf[k.n:], "|")
	k.n += copy(k.buf[k.n:], y)
}

// A trace shows the stacks of both accesses of a race: so a traced run keeps those of all accesses that are news
// to the detector, by address and segment, up to a number of them.

var clewSites struct {
	slots *[clewMaxSites]clewSite
	index *[4 * clewMaxSites]uint32
	n     uint32
	run   uint32

	scratch clewSite
}

const clewMaxSites = 1 << 16

type clewSite struct {
	_       sys.NotInHeap
	word    uintptr
	segment uint32
	write   bool
	steps   int32
	npcs    int32
	nlocks  int32
	run     uint32
	pcs     [32]uintptr
	locks   [8]uint32 // numbers of objects, times 2, plus 1 when held for reading
}

func clewSiteHash(word uintptr, segment uint32, write bool) uint32 {
	h := word ^ uintptr(segment)<<20
	if write {
		h ^= 1 << 60
	}
	return clewHash(h)
}

// clewKeepSite keeps the stack of an access by the calling thread.
func clewKeepSite(t *clewThread, addr, size uintptr, write bool) {
	tab := &clewSites
	if tab.slots == nil {
		tab.slots = (*[clewMaxSites]clewSite)(detectPointer(detectAlloc(unsafe.Sizeof([clewMaxSites]clewSite{}))))
		tab.index = (*[4 * clewMaxSites]uint32)(detectPointer(detectAlloc(unsafe.Sizeof([4 * clewMaxSites]uint32{}))))
	}
	if tab.run != clew.run {
		tab.run, tab.n = clew.run, 0
	}
	stack := &tab.scratch
	stack.run = 0 // it is filled when it is needed
	for end := addr + size; addr < end && tab.n < clewMaxSites-1; addr = addr&^7 + 8 {
		word := addr &^ 7
		slot, site := clewSiteAt(word, t.race.last, write)
		if site != nil {
			continue
		}
		if stack.run == 0 {
			stack.run, stack.segment, stack.write, stack.steps = clew.run, t.race.last, write, clewLogged
			stack.npcs = int32(callers(1, stack.pcs[:]))
			stack.nlocks = int32(clewLocksOf(t, stack.locks[:]))
		}
		tab.n++
		*slot = tab.n
		site = &tab.slots[tab.n]
		*site = *stack
		site.word = word
	}
}

// clewSiteAt returns the site of an access if it was kept, and where in the index it is or would be.
func clewSiteAt(word uintptr, segment uint32, write bool) (*uint32, *clewSite) {
	tab := &clewSites
	for i := clewSiteHash(word, segment, write); ; i++ {
		slot := &tab.index[i%uint32(len(tab.index))]
		if *slot == 0 || *slot > tab.n {
			return slot, nil
		}
		s := &tab.slots[*slot]
		if s.run != clew.run {
			return slot, nil
		}
		if s.word == word && s.segment == segment && s.write == write {
			return slot, s
		}
	}
}

// clewLocksOf lists the locks that t holds.
func clewLocksOf(t *clewThread, locks []uint32) int {
	n := 0
	if clewHeldLocks.run != clew.run {
		return 0
	}
	for h := clewHeldLocks.held; h != nil && n < len(locks); h = h.next {
		if h.thread == t {
			locks[n] = 2 * h.obj.id
			if h.mode == 'r' {
				locks[n]++
			}
			n++
		}
	}
	return n
}

// clewTraceRace writes a race to the log.
func clewTraceRace(r *Race, pair uint64, t *clewThread, pc uintptr) {
	f := &clewFoundRaces
	if !clewAdd(f.traced[:], &f.ntraced, pair) {
		return
	}
	var pcs [64]uintptr
	var locks [8]uint32
	n := callers(1, pcs[:])
	nlocks := clewLocksOf(t, locks[:])
	later := clewFrameList(pcs[:n])
	_, site := clewSiteAt(r.Addr&^7, r.Earlier.Segment, r.Earlier.Write)
	var earlierPCs [32]uintptr
	var earlier []uintptr
	if site != nil {
		earlierPCs = site.pcs
		earlier = clewFrameList(earlierPCs[:site.npcs])
	}
	frame, _ := clewFrameOf(pc)
	o := clewLookup(detectPointer(r.Addr), KindMemory)
	clewLogObject(o, frame)
	clewPut("r")
	clewPutInt(int64(o.id))
	clewPutInt(int64(r.Earlier.Thread))
	clewPutAccess(&r.Earlier)
	if site != nil {
		clewPutInt(int64(site.steps))
		clewPutFrames(earlier)
		clewPutLocks(site.locks[:site.nlocks])
	} else {
		clewPut(" 0 - -")
	}
	clewPutInt(int64(t.id))
	clewPutAccess(&r.Later)
	clewPutInt(int64(clewLogged))
	clewPutFrames(later)
	clewPutLocks(locks[:nlocks])
	clewPut(" ")
	var a, b [512]byte
	clewPut(clewSpotName(r.Earlier.Place, &a))
	clewPut("|")
	clewPut(clewSpotName(r.Later.Place, &b))
	clewPutLine()
}

func clewPutAccess(a *Access) {
	clewPut(" ")
	if a.Atomic {
		clewPut("atomic-")
	}
	if a.Write {
		clewPut("write")
	} else {
		clewPut("read")
	}
}

func clewPutLocks(locks []uint32) {
	if len(locks) == 0 {
		clewPut(" -")
		return
	}
	for i, l := range locks {
		if i == 0 {
			clewPutInt(int64(l / 2))
		} else {
			clewPut(",")
			clewPutDigits(uint64(l / 2))
		}
		if l&1 != 0 {
			clewPut("r")
		}
	}
}

// clewLogMemory writes where a memory object lies.
func clewLogMemory(o *clewObject) {
	where := " other"
	base, size := uintptr(0), uintptr(0)
	if b, span, _ := findObject(o.addr, 0, 0); b != 0 {
		where, base, size = " heap", b, span.elemsize
	} else if clewGlobal(o.addr) {
		where = " global"
	}
	clewPut("m")
	clewPutInt(int64(o.id))
	clewPut(" ")
	clewPutHex(uint64(o.addr), 1)
	clewPut(where)
	clewPut(" ")
	clewPutHex(uint64(base), 1)
	clewPutInt(int64(size))
	clewPutLine()
}

// clewPutHex writes a number with at least so many digits.
func clewPutHex(v uint64, digits int) {
	var b [16]byte
	i := len(b)
	for v != 0 || len(b)-i < digits {
		i--
		b[i] = "0123456789abcdef"[v&15]
		v >>= 4
	}
	clewLine.n += copy(clewLine.buf[clewLine.n:len(clewLine.buf)-1], b[i:])
}

// clewPending is the access whose value is to be written to the log once it has been carried out.
var clewPending clewValue

type clewValue struct {
	thread uint32
	addr   uintptr
}

// clewLogValue writes it.
func clewLogValue() {
	v := clewPending
	if v.thread == 0 {
		return
	}
	clewPending = clewValue{}
	n := uintptr(8)
	if base, span, _ := findObject(v.addr, 0, 0); base != 0 {
		n = min(n, base+span.elemsize-v.addr)
	} else if !clewGlobal(v.addr) {
		return
	}
	clewPut("v")
	clewPutInt(int64(v.thread))
	clewPut(" ")
	for i := range n {
		clewPutHex(uint64(*(*byte)(detectPointer(v.addr + i))), 2)
	}
	clewPutLine()
}

func clewGlobal(addr uintptr) bool {
	for md := &firstmoduledata; md != nil; md = md.next {
		if md.noptrdata <= addr && addr < md.end {
			return true
		}
	}
	return false
}
