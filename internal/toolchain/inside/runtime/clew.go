//go:build clewinside

// clew's part of package runtime: one run of a test under control.
//
// While a run is in flight its goroutines are threads, and exactly one thread
// holds the turn. What is in the variable clew belongs to whoever holds it, so most
// of it needs neither atomics nor locks. The rest of the process reads on, run and cur
// to find out that a goroutine is none of its business, and leaves word for the run in
// the inbox, under its lock; the watcher of system calls has clewCall.
//
// The turn passes
//
//   - at a point: a thread declares the operation that it is about to carry out
//     (clewpoint.go), and the strategy says who goes on;
//   - when the holder parks or ends (clewwake.go, clewlife.go);
//   - from and to the driver (clewrun.go), the goroutine that runs the test again and again: it
//     is parked while a run is in flight, and is woken when the run is over, or when
//     all threads wait for something outside.
//
// What threads operate on are objects (clewobject.go), known by their address. All
// tables live outside the Go heap, belong to a run by its number, and so are never
// cleared. Time is virtual (clewtime.go). The step log (clewlog.go) is written only
// when it is asked for.
package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"unsafe"
)

// How a run ended.
const (
	clewOK        = iota // the test returned and its threads are gone, or may still go on
	clewDeadlock         // the test cannot end
	clewLeak             // the test returned, a thread is stuck for ever
	clewLivelock         // the step budget is spent
	clewTooLong          // the wall-clock budget is spent
	clewLong             // one of them is, but the test may be at work: it is too long
	clewAgain            // it needs the kernel's network, and is to be run again with that
	clewNotAlways        // what is always to hold does not
)

// States of a thread.
const (
	clewDead     = iota
	clewRunnable // in clew.ids
	clewRunning  // holds the turn
	clewGated    // waits for a lock, among the lock's waiters
	clewBlocked  // parked by the operation that it is in
	clewOutside  // parked, and woken by what clew does not control
	clewLate     // could go on, and is held back
)

// A clewThread is a goroutine under control. What a switch needs comes first, in one cache line.
type clewThread struct {
	_       sys.NotInHeap
	gp      guintptr
	obj     *clewObject // what op operates on, nil if nothing
	key     uint64      // name, the same in every schedule
	hash    uint64      // of all that happened before the thread's next step
	id      uint32
	slot    uint32 // index in clew.ids, or among the waiters of obj
	kids    uint32 // go statements so far
	fired   uint32 // timer callbacks so far
	frame   uint32 // log: place of op
	state   uint8
	op      Op
	waitOp  Op          // the operation that blocked it, op being OpWake then
	keeps   bool        // the channel operation that it is in is the runtime's own
	picks   bool        // the select that it is in is a choice of the strategy
	called  bool        // it counts in clew.incalls
	adopted bool        // it was a stranger, and will be one again
	untold  bool        // and the log does not know it yet
	waits   bool        // it waits, as the log has it
	hushed  bool        // its operations are no points: it is in a library's sync.Once
	parent  uint32      // id of the thread that started it, 0 for none
	pc      uintptr     // place of op
	wire    int32       // the run's own descriptor that it waits for, or has just waited for; else 0
	outside atomic.Bool // it lost the turn in a system call

	race  Thread      // what the race detector knows of it
	inbox *clewThread // next in clew.inbox
	since uint64      // the step at which it blocked
	call  uint64      // its last system call, where clewCall has it
}

// A clewView shows the strategy the enabled threads. Its methods are on the pointer: for those on a value there would be others that
// check the pointer and may panic, which the compiler does not allow where the turn may be passed on.
type clewView struct{}

