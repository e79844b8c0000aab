//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

// A clewObject is what threads operate on: a lock, a channel, an atomic variable.
// It is known by its address. One whose memory is used anew is gone, and what lies there
// then is another object: which addresses are used again is up to the collector, and
// must not show. (On stacks it may: a lock that only its function knows.)
type clewObject struct {
	_        sys.NotInHeap
	addr     uintptr
	hash     uint64      // of the last step on it and all that happened before
	holder   *clewThread // of a mutex, as far as known
	waiters  *[1 << 28]uint32
	nwaiters int
	cap      int
	waits    int64 // when the waiters began to wait, or one of them last went on
	id       uint32
	kind     Kind
	open     bool // a free lock with waiters: they are enabled
	logged   bool
	gone     bool
}

// clewObjects finds an object by its address: open addressing, entries of earlier
// runs count as empty.
var clewObjects struct {
	slots  *[1 << 28]clewSlot
	size   uint32 // a power of two
	chunks [1 << 16]*[clewChunk]clewObject
	n      uint32 // objects of this run
}

type clewSlot struct {
	_    sys.NotInHeap
	addr uintptr
	run  uint32
	id   uint32
}

func clewObjectOf(id uint32) *clewObject {
	return &clewObjects.chunks[id/clewChunk][id%clewChunk]
}

// clewLookup returns the object at addr, a new one of the given kind if this run
// has not seen it yet. An object that contains another at its own address (a
// RWMutex its Mutex) is what it was first seen as.
func clewLookup(addr unsafe.Pointer, kind Kind) *clewObject {
	if addr == nil {
		return nil
	}
	tab := &clewObjects
	if tab.n >= tab.size/2 {
		clewGrowObjects()
	}
	a := uintptr(addr)
	for i := clewHash(a); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.run != clew.run {
			s.addr, s.run, s.id = a, clew.run, clewNewObject(a, kind)
			return clewObjectOf(s.id)
		}
		if s.addr == a {
			o := clewObjectOf(s.id)
			if o.kind == KindMemory && !o.logged {
				o.kind = kind
			}
			return o
		}
	}
}

// clewFind returns the object at an address, nil if this run has not seen it.
func clewFind(a uintptr) *clewObject {
	tab := &clewObjects
	if tab.size == 0 {
		return nil
	}
	for i := clewHash(a); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.run != clew.run {
			return nil
		}
		if s.addr == a {
			return clewObjectOf(s.id)
		}
	}
}

func clewHash(a uintptr) uint32 {
	return uint32(uint64(a) * 0x9e3779b97f4a7c15 >> 32)
}

func clewNewObject(addr uintptr, kind Kind) uint32 {
	tab := &clewObjects
	tab.n++
	id := tab.n
	if id/clewChunk >= uint32(len(tab.chunks)) {
		throw("clew: more than 67,108,863 objects in one run")
	}
	if tab.chunks[id/clewChunk] == nil {
		tab.chunks[id/clewChunk] = (*[clewChunk]clewObject)(clewAlloc(unsafe.Sizeof([clewChunk]clewObject{})))
	}
	clewDetector.Mark(addr)
	o := clewObjectOf(id)
	o.addr, o.kind, o.id = addr, kind, id
	o.hash, o.holder = 0, nil
	o.nwaiters, o.open, o.logged, o.gone = 0, false, false, false
	return id
}

func clewGrowObjects() {
	tab := &clewObjects
	size := max(2*tab.size, 8192)
	tab.slots = (*[1 << 28]clewSlot)(clewAlloc(uintptr(size) * unsafe.Sizeof(clewSlot{})))
	tab.size = size
	for id := uint32(1); id <= tab.n; id++ {
		o := clewObjectOf(id)
		if o.gone {
			continue
		}
		i := clewHash(o.addr)
		for tab.slots[i&(size-1)].run == clew.run {
			i++
		}
		s := &tab.slots[i&(size-1)]
		s.addr, s.run, s.id = o.addr, clew.run, id
	}
}

