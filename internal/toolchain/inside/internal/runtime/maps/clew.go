//go:build clewinside

package maps

import (
	"internal/abi"
	"unsafe"
)

// Implemented in package runtime.
//
// clewSeed is the seed for the hashes of a new map. clewOrder is a random number for the order in which a map of some type is walked.
// ClewThread reports whether the caller is a thread.

//go:linkname clewSeed runtime.clewSeed
func clewSeed() uint64

//go:linkname clewOrder runtime.clewOrder
func clewOrder(typeHash uint32) uint64

//go:linkname ClewThread runtime.clewControlled
func ClewThread() bool

// Each operation of a map tells the race detector of an access to the map as a whole before it gives a slot to its caller, who
// uses it at once. What the caller does to the slot needs no telling then: whoever races with it races with the operation.

// ClewSlot is the slot that the last operation gave, or 0.
var ClewSlot uintptr

// ClewTells has all bits set in a run in which what callers do to slots is told all the same, and none otherwise.
var ClewTells uintptr

func clewGives(slot unsafe.Pointer) unsafe.Pointer {
	ClewSlot = uintptr(slot) | ClewTells
	return slot
}

// A map whose keys hold addresses has its entries where their addresses put them, and addresses differ from process to
// process. So the tables of such a map keep stamps: when each entry came in, as a number that only grows. A thread walks
// it in the order of the stamps, shuffled by lot. A map of at most one group needs none: it has its entries in order.

// clewStamped is the last stamp.
var clewStamped uint64

// ClewStamp returns a new stamp.
func ClewStamp() uint64 {
	clewStamped++
	return clewStamped
}

// clewHasAddress reports whether a value of the type may hold an address that is hashed as such.
func clewHasAddress(t *abi.Type) bool {
	switch t.Kind() {
	case abi.Pointer, abi.UnsafePointer, abi.Chan, abi.Interface:
		return true
	case abi.Array:
		return clewHasAddress(t.Elem())
	case abi.Struct:
		for _, f := range t.StructType().Fields {
			if clewHasAddress(f.Typ) {
				return true
			}
		}
	}
	return false
}

const clewGroupSlots = 8

// clewReset gives a new table room for stamps if its keys need any.
func (t *table) clewReset(key *abi.Type) {
	if clewHasAddress(key) {
		t.clewStamps = make([]uint64, t.capacity)
	}
}

// clewPut stamps the entry that was put into slot i of a group: with a stamp that it had before, in a smaller table, or a
// new one.
func (t *table) clewPut(groupSize uintptr, g groupReference, i uintptr) {
	if t.clewStamps == nil {
		return
	}
	stamp := t.clewCarried
	t.clewCarried = 0
	if stamp == 0 {
		stamp = ClewStamp()
	}
	t.clewStamps[(uintptr(g.data)-uintptr(t.groups.data))/groupSize*clewGroupSlots+i] = stamp
}

// clewCarry says that the entry of slot j of the i-th group of old is put in next.
func (t *table) clewCarry(old *table, i uint64, j uintptr) {
	if old.clewStamps != nil {
		t.clewCarried = old.clewStamps[i*clewGroupSlots+uint64(j)]
	}
}

// clewWalking in Iter.dirIdx says that Iter.tab is a walk.
const clewWalking = -2

// A clewWalk is the order in which a map is walked.
type clewWalk struct {
	places []clewPlace
	next   int
}

// A clewPlace is where an entry was when the walk began.
type clewPlace struct {
	tab   *table
	slot  uint64
	stamp uint64
}

func (p clewPlace) ClewStamp() uint64 { return p.stamp }

// clewInit makes a thread walk a map with stamps in their order.
func (it *Iter) clewInit() {
	if it.dirIdx < 0 || it.m.directoryAt(0).clewStamps == nil || !ClewThread() {
		return
	}
	w := &clewWalk{places: make([]clewPlace, 0, it.m.used)}
	var last *table
	for i := range it.m.dirLen {
		tab := it.m.directoryAt(uintptr(i))
		if tab == last {
			continue
		}
		last = tab
		for slot := range uint64(tab.capacity) {
			if it.clewFull(tab, slot) {
				w.places = append(w.places, clewPlace{tab, slot, tab.clewStamps[slot]})
			}
		}
	}
	ClewArrange(w.places, it.entryOffset)
	it.tab, it.dirIdx = (*table)(unsafe.Pointer(w)), clewWalking
}

// clewFull reports whether there is an entry in a slot of a table; Iter.group becomes its group.
func (it *Iter) clewFull(tab *table, slot uint64) bool {
	it.group = tab.groups.group(it.typ, slot/clewGroupSlots)
	return it.group.ctrls().get(uintptr(slot%clewGroupSlots))&ctrlEmpty == 0
}

// clewNext is Next for a walk in order. What came into the map since the walk began is left out.
func (it *Iter) clewNext() {
	w := (*clewWalk)(unsafe.Pointer(it.tab))
	for w.next < len(w.places) {
		p := w.places[w.next]
		w.next++
		if !it.clewFull(p.tab, p.slot) || p.tab.clewStamps[p.slot] != p.stamp {
			continue
		}
		i := uintptr(p.slot % clewGroupSlots)
		key, elem, ok := it.group.key(it.typ, i), it.group.elem(it.typ, i), true
		if it.typ.IndirectKey() {
			key = *(*unsafe.Pointer)(key)
		}
		if it.typ.IndirectElem() {
			elem = *(*unsafe.Pointer)(elem)
		}
		if p.tab.index == -1 { // it has been replaced by a larger one
			key, elem, ok = it.grownKeyElem(key, i)
		}
		if ok {
			it.key, it.elem = key, elem
			return
		}
	}
	it.key, it.elem = nil, nil
}

// ClewArrange puts entries into the order of their stamps, and then shuffles them by lot.
func ClewArrange[E interface{ ClewStamp() uint64 }](all []E, lot uint64) {
	for i := len(all)/2 - 1; i >= 0; i-- {
		clewSift(all, i)
	}
	for n := len(all) - 1; n > 0; n-- {
		all[0], all[n] = all[n], all[0]
		clewSift(all[:n], 0)
	}
	for n := len(all) - 1; n > 0; n-- {
		lot = lot*6364136223846793005 + 1442695040888963407
		i := int((lot >> 33) % uint64(n+1))
		all[i], all[n] = all[n], all[i]
	}
}

// clewSift moves the root of a heap, the only one that may be out of place, to where it belongs.
func clewSift[E interface{ ClewStamp() uint64 }](heap []E, root int) {
	for {
		child := 2*root + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && heap[child].ClewStamp() < heap[child+1].ClewStamp() {
			child++
		}
		if heap[root].ClewStamp() >= heap[child].ClewStamp() {
			return
		}
		heap[root], heap[child] = heap[child], heap[root]
		root = child
	}
}