var clew struct {
	worker bool   // the process serves a coordinator: set once, at the start
	on     bool   // a run is in flight
	run    uint32 // its number

	view     clewView
	strategy Strategy
	plain    Plain
	random   Random
	replay   Replay
	detours  Detours
	blocks   Blocks
	surveyor Surveyor
	pct      PCT
	pos      POS
	urw      URW
	surw     SURW
	rff      RFF
	dpor     DPOR
	orders   Orders
	proving  bool // dpor is the strategy

	// Threads. Thread n is *thread(n); n counts from 1 in each run.
	chunks [1024]*[clewChunk]clewThread
	nmade  uint32 // threads of this run
	live   int
	cur    *clewThread // the holder of the turn
	main   *clewThread

	// Enabled threads: ids[:n], the waiters of the open gates, and cur when it is at
	// a point and could go on.
	ids   *[1 << 28]uint32
	cap   int
	n     int
	open  [64]*clewObject
	nopen int
	gated int
	self  bool

	// The rest of the process.
	inboxLock mutex
	inbox     *clewThread
	inboxAny  atomic.Bool
	noutside  int    // threads that wait for the outside
	strangers bool   // there are goroutines beside the threads and the runtime's own
	coros     bool   // coroutines have been made
	nranks    uint32 // strangers so far that have a number
	nadopted  int    // strangers that are threads now
	nspare    int    // room for more
	driver    guintptr
	launch    *clewThread // whom the driver starts when it parks
	dispatch  muintptr    // the M that acts for the run on its scheduler's stack, 0 when none does
	leaves    muintptr    // the M that ends with the thread that was locked to it

	// Budgets and results of the run.
	steps      uint64
	maxSteps   uint64 // at which something is to be decided
	budget     uint64 // at which the run ends
	searching  bool   // the strategy may be unfair
	overtime   bool   // the steps were spent once, and the plain order has taken over
	switches   uint64
	picks      uint64 // selects with more than one ready case
	wallBudget int64  // nanoseconds of real time, 0 for no limit
	wallEnd    int64
	mainDone   bool
	doneAt     uint64 // step at which the test returned
	idles      uint64 // how often nobody could go on before a timer went off, since a thread started, ended or woke another
	doneTime   int64
	verdict    int
	hash       uint64
	touched    bool // something outside was waited for
	paced      bool // the clock goes no faster than the real one: there are child processes
	incalls    int  // threads that lost the turn in a system call and are still in it

	// Chance and what else a program could find out about its process.
	lots        clewLots
	machine     clewMachine
	launching   bool   // the main thread's goroutine is being made
	coroutines  uint32 // of this run
	collections uint32 // that this run has asked for
	collector   clewCollector

	// Time.
	now     int64 // nanoseconds on the virtual monotonic clock
	start   int64 // its value at the start of a run
	wall    int64 // Unix time at the start of a run
	timers  timers
	firedBy uint32 // the thread whose timer is being fired
	frozen  bool   // time passes only when nobody can go on: steps take none
	rests   int    // how often that was
	slow    bool   // runs have delays
	slows   bool   // this one may

	traced bool
}

const clewChunk = 1024

func clewThreadOf(id uint32) *clewThread {
	return &clew.chunks[id/clewChunk][id%clewChunk]
}

// clewSelf returns the calling thread, or nil when the caller is not under control
// or in no state to give up the turn.
func clewSelf() *clewThread {
	gp := getg()
	t := gp.clew
	if t == nil || !clew.on || gp.clewRun != clew.run {
		return nil
	}
	if mp := gp.m; mp.locks != 0 || mp.curg != gp || t.state != clewRunning {
		return nil
	}
	return t
}

// clewControlled reports whether the caller acts for a thread: it is one, or it is
// the scheduler's own stack of the M that has the turn.
//
//go:linkname clewControlled
func clewControlled() bool {
	if !clew.on {
		return false
	}
	gp := getg()
	if gp == gp.m.g0 {
		if gp.m == clew.dispatch.ptr() {
			return true
		}
		gp = gp.m.curg
		if gp == nil {
			return false
		}
	}
	return gp.clew != nil && gp.clewRun == clew.run
}

// clewAlloc returns zeroed memory outside the Go heap. It is never given back.
func clewAlloc(size uintptr) unsafe.Pointer {
	return persistentalloc(size, 64, &memstats.other_sys)
}