// clewNoAddr is the address in the slot of an object that is gone.
const clewNoAddr = 1

// clewAnew is called when memory is used anew in a run in which the collector came: the objects that lay there are gone.
func clewAnew(p, size uintptr) {
	end := p + size
	for word := clewDetector.NextMarked(p&^7, end); word < end; word = clewDetector.NextMarked(word+8, end) {
		for a := max(word, p); a < min(word+8, end); a++ {
			clewDetector.Renew(a)
			clewGone(a)
		}
		if word < p || word+8 > end {
			clewDetector.Mark(word) // it is somebody else's, too
		}
	}
}

// clewGone forgets the object at an address, if there is one.
func clewGone(a uintptr) {
	tab := &clewObjects
	for i := clewHash(a); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.run != clew.run {
			return
		}
		if s.addr == a {
			clewObjectOf(s.id).gone = true
			s.addr = clewNoAddr
			return
		}
	}
}

// Locks have a gate: the threads whose pending operation is to take the lock wait
// there, and are enabled as long as the lock is free (the gate is open). Which of
// them gets it is the strategy's choice.

// held reports whether a mutex is held by another thread of the run. A mutex
// held outside is not: whoever wants it goes on and parks in the lock itself.
func (o *clewObject) held() bool {
	const locked = 1 // internal/sync's mutexLocked
	return o.holder != nil && *(*int32)(unsafe.Pointer(o.addr))&locked != 0
}

// closed reports whether a thread that wants the lock has to wait at the gate: the lock is held, or has been free for others
// while somebody waits there for so long that Go's mutex would hand itself over.
func (o *clewObject) closed() bool {
	const starves = 1_000_000 // nanoseconds: internal/sync's starvationThresholdNs
	return o.held() || o.open && clew.now-o.waits > starves
}

// queue puts a thread at the gate.
func (o *clewObject) queue(t *clewThread) {
	if o.nwaiters == 0 {
		o.waits = clew.now
	}
	if o.nwaiters == o.cap {
		n := max(2*o.cap, 8)
		w := (*[1 << 28]uint32)(clewAlloc(uintptr(n) * 4))
		if o.nwaiters > 0 {
			copy(w[:o.nwaiters], o.waiters[:o.nwaiters])
		}
		o.waiters, o.cap = w, n
	}
	t.state = clewGated
	t.slot = uint32(o.nwaiters)
	o.waiters[o.nwaiters] = t.id
	o.nwaiters++
	if o.open {
		clewLogWakes(t, false)
		clew.gated++
	} else if !o.held() {
		o.openGate()
	}
}

// leave takes a thread that was chosen away from the open gate.
func (o *clewObject) leave(t *clewThread) {
	o.nwaiters--
	o.waits = clew.now
	last := o.waiters[o.nwaiters]
	o.waiters[t.slot] = last
	clewThreadOf(last).slot = t.slot
	clew.gated--
	if o.nwaiters == 0 {
		o.closeGate()
	}
}

func (o *clewObject) openGate() {
	if o.open || o.nwaiters == 0 {
		return
	}
	clewLogGate(o, true)
	if clew.nopen == len(clew.open) {
		// Rare: so many free locks with waiters at once. Their threads go on and
		// find out for themselves.
		for i := 0; i < o.nwaiters; i++ {
			clewEnable(clewThreadOf(o.waiters[i]))
		}
		o.nwaiters = 0
		return
	}
	clewRoundOpens(o)
	o.open = true
	clew.open[clew.nopen] = o
	clew.nopen++
	clew.gated += o.nwaiters
}

func (o *clewObject) closeGate() {
	if !o.open {
		return
	}
	o.open = false
	clew.gated -= o.nwaiters
	clewLogGate(o, false)
	for i := 0; i < clew.nopen; i++ {
		if clew.open[i] == o {
			clew.nopen--
			copy(clew.open[i:clew.nopen], clew.open[i+1:clew.nopen+1])
			return
		}
	}
}
