package strategy

// DPOR runs a program in one order of each class: two orders are of the same class when each can be had from the other by
// exchanging neighbouring steps that do not depend on each other, and so lead to the same end. When all classes have
// been run, nothing is left that an order could show. It is stateless model checking by dynamic partial-order reduction with
// source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: Source Sets: A Foundation for Optimal Dynamic Partial Order
// Reduction, JACM 2017).
//
// The runs are those of a walk through a tree, depth first. A node is a point at which somebody is to take a step; the path
// leads from the root to the end of the run in flight. After a run, [DPOR.Turn] looks for races: two steps of it that depend on
// each other, that nothing else orders, and of which the second could have been the first. Where the first was taken somebody is
// then wanted with whom the second comes first. The deepest node with somebody wanted is where the next run leaves the
// path. Who has had a turn at a node sleeps below it until a step is taken that depends on theirs: what would come of
// waking them earlier is known.
//
// Deviations: steps are judged by what they were seen to touch, not by what they were about to; a mutex is taken only when it is
// free, so that two takings of it race, and never a taking with the release before it; the clock goes on only when nobody
// can run, so that what a timer wakes comes after all that was before; a run in which all who could go on sleep is
// run to its end in the plain order, and is no class of its own.
//
// What is noted during a run has its room before it begins; the rest is done between runs (dporturn.go).
type DPOR struct {
	Runs    int  // that were made
	Classes int  // of them, those that were the first of their class
	Over    bool // all classes were run
	Doubts  int  // races for which everybody was wanted, as nobody in particular could be named
	// Trouble says why the search cannot go on; empty if it can.
	Trouble string

	path []dporNode // of the last run; that in flight follows it up to the node at depth from, where it takes another branch
	from int

	// The run in flight.
	events  []dporEvent
	n       int // events so far
	touched []Deed
	ntouch  int
	avail   []dporAvail // who was enabled before each event
	navail  int
	sleep   []dporAvail // who sleeps
	nsleep  int
	seen    []int       // by thread: number, from 1, of the step before which it was last seen enabled
	cause   []dporCause // by thread: what enabled it
	rests   int
	drowsy  bool // all who could go on slept: the plain order has taken over
	full    bool // there was no room for all of it
	astray  bool // the run did not follow the path
	waiting []dporWaiting
	plain   Plain

	scan dporScan
}

// A Deed is what a step did to an object.
type Deed struct {
	Object uint32 // number of the object in this run
	Op     Op

	// Of a send or a receive that Queue has told of: how many of them the channel has had so far, this one too, and its room.
	// Otherwise all are zero.
	Sends, Receives, Room uint32
}

// A dporNode is a point at which somebody is to take a step.
type dporNode struct {
	branches []dporBranch
	current  int // the branch that is tried
	pick     int // the case that its select takes
	picks    int // out of so many; 0 if it does not select
}

// A dporBranch is a thread that can take the step.
type dporBranch struct {
	thread uint32
	wanted bool
	done   bool   // it was tried, with all that comes after it
	sleeps bool   // trying it would show nothing new
	foot   []Deed // what its step touches, if it is done or sleeps
}

// A dporAvail is a thread that was enabled; if it sleeps, the path has its branch.
type dporAvail struct {
	thread        uint32
	sleeps        bool
	depth, branch int
}

// A dporEvent is a step that was taken.
type dporEvent struct {
	thread uint32
	op     Op
	object uint32
	foot   int // its accesses are touched[foot:end]
	end    int
	avail  int // who could have taken it is avail[avail:] up to that of the next event
	pick   int
	picks  int
	cause  dporCause // of a start or a wake
	seq    int       // how many-th event of its thread it is, from 1
}

// A dporCause is what comes before a thread's start or wake: the step with this number, from 1, or, if the clock went on
// then, all steps up to it.
type dporCause struct {
	step int
	all  bool
}

// A dporWaiting is a thread that waited for a lock when the run was over.
type dporWaiting struct {
	thread, object uint32
}

// dporRoom is the number of steps for which there is room at first, dporMost that at which a run is too long for a proof.
const (
	dporRoom = 1 << 10
	dporMost = 1 << 17
)

// Begin implements [Strategy]. Nothing is drawn by lot.
func (d *DPOR) Begin(uint64) {
	if d.events == nil {
		d.makeRoom(dporRoom)
	}
	d.n, d.ntouch, d.navail, d.nsleep, d.rests = 0, 0, 0, 0, 0
	d.drowsy, d.full, d.astray = false, false, false
	d.waiting = d.waiting[:0]
	clear(d.seen)
	d.plain.Begin(0)
}

