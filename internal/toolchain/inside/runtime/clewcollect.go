//go:build clewinside

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"unsafe"
)

// The garbage collector. When it comes of itself depends on what ran in the process before, so the threads of a run must not
// notice:
//
//   - it comes between runs, not within them, unless a run makes much garbage;
//   - a collection that comes within a run keeps each object that somebody would miss, for it has a finalizer, a cleanup or a weak
//     pointer;
//   - finalizers and cleanups of earlier runs wait for the end of the run, and are over before the next begins.
//
// Threads do notice the collections that the test asks for, runtime.GC, and those that clew makes when nobody can go on, in case that
// somebody waits for a finalizer. The finalizers of what is found dead then are run by a thread, in the order in which they were set, and
// the cleanups by two.

// clewRunHeap is how much more than the collector's own goal a run may allocate before it comes within it. What the race detector
// knows of garbage counts, too: of a short-lived channel or context that is more than the thing itself.
const clewRunHeap = 32 << 20

// clewCollectPatience is how much virtual time passes between collections that clew makes for those who wait for finalizers: as
// much real time as the runtime lets pass.
const clewCollectPatience = 120_000_000_000

// clewCollector is what a run knows of the collector.
type clewCollector struct {
	came     bool   // it has begun a cycle within the run
	missed   uint32 // finalizers, cleanups and weak pointers that the run has set
	asked    bool   // a collection that threads notice is under way
	launches bool   // the thread that runs finalizers is being started
	finishes int    // threads that run finalizers
	at       uint64 // steps at the last collection that clew made, plus 1
	time     int64  // the clock then
	cleanup  uint64 // the last cleanup of earlier runs
	clocks   uint64 // bytes that the race detector's clocks took at the last collection
}

func (c *clewCollector) begin() {
	*c = clewCollector{time: clew.now, cleanup: mheap_.cleanupID}
	if finq != nil || gcCleanups.workUnits.Load() > 0 {
		clewSettle()
	}
	if clew.run&15 == 0 && (gcTrigger{kind: gcTriggerHeap}).test() {
		gcStart(gcTrigger{kind: gcTriggerHeap})
	}
}

// clewSettle waits until the finalizers and cleanups of earlier runs are over. One that blocks is not waited for.
func clewSettle() {
	for range 100 {
		if finq == nil && gcCleanups.workUnits.Load() == 0 && fingStatus.Load()&fingRunningFinalizer == 0 && gcCleanups.running.Load() == 0 {
			return
		}
		timeSleep(50_000)
	}
}

// clewHeapFull is what makes the collector come of itself.
func clewHeapFull(live, trigger uint64) bool {
	if !clew.on {
		return live >= trigger
	}
	return live+clewDetector.Clocks()-clew.collector.clocks >= trigger+clewRunHeap
}

// clewKeepsAll tells that the collection that is under way keeps what would be missed.
var clewKeepsAll bool

// clewCycle is called when a collection begins, with the world stopped.
func clewCycle() {
	clewKeepsAll = clew.on && !clew.collector.asked
	clew.collector.came = clew.on
	clew.collector.clocks = clewDetector.Clocks()
}

// clewKeep marks the object that sp, in the span s, belongs to, if it is to be kept.
func clewKeep(s *mspan, sp *special, gcw *gcWork) {
	if !clewKeepsAll {
		return
	}
	switch sp.kind {
	case _KindSpecialFinalizer, _KindSpecialCleanup, _KindSpecialWeakHandle:
		p := s.base() + sp.offset/s.elemsize*s.elemsize
		scanblock(uintptr(unsafe.Pointer(&p)), goarch.PtrSize, &oneptrmask[0], gcw, nil)
	}
}

// clewMissed is called when an object gets something by which its loss is noticed. It returns a number that tells when, 0 for nobody's.
func clewMissed() uint64 {
	if !clewControlled() {
		return 0
	}
	clew.collector.missed++
	return uint64(clew.run)<<32 | uint64(clew.collector.missed)
}

// A clewLoss is the finalizer or the cleanup of an object that was found dead.
type clewLoss struct {
	at      uint64 // when it was set
	cleanup bool
	words   [3]unsafe.Pointer // of a cleanup: how to call it
	fn      *funcval          // of a finalizer, and what it is called with
	arg     unsafe.Pointer
	fint    *_type
	ot      *ptrtype
}

// clewLosses has room for all that a collection may find, as nothing can be allocated while it does. The lock is for its sweepers.
var clewLosses struct {
	lock mutex
	list []clewLoss
}

// clewAsks is called when a collection is asked for that is to begin now.
func clewAsks() {
	if !clew.on || !clewControlled() && getg() != clew.driver.ptr() {
		return
	}
	clew.collections++
	room := make([]clewLoss, 0, clew.collector.missed)
	clewLosses.list = room
	clew.collector.asked = true
}

// clewCollected is called when it is over.
func clewCollected() {
	c := &clew.collector
	if !clew.on || !c.asked {
		return
	}
	c.asked = false
	list := clewLosses.list
	clewLosses.list = nil
	clewSortLosses(list)
	finalizers := 0
	for finalizers < len(list) && !list[finalizers].cleanup {
		finalizers++
	}
	clewLaunchFinish(list[:finalizers], 1)
	clewLaunchFinish(list[finalizers:], 2)
}

// clewLaunchFinish starts so many threads that share the finalizers or cleanups of a list: finalizers are run one after the other,
// cleanups may run at the same time.
func clewLaunchFinish(list []clewLoss, threads int) {
	c := &clew.collector
	for first := range min(threads, len(list)) {
		c.launches = true
		c.finishes++
		go clewFinish(list[first:], threads)
		c.launches = false
	}
}

