//go:build clewinside

package runtime

import "unsafe"

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
		if s := spanOf(r.Addr); s != nil && s.state.get() != mSpanInUse {
			continue // a stack: nobody else's business, and the thread may have moved to another since
		}
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