// Reset forgets all runs.
func (d *DPOR) Reset() { *d = DPOR{} }

func (d *DPOR) makeRoom(steps int) {
	d.events, d.touched = make([]dporEvent, steps), make([]Deed, 4*steps)
	d.avail, d.sleep = make([]dporAvail, 8*steps), make([]dporAvail, steps)
	d.seen, d.cause = make([]int, steps), make([]dporCause, steps)
}

// Next implements [Strategy].
func (d *DPOR) Next(e Enabled) int {
	if !d.noted(e) {
		return d.plain.Next(e)
	}
	i := d.n - 1
	var chosen int
	switch {
	case i < d.from:
		chosen = d.find(e, d.path[i].thread())
	case i == d.from && len(d.path) > 0:
		chosen = d.find(e, d.path[i].thread())
		d.putToSleep()
	default:
		chosen = d.choose(e)
	}
	if chosen < 0 {
		d.n-- // for nobody takes this step
		return d.plain.Next(e)
	}
	d.take(e.At(chosen))
	return chosen
}

// Pick implements [Strategy]: the cases one after the other, in runs that are the same up to here.
func (d *DPOR) Pick(n int) int {
	if d.n == 0 || d.letGo() {
		return d.plain.Pick(n)
	}
	ev := &d.events[d.n-1]
	if d.n-1 <= d.from && d.n-1 < len(d.path) {
		ev.pick = d.path[d.n-1].pick
	}
	if ev.pick >= n {
		d.astray = true
		return 0
	}
	ev.picks = n
	return ev.pick
}

// Touch tells of something that the step that is being taken does to an object, beyond its own operation.
func (d *DPOR) Touch(object uint32, op Op) {
	if d.n == 0 || d.letGo() {
		return
	}
	d.touch(Deed{Object: object, Op: op})
}

// Queue tells that the operation of the step that is being taken is a send or a receive that waits if it has to, on a channel with room
// for so many. As long as nothing else is done to the channel, it is known which send goes with which receive.
func (d *DPOR) Queue(object uint32, op Op, room uint32) {
	if d.n == 0 || d.letGo() {
		return
	}
	ev := &d.events[d.n-1]
	if ev.object != object || ev.op != op || d.ntouch != ev.foot+1 {
		return
	}
	var before Deed
	for i := ev.foot - 1; i >= 0; i-- {
		if before = d.touched[i]; before.Object == object {
			if !before.queued() {
				return
			}
			break
		}
		before = Deed{}
	}
	a := &d.touched[ev.foot]
	a.Sends, a.Receives, a.Room = before.Sends, before.Receives, room
	if op == OpSend {
		a.Sends++
	} else {
		a.Receives++
	}
}

// Waits tells, when a run is over, of a thread that waits for a lock.
func (d *DPOR) Waits(thread, object uint32) {
	d.waiting = append(d.waiting, dporWaiting{thread, object})
}

// letGo reports whether the run is no longer followed.
func (d *DPOR) letGo() bool { return d.drowsy || d.full || d.astray }

// noted writes down who is enabled before the next event, and why. It reports false if the run is no longer followed.
func (d *DPOR) noted(e Enabled) bool {
	if d.letGo() {
		return false
	}
	d.close()
	number, rested := d.n+1, e.Rests() != d.rests
	d.rests = e.Rests()
	if d.n == len(d.events) || d.navail+e.Len() > len(d.avail) {
		d.full = true
		return false
	}
	d.events[d.n] = dporEvent{foot: d.ntouch, end: d.ntouch, avail: d.navail}
	d.n++
	for k, n := 0, e.Len(); k < n; k++ {
		p := e.At(k)
		if int(p.Thread) >= len(d.seen) {
			d.full = true
			return false
		}
		if p.Op == OpStart || p.Op == OpWake {
			last := number > 1 && d.events[number-2].thread == p.Thread
			if seen := d.seen[p.Thread]; last || seen == 0 || seen != number-1 {
				d.cause[p.Thread] = dporCause{number - 1, rested}
			}
		}
		d.seen[p.Thread] = number
		a := dporAvail{thread: p.Thread}
		if s := d.sleeper(p.Thread); s >= 0 {
			a = d.sleep[s]
		}
		d.avail[d.navail] = a
		d.navail++
	}
	return true
}

