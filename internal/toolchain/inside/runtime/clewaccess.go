//go:build clewinside

package runtime

import (
	"internal/runtime/maps"
	"internal/runtime/sys"
	"unsafe"
)

// Accesses to memory: what the race detector is told of them, and those that are scheduling points.
//
// A thread's accesses to its own stack are nobody else's business: what others can reach is never there. They are told of
// like others, which is quicker than to find out, and left out when the detector calls them a race: the memory was another
// thread's stack before.

var clewDetector Detector

// clewRange is told of an access to size bytes of memory.
func clewRange(addr unsafe.Pointer, size uintptr, write bool, pc uintptr) {
	if t := getg().clew; t != nil && size != 0 && uintptr(addr) != maps.ClewSlot && !clewDetector.SeenRange(&t.race, uintptr(addr), size, write) {
		clewAccess(t, uintptr(addr), size, write, pc)
	}
}

// clewAccess notes an access by the calling thread, which comes next. pc is the place, a return address.
func clewAccess(t *clewThread, addr, size uintptr, write bool, pc uintptr) {
	switch {
	case size > 1:
		clewReadWriteRange(t, addr, size, write, pc)
	case write:
		clewWrite(t, addr, pc)
	default:
		clewRead(t, addr, pc)
	}
}

func clewRead(t *clewThread, addr, pc uintptr) {
	if addr < minLegalPointer {
		return // the access itself will say so
	}
	number := clewNumber(pc)
	if clewRace.points && clewMemoryPoint(number) {
		clewAccessPoint(t, addr, false, pc)
	}
	clewDetector.Read(&t.race, addr, number)
	if clew.traced || clewDetector.NFound != 0 {
		clewAfterAccess(t, addr, 1, false, pc)
	}
}

func clewWrite(t *clewThread, addr, pc uintptr) {
	if addr < minLegalPointer {
		return
	}
	number := clewNumber(pc)
	if clewRace.points && clewMemoryPoint(number) {
		clewAccessPoint(t, addr, true, pc)
	}
	clewRoundTouch(addr, 8)
	clewDetector.Write(&t.race, addr, number)
	if clew.traced || clewDetector.NFound != 0 {
		clewAfterAccess(t, addr, 1, true, pc)
	}
}

func clewReadWriteRange(t *clewThread, addr, size uintptr, write bool, pc uintptr) {
	if addr < minLegalPointer {
		return
	}
	number := clewNumber(pc)
	if clewRace.points && clewMemoryPoint(number) {
		clewAccessPoint(t, addr, write, pc)
	}
	if write {
		clewRoundTouch(addr, size)
		clewDetector.WriteRange(&t.race, addr, size, number)
	} else {
		clewDetector.ReadRange(&t.race, addr, size, number)
	}
	if clew.traced || clewDetector.NFound != 0 {
		clewAfterAccess(t, addr, size, write, pc)
	}
}

// clewAfterAccess looks for what the detector has found, and keeps what a trace will need of the access.
func clewAfterAccess(t *clewThread, addr, size uintptr, write bool, pc uintptr) {
	if clewDetector.NFound != 0 {
		clewFound(t, pc)
	}
	if clew.traced {
		clewKeepSite(t, addr, size, write)
	}
}

// clewAccessPoint makes an access at pc a scheduling point.
func clewAccessPoint(t *clewThread, addr uintptr, write bool, pc uintptr) {
	if clewSelf() != t {
		return
	}
	op := OpRead
	if write {
		op = OpWrite
	}
	clewPoint(t, op, clewLookup(detectPointer(addr), KindMemory), pc)
	if clew.traced {
		clewPending = clewValue{t.id, addr, 8}
	}
}

// Places are numbered for the detector's cells.

var clewSpots struct {
	slots  *[1 << 28]clewSpot
	size   uint32
	n      uint32
	chunks [1 << 10]*[clewChunk]clewSpotInfo
	recent [256]clewSpot
}

type clewSpot struct {
	_      sys.NotInHeap
	pc     uintptr
	number uint32
}

type clewSpotInfo struct {
	_     sys.NotInHeap
	pc    uintptr
	asked uint32 // clewAsked.round when point was found out
	point bool
}

// clewNumber returns the number of the place at pc; MaxPlace when there are too many.
func clewNumber(pc uintptr) uint32 {
	recent := &clewSpots.recent[(pc^pc>>8)%uintptr(len(clewSpots.recent))]
	if recent.pc != pc {
		recent.pc, recent.number = pc, clewFindSpot(pc)
	}
	return recent.number
}

