//go:build clewinside

package runtime

import (
	"internal/goarch"
	"internal/runtime/sys"
	"unsafe"
)

// Rounds. A run that has spent its budget may be at work, or go round for ever. The latter is plain only if everything is again as it
// was, and all who could go on had their turns in between: then the same can follow without end. That is what is looked for in
// some more steps.
//
// What a thread knows is on its stack. What threads share is in memory that the hooks are told of: the words that were written
// since a mark are kept as they were then, and compared. A change of anything else (memory is allocated, a map changes, somebody looks
// at the clock or asks the system) cannot be compared, and then nothing is plain. So a test that makes progress is never taken
// for one that does not; that it does not may well remain unknown.

const (
	clewRoundFirst   = 100_000 // steps before it is looked for a round
	clewRoundSteps   = 50_000  // that are looked at
	clewRoundThreads = 64
	clewRoundWords   = 128
)

var clewRound clewRounds

type clewRounds struct {
	_    sys.NotInHeap
	on   bool
	lost bool // what has happened since the mark cannot be compared

	// The mark: what everything was like at a step. There is a new one whenever as many steps have gone by as before it.
	from, until uint64
	by          *clewThread // took that step
	made        uint32      // threads of the run
	live        int
	threads     [clewRoundThreads]clewRounder
	nthreads    int
	words       [clewRoundWords]clewRoundWord
	nwords      int
}

// A clewRounder is a thread that may go round.
type clewRounder struct {
	_     sys.NotInHeap
	t     *clewThread
	sp    uintptr // of who called it to its last point; 0 if it came to none
	hash  uint64  // of what it was like at the mark
	due   bool    // it could go on since then
	moved bool    // and did
}

// clewRoundWord is a word of memory as it was at the mark.
type clewRoundWord struct {
	_           sys.NotInHeap
	addr, value uintptr
}

// clewRoundBegin begins to look.
func clewRoundBegin() {
	r := &clewRound
	clew.maxSteps = clew.steps + clewRoundSteps
	r.on, r.nthreads, r.made = true, 0, 0
	r.from, r.until = clew.steps, clew.steps
	clewSeeAll(true)
	for id := uint32(1); id <= clew.nmade; id++ {
		if t := clewThreadOf(id); t.state != clewDead {
			t.race.Seen = clewDetector.Unseen
		}
	}
}

// clewRoundEnd ends the look, if there is one. Threads that have it behind them are the detector's business again once
// they synchronize.
func clewRoundEnd() {
	if clewRound.on {
		clewRound.on = false
		clewSeeAll(clewRace.points)
	}
}

// clewRoundLost is called when something happens that cannot be compared.
//
//go:nosplit
func clewRoundLost() {
	if clewRound.on {
		clewRound.lost = true
	}
}

// clewRoundPoint is called with t at a point; sp is the stack pointer of who called it there. It ends the run if that goes round.
func clewRoundPoint(t *clewThread, sp uintptr) {
	r := &clewRound
	if r.made != clew.nmade || r.live != clew.live { // a thread began or ended
		r.lost = true
		if clew.steps >= r.until {
			r.gather()
		}
	}
	for i := range r.threads[:r.nthreads] {
		if c := &r.threads[i]; c.t == t {
			c.sp, c.moved = sp, true
		}
	}
	switch {
	case clew.steps >= r.until:
		r.from, r.until = clew.steps, 2*clew.steps-r.from+1
		r.mark(t)
	case r.lost || t != r.by:
	case clewMayChange():
		r.lost = true
	case r.closed():
		clew.verdict = clewLivelock
		mcall(clewGiveUp)
	}
}

// clewMayChange reports whether something may come that is not the threads' own doing, or the run is about to end.
func clewMayChange() bool {
	return clew.mainDone || clew.timers.wakeTime() != 0 || clew.noutside > 0 || clew.incalls > 0 || clew.paced || clew.strangers || clewNet.used
}