// find returns the index of a thread that the path wants.
func (d *DPOR) find(e Enabled, thread uint32) int {
	for k, n := 0, e.Len(); k < n; k++ {
		if e.Thread(k) == thread {
			return k
		}
	}
	d.astray = true
	return -1
}

// choose returns the index of a thread that does not sleep: the one that took the last step, if it can be, or the first.
func (d *DPOR) choose(e Enabled) int {
	first := -1
	current := e.Current()
	for k, n := 0, e.Len(); k < n; k++ {
		p := e.At(k)
		if d.sleeper(p.Thread) >= 0 {
			continue
		}
		if k == current && p.Op != OpYield {
			return k
		}
		if first < 0 || first == current {
			first = k
		}
	}
	d.drowsy = first < 0
	return first
}

// take notes that a thread takes the step.
func (d *DPOR) take(p Pending) {
	ev := &d.events[d.n-1]
	ev.thread, ev.op, ev.object = p.Thread, p.Op, p.Object
	switch {
	case p.Op == OpStart || p.Op == OpWake:
		ev.cause = d.cause[p.Thread]
	case p.Object != 0:
		d.touch(Deed{Object: p.Object, Op: p.Op})
	}
}

func (d *DPOR) touch(a Deed) {
	if d.ntouch == len(d.touched) {
		d.full = true
		return
	}
	d.touched[d.ntouch] = a
	d.ntouch++
}

// putToSleep has those sleep who have had their turn where this run leaves the path.
func (d *DPOR) putToSleep() {
	node := &d.path[d.from]
	for b := range node.branches {
		br := &node.branches[b]
		if (br.done || br.sleeps) && b != node.current {
			d.sleep[d.nsleep] = dporAvail{br.thread, true, d.from, b}
			d.nsleep++
		}
	}
}

// close ends the last event, before the next one begins.
func (d *DPOR) close() {
	if d.n > 0 {
		d.events[d.n-1].end = d.ntouch
		d.wakeSleepers()
	}
}

// wakeSleepers wakes those whose step depends on the last event.
func (d *DPOR) wakeSleepers() {
	ev := &d.events[d.n-1]
	foot := d.touched[ev.foot:ev.end]
	for s := 0; s < d.nsleep; s++ {
		a := &d.sleep[s]
		if dependent(d.path[a.depth].branches[a.branch].foot, foot) {
			d.nsleep--
			d.sleep[s] = d.sleep[d.nsleep]
			s--
		}
	}
}

// sleeper returns the index of a thread among those who sleep, or -1.
func (d *DPOR) sleeper(thread uint32) int {
	for s := range d.nsleep {
		if d.sleep[s].thread == thread {
			return s
		}
	}
	return -1
}

func (n *dporNode) thread() uint32 { return n.branches[n.current].thread }

// dependent reports whether the order of two steps matters, by what they touch.
func dependent(a, b []Deed) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Object == y.Object && !commute(x, y) {
				return true
			}
		}
	}
	return false
}

// commute reports whether two operations on an object have the same effect in either order. So do a WaitGroup's Wait and Done: whether
// the waiter parked, or found nothing to wait for, it goes on after all that were done. So do a send and a receive that have nothing to
// do with each other.
func commute(a, b Deed) bool {
	switch {
	case a.Op == OpWait && b.Op == OpDone, a.Op == OpDone && b.Op == OpWait:
		return true
	case a.Op == OpSend && b.Op == OpReceive:
		return a.queued() && b.queued() && !a.meets(b)
	case a.Op == OpReceive && b.Op == OpSend:
		return a.queued() && b.queued() && !b.meets(a)
	}
	return a.Op.group() != dporAlone && a.Op.group() == b.Op.group()
}

// queued reports whether it is known which of its channel's sends or receives the deed is.
func (a Deed) queued() bool { return a.Sends+a.Receives > 0 }

// meets reports whether it matters if a send comes before a receive: the receive waits for what is sent, or the send for the room that
// the receive makes. A send waits if there were fewer receives than sends before it, less the room; a receive, if there were fewer sends.
func (send Deed) meets(receive Deed) bool {
	return send.Sends == receive.Receives || send.Sends == receive.Receives+send.Room
}

// Operations of a group commute with each other.
const (
	dporAlone = iota
	dporReads
	dporReaders // what readers do to a RWMutex: they but count
	dporDone    // of a WaitGroup: whichever is the last wakes the waiters
)

func (op Op) group() int {
	switch op {
	case OpLoad, OpRead:
		return dporReads
	case OpRLock, OpRUnlock:
		return dporReaders
	case OpDone:
		return dporDone
	}
	return dporAlone
}