// clewSortLosses is a shell sort.
func clewSortLosses(list []clewLoss) {
	for gap := len(list) / 2; gap > 0; gap /= 2 {
		for i := gap; i < len(list); i++ {
			for j := i; j >= gap && list[j].before(&list[j-gap]); j -= gap {
				list[j], list[j-gap] = list[j-gap], list[j]
			}
		}
	}
}

// before orders finalizers before cleanups, and each by when they were set.
func (d *clewLoss) before(e *clewLoss) bool {
	if d.cleanup != e.cleanup {
		return e.cleanup
	}
	return d.at < e.at
}

func clewLose(d clewLoss) bool {
	m := &clewLosses
	lock(&m.lock)
	room := len(m.list) < cap(m.list)
	if room {
		m.list = append(m.list, d)
	}
	unlock(&m.lock)
	return room
}

// clewFinalizer is called for the finalizer of an object that was found dead. It reports whether a thread will run it: not one
// whose results would need room on the stack.
func clewFinalizer(sf *specialfinalizer, p unsafe.Pointer) bool {
	return clew.collector.asked && uint32(sf.clewAt>>32) == clew.run && sf.nret <= 2*goarch.PtrSize &&
		clewLose(clewLoss{at: sf.clewAt, fn: sf.fn, arg: p, fint: sf.fint, ot: sf.ot})
}

// clewCleanup is called for the cleanup of an object that was found dead. It reports whether a thread will run it.
func clewCleanup(sc *specialCleanup) bool {
	if !clew.collector.asked || sc.id <= clew.collector.cleanup {
		return false
	}
	d := clewLoss{at: sc.id, cleanup: true}
	from := unsafe.Offsetof(sc.special) + unsafe.Sizeof(sc.special)
	for i := range (unsafe.Offsetof(sc.id) - from) / goarch.PtrSize {
		d.words[i] = *(*unsafe.Pointer)(add(unsafe.Pointer(sc), from+i*goarch.PtrSize))
	}
	if !clewLose(d) {
		return false
	}
	lock(&mheap_.speciallock)
	mheap_.specialCleanupAlloc.free(unsafe.Pointer(sc))
	unlock(&mheap_.speciallock)
	return true
}

// clewFinish runs the first of a list of finalizers or cleanups and those that are so many behind it, and so on: it is the function of
// a thread.
func clewFinish(list []clewLoss, step int) {
	defer func() { clew.collector.finishes-- }()
	for i := 0; i < len(list); i += step {
		d := list[i]
		list[i] = clewLoss{}
		if d.cleanup {
			d.clean()
		} else {
			d.finalize()
		}
	}
}

// clewFinished has a thread wait until all finalizers and cleanups that a thread is to run have come to their ends, or the time is
// over. It reports whether they have, and whether the caller is a thread.
func clewFinished(timeout int64) (all, ok bool) {
	t := clewSelf()
	if t == nil {
		return false, false
	}
	for began := clew.now; clew.collector.finishes > 0; {
		if clew.now-began >= timeout {
			return false, true
		}
		clewPoint(t, OpYield, nil, 0)
	}
	return true, true
}

// clewKnowAll orders what t does behind all that the threads have done so far: what they did to an object was done before it
// died.
func clewKnowAll(t *clewThread) {
	clewDetector.AcquireAll(&t.race)
	for id := uint32(1); id <= clew.nmade; id++ {
		if other := clewThreadOf(id); other.state != clewDead {
			clewDetector.Pass(&other.race, &t.race)
		}
	}
}

// clewFinishes reports whether startpc is the function of the thread that is being started to run finalizers and cleanups.
func clewFinishes(startpc uintptr) bool {
	return clew.collector.launches && clewPackage(clewFuncName(startpc)) == "runtime"
}

func (d *clewLoss) finalize() {
	if d.fint.Kind() == abi.Pointer {
		(*(*func(unsafe.Pointer))(unsafe.Pointer(&d.fn)))(d.arg)
		return
	}
	x := eface{&d.ot.Type, d.arg}
	ityp := (*interfacetype)(unsafe.Pointer(d.fint))
	if len(ityp.Methods) == 0 {
		(*(*func(eface))(unsafe.Pointer(&d.fn)))(x)
		return
	}
	(*(*func(iface))(unsafe.Pointer(&d.fn)))(iface{assertE2I(ityp, x._type), x.data})
}

// clean runs a cleanup: a function, with from Go 1.26 on its adapter before and its argument behind it.
func (d *clewLoss) clean() {
	if d.words[1] == nil {
		(*(*func())(unsafe.Pointer(&d.words[0])))()
		return
	}
	(*(*func(fn, arg unsafe.Pointer))(unsafe.Pointer(&d.words[0])))(d.words[1], d.words[2])
}

// clewMayCollect reports whether it is time for a collection by clew, when nobody can go on: nothing has happened since the last, or much
// time would pass until the next timer.
func clewMayCollect() bool {
	c := &clew.collector
	if c.missed == 0 || c.at == clew.steps+1 {
		return false
	}
	when := clew.timers.wakeTime()
	return when == 0 || when-c.time >= clewCollectPatience
}

// clewCollect is called by the driver when nobody can go on, but may if a finalizer is run.
func clewCollect() {
	c := &clew.collector
	c.at, c.time = clew.steps+1, max(clew.now, clew.timers.wakeTime())
	GC()
}