// gather finds the threads, unless there are too many.
func (r *clewRounds) gather() {
	r.made, r.live, r.nthreads = clew.nmade, clew.live, 0
	for id := uint32(1); id <= clew.nmade; id++ {
		t := clewThreadOf(id)
		if t.state == clewDead {
			continue
		}
		if r.nthreads == len(r.threads) {
			r.nthreads = 0
			return
		}
		r.threads[r.nthreads] = clewRounder{t: t}
		r.nthreads++
	}
}

// mark makes the step that t is about to take the one to compare with.
func (r *clewRounds) mark(t *clewThread) {
	r.by, r.nwords = t, 0
	r.lost = r.nthreads == 0 || clewMayChange()
	for i := range r.threads[:r.nthreads] {
		c := &r.threads[i]
		c.hash, c.moved = c.state(), false
		c.due = c.t.state == clewRunnable || c.t.state == clewRunning || c.t.state == clewGated && c.t.obj.open
	}
}

// closed reports whether everything is as it was at the mark, and all who could go on did.
func (r *clewRounds) closed() bool {
	for i := range r.threads[:r.nthreads] {
		if c := &r.threads[i]; c.due && !c.moved {
			return false
		}
	}
	for i := range r.words[:r.nwords] {
		if w := &r.words[i]; *(*uintptr)(unsafe.Pointer(w.addr)) != w.value {
			return false
		}
	}
	for i := range r.threads[:r.nthreads] {
		if c := &r.threads[i]; c.state() != c.hash {
			return false
		}
	}
	return true
}

// state is a hash of all that the thread is about to do and knows.
func (c *clewRounder) state() uint64 {
	t, gp := c.t, c.t.gp.ptr()
	h := Mix(uint64(t.state), uint64(t.op))
	if t.obj != nil {
		h = Mix(h, uint64(t.obj.addr))
	}
	sp := c.sp
	if sp <= gp.stack.lo || sp >= gp.stack.hi || t.state != clewRunning && sp < gp.sched.sp {
		sp = gp.sched.sp
	}
	for ; sp < gp.stack.hi; sp += goarch.PtrSize {
		h = Mix(h, uint64(*(*uintptr)(unsafe.Pointer(sp))))
	}
	return h
}

// clewRoundTouch is called before memory is written, and behind the point of who writes: the mark may be set there.
func clewRoundTouch(addr, size uintptr) {
	r := &clewRound
	if !r.on || r.lost {
		return
	}
	for a := addr &^ (goarch.PtrSize - 1); a < addr+size; a += goarch.PtrSize {
		if !r.keep(a) {
			r.lost = true
			return
		}
	}
}

// keep keeps a word as it is, if it was not touched since the mark. It reports whether there is room.
func (r *clewRounds) keep(a uintptr) bool {
	for i := range r.words[:r.nwords] {
		if r.words[i].addr == a {
			return true
		}
	}
	if r.nwords == len(r.words) {
		return false
	}
	r.words[r.nwords] = clewRoundWord{addr: a, value: *(*uintptr)(unsafe.Pointer(a))}
	r.nwords++
	return true
}

// clewRoundTouchChan is called before an operation on a channel, behind its point.
func clewRoundTouchChan(c *hchan) {
	if clewRound.on && c != nil {
		clewRound.lost = clewRound.lost || c.timer != nil
		clewRoundTouch(uintptr(unsafe.Pointer(c)), unsafe.Offsetof(c.lock))
		clewRoundTouch(uintptr(c.buf), uintptr(c.dataqsiz)*uintptr(c.elemsize))
	}
}

// clewRoundOpens is called before a gate opens: who waits there could go on.
func clewRoundOpens(o *clewObject) {
	if !clewRound.on {
		return
	}
	for i := range clewRound.threads[:clewRound.nthreads] {
		if c := &clewRound.threads[i]; c.t.state == clewGated && c.t.obj == o {
			c.due = true
		}
	}
}