func clewFindSpot(pc uintptr) uint32 {
	tab := &clewSpots
	if tab.n >= tab.size/2 {
		clewGrowSpots()
	}
	for i := clewHash(pc); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.pc == pc {
			return s.number
		}
		if s.pc == 0 {
			if tab.n+1 >= MaxPlace {
				return MaxPlace
			}
			tab.n++
			s.pc, s.number = pc, tab.n
			c := &tab.chunks[tab.n/clewChunk]
			if *c == nil {
				*c = (*[clewChunk]clewSpotInfo)(clewAlloc(unsafe.Sizeof([clewChunk]clewSpotInfo{})))
			}
			(*c)[tab.n%clewChunk].pc = pc
			return tab.n
		}
	}
}

func clewGrowSpots() {
	tab := &clewSpots
	tab.size = max(2*tab.size, 4096)
	tab.slots = (*[1 << 28]clewSpot)(clewAlloc(uintptr(tab.size) * unsafe.Sizeof(clewSpot{})))
	for n := uint32(1); n <= tab.n; n++ {
		pc := clewSpotOf(n).pc
		i := clewHash(pc)
		for tab.slots[i&(tab.size-1)].pc != 0 {
			i++
		}
		s := &tab.slots[i&(tab.size-1)]
		s.pc, s.number = pc, n
	}
}

func clewSpotOf(number uint32) *clewSpotInfo {
	return &clewSpots.chunks[number/clewChunk][number%clewChunk]
}

// clewAsked says which accesses are scheduling points.
var clewAsked struct {
	round  uint32 // counts the questions
	all    bool
	places []string
}

// clewAskPoints makes accesses scheduling points: all, or those at the given places.
//
//go:linkname clewAskPoints testing.clewAskPoints
func clewAskPoints(all bool, places []string) {
	clewAsked.round++
	clewAsked.all, clewAsked.places = all, places
	clewRace.points = all || len(places) > 0
	clewSeeAll(clewRace.points)
}

// clewSeeAll has the detector's hooks come here with each access, or only with those that are new to them.
func clewSeeAll(on bool) {
	clewDetector.Unseen = 0
	if on {
		clewDetector.Unseen = ^uint64(0)
	}
}

// clewMemoryPoint reports whether accesses at a place are scheduling points.
func clewMemoryPoint(number uint32) bool {
	if number >= MaxPlace {
		return clewAsked.all
	}
	spot := clewSpotOf(number)
	if spot.asked != clewAsked.round {
		spot.asked = clewAsked.round
		spot.point = clewAsked.all && clewLoud(spot.pc) || clewNamedPoint(spot.pc)
	}
	return spot.point
}

func clewNamedPoint(pc uintptr) bool {
	for _, place := range clewAsked.places {
		if clewIsPlace(pc, place) {
			return true
		}
	}
	return false
}

// A place has a name that is the same on all machines: the package's path as it is in the function's name, the base
// name of the file, and the line, of the innermost inlined function: "example.com/bank/counter.go:12".

func clewPlaceParts(pc uintptr) (pkg, file string, line int32) {
	f := findfunc(pc)
	if !f.valid() {
		return "?", "?", 0
	}
	if f.entry() != pc {
		pc--
	}
	u, uf := newInlineUnwinder(f, pc)
	pkg = clewPackage(u.srcFunc(uf).name())
	path, n := u.fileLine(uf)
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' || path[i] == '\\' {
			path = path[i+1:]
			break
		}
	}
	return pkg, path, int32(n)
}

// clewSpotName returns the name of a numbered place, written into buf.
func clewSpotName(number uint32, buf *[512]byte) string {
	if number == 0 || number >= MaxPlace {
		return "?/?:0"
	}
	return clewPlaceName(clewSpotOf(number).pc, buf)
}

// clewPlaceName returns a place's name, written into buf.
func clewPlaceName(pc uintptr, buf *[512]byte) string {
	pkg, file, line := clewPlaceParts(pc)
	var digits [10]byte
	n := copy(buf[:], pkg)
	n += copy(buf[n:], "/")
	n += copy(buf[n:], file)
	n += copy(buf[n:], ":")
	n += copy(buf[n:], itoa(digits[:], uint64(line)))
	return unsafe.String(&buf[0], n)
}

func clewIsPlace(pc uintptr, place string) bool {
	var buf [512]byte
	return clewPlaceName(pc, &buf) == place
}