// clewNewThread makes the thread record for a new goroutine.
func clewNewThread(gp *g, key uint64) *clewThread {
	last := clew.nmade + 1 + clewSpare
	if last/clewChunk >= uint32(len(clew.chunks)) {
		throw("clew: more than 1,048,500 threads in one run")
	}
	for _, c := range [...]uint32{(clew.nmade + 1) / clewChunk, last / clewChunk} {
		if clew.chunks[c] == nil {
			clew.chunks[c] = (*[clewChunk]clewThread)(clewAlloc(unsafe.Sizeof([clewChunk]clewThread{})))
		}
	}
	if int(last) >= clew.cap {
		clewGrowIDs()
	}
	clew.nspare = clewSpare
	return clewRecord(gp, key)
}

// clewSpare is the number of threads for which there is room beyond those that were made by clewNewThread.
const clewSpare = 64

// clewRecord makes the thread record for a goroutine where there is room.
func clewRecord(gp *g, key uint64) *clewThread {
	clew.nmade++
	id := clew.nmade
	t := clewThreadOf(id)
	t.gp.set(gp)
	t.id, t.key, t.hash = id, key, key
	t.kids, t.fired = 0, 0
	t.inbox, t.obj = nil, nil
	t.pc, t.parent = 0, 0
	t.frame = 0
	t.op, t.waitOp = OpStart, OpNone
	t.keeps, t.picks, t.called, t.adopted, t.untold, t.hushed, t.waits = false, false, false, false, false, false, false
	t.wire = 0
	t.outside.Store(false)
	gp.clew, gp.clewRun = t, clew.run
	clew.live++
	return t
}

// clewGrowIDs makes room in ids for all threads, so that no waking has to.
func clewGrowIDs() {
	n := max(2*clew.cap, 4096)
	ids := (*[1 << 28]uint32)(clewAlloc(uintptr(n) * 4))
	for i := 0; i < clew.n; i++ {
		ids[i] = clew.ids[i]
	}
	clew.ids, clew.cap = ids, n
}

// clewEnable makes a thread able to go on.
func clewEnable(t *clewThread) {
	t.state = clewRunnable
	t.slot = uint32(clew.n)
	clew.ids[clew.n] = t.id
	clew.n++
}

func clewDisable(t *clewThread) {
	clew.n--
	last := clew.ids[clew.n]
	clew.ids[t.slot] = last
	clewThreadOf(last).slot = t.slot
}

// Len implements [Enabled].
func (*clewView) Len() int {
	n := clew.n + clew.gated
	if clew.self {
		n++
	}
	return n
}

// Threads implements [Enabled].
func (*clewView) Threads() int { return int(clew.nmade) }

// At implements [Enabled].
func (*clewView) At(i int) Pending {
	t := clewEnabledAt(i)
	p := Pending{Thread: t.id, Parent: t.parent, Key: t.key, Op: t.op}
	if t.pc != 0 {
		p.Place = uint64(t.pc - firstmoduledata.text) // the same in each process
	}
	if t.obj != nil {
		p.Object = t.obj.id
	}
	return p
}

// Thread implements [Enabled].
func (*clewView) Thread(i int) uint32 {
	if i < clew.n {
		return clew.ids[i]
	}
	return clewEnabledAt(i).id
}

// Current implements [Enabled]: the thread at a point comes last.
func (v *clewView) Current() int {
	if clew.self {
		return v.Len() - 1
	}
	return -1
}

// Rests implements [Enabled].
func (*clewView) Rests() int { return clew.rests }

func clewEnabledAt(i int) *clewThread {
	if i < clew.n {
		return clewThreadOf(clew.ids[i])
	}
	if i -= clew.n; i < clew.gated {
		for _, o := range clew.open[:clew.nopen] {
			if i < o.nwaiters {
				return clewThreadOf(o.waiters[i])
			}
			i -= o.nwaiters
		}
	}
	return clew.cur
}
