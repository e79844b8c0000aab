//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

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
	at      uint32 // where in the index it is
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
		at, site := clewSiteAt(word, t.race.last, write)
		if site != nil {
			continue
		}
		if stack.run == 0 {
			stack.run, stack.segment, stack.write, stack.steps = clew.run, t.race.last, write, clewLogged
			stack.npcs = int32(callers(1, stack.pcs[:]))
			stack.nlocks = int32(clewLocksOf(t, stack.locks[:]))
		}
		tab.n++
		tab.index[at] = tab.n
		site = &tab.slots[tab.n]
		*site = *stack
		site.word, site.at = word, at
	}
}

// clewSiteAt returns the site of an access if it was kept, and where in the index it is or would be. What earlier runs
// have left in the index does not count.
func clewSiteAt(word uintptr, segment uint32, write bool) (at uint32, site *clewSite) {
	tab := &clewSites
	for i := clewSiteHash(word, segment, write); ; i++ {
		at = i % uint32(len(tab.index))
		n := tab.index[at]
		if n == 0 || n > tab.n {
			return at, nil
		}
		s := &tab.slots[n]
		if s.run != clew.run || s.at != at {
			return at, nil
		}
		if s.word == word && s.segment == segment && s.write == write {
			return at, s
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
