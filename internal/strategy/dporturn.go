package strategy

// What is done between two runs: the races of the last one are looked for, and the next one's path is laid.

// A dporScan is what a scan of a run's events keeps.
type dporScan struct {
	width  int   // of a clock: the number of threads
	clocks []int // clock i tells, by thread, how many of its events come before event i, or are it
	counts []int // by thread: its events so far
	last   []int // by thread: its last event so far, -1 for none
	heads  []int // by object: its last access so far, -1 for none
	uses   []dporUse
	met    []int // events that the one that is looked at depends on
	first  []int // by thread: its first event in the part of the run that is looked at
}

// A dporUse is an access of an event, with the access before it to the same object.
type dporUse struct {
	event int
	deed  Deed
	prev  int
}

// Turn is called between two runs. It reports whether another one is wanted.
func (d *DPOR) Turn() bool {
	d.Runs++
	switch {
	case d.astray:
		d.Trouble = "the same choices did not lead to the same steps"
		return false
	case d.full && len(d.events) >= dporMost:
		d.Trouble = "a run takes more than 131,072 steps"
		return false
	case d.full:
		d.makeRoom(2 * len(d.events))
		d.Runs--
		return true // the same once more
	}
	if !d.drowsy {
		d.Classes++
		d.close()
	}
	d.extend()
	d.races()
	d.Over = !d.branchOff()
	return !d.Over
}

// extend makes nodes of the steps that the run took behind the path that it was given.
func (d *DPOR) extend() {
	for i := 0; i < d.n; i++ {
		ev := &d.events[i]
		if i < len(d.path) {
			d.path[i].picks = ev.picks
			continue
		}
		end := d.navail
		if i+1 < d.n {
			end = d.events[i+1].avail
		}
		d.path = growPath(d.path)
		node := &d.path[i]
		node.branches, node.pick, node.picks = node.branches[:0], ev.pick, ev.picks
		for _, a := range d.avail[ev.avail:end] {
			b := dporBranch{thread: a.thread, sleeps: a.sleeps}
			if a.sleeps {
				b.foot = d.path[a.depth].branches[a.branch].foot
			}
			if a.thread == ev.thread {
				node.current, b.wanted = len(node.branches), true
			}
			node.branches = append(node.branches, b)
		}
	}
	d.path = d.path[:d.n]
}

// growPath adds a node at the end of the path; what an earlier one had there is used anew.
func growPath(path []dporNode) []dporNode {
	if len(path) < cap(path) {
		return path[:len(path)+1]
	}
	return append(path, dporNode{})
}

// branchOff prepares the next run: it leaves the path at the deepest node where a case of a select or a thread is still to
// be tried. It reports false if there is none.
func (d *DPOR) branchOff() bool {
	for i := len(d.path) - 1; i >= 0; i-- {
		node, ev := &d.path[i], &d.events[i]
		br := &node.branches[node.current]
		br.foot = union(br.foot, d.touched[ev.foot:ev.end], node.pick > 0)
		if node.pick+1 < node.picks {
			node.pick++
			d.leaveAt(i)
			return true
		}
		br.done = true
		for b := range node.branches {
			if next := &node.branches[b]; next.wanted && !next.done && !next.sleeps {
				node.current, node.pick, node.picks = b, 0, 0
				d.leaveAt(i)
				return true
			}
		}
	}
	return false
}

func (d *DPOR) leaveAt(depth int) {
	d.path, d.from = d.path[:depth+1], depth
}

// union returns accesses, with those in old if they are to be kept. It uses old's memory only if nobody else does.
func union(old, accesses []Deed, keep bool) []Deed {
	var all []Deed
	if keep {
		all = old
	}
	return append(all[:len(all):len(all)], accesses...)
}

// races looks for pairs of events of which the second could have been the first, and has somebody wanted for each.
func (d *DPOR) races() {
	s := &d.scan
	d.beginScan()
	for i := range d.n {
		ev := &d.events[i]
		foot := d.touched[ev.foot:ev.end]
		clock := d.beginClock(i, ev.thread)
		d.joinCause(clock, ev)
		d.meet(clock, i, ev.thread, foot, ev.op == OpLock)
		s.counts[ev.thread]++
		ev.seq = s.counts[ev.thread]
		clock[ev.thread], s.last[ev.thread] = ev.seq, i
		for _, a := range foot {
			s.uses = append(s.uses, dporUse{i, a, s.heads[a.Object]})
			s.heads[a.Object] = len(s.uses) - 1
		}
	}
	for _, w := range d.waiting {
		foot := [1]Deed{{Object: w.object, Op: OpLock}}
		d.meet(d.beginClock(d.n, w.thread), d.n, w.thread, foot[:], true)
	}
}

// beginClock returns the clock of an event of a thread as it is before the event: that of the thread's last one.
func (d *DPOR) beginClock(i int, thread uint32) []int {
	clock := d.scan.clock(i)
	if before := d.scan.last[thread]; before >= 0 {
		copy(clock, d.scan.clock(before))
	} else {
		clear(clock)
	}
	return clock
}

// beginScan makes room for the scan of a run.
func (d *DPOR) beginScan() {
	s := &d.scan
	threads, objects := 0, 0
	for _, ev := range d.events[:d.n] {
		threads = max(threads, int(ev.thread))
	}
	for _, w := range d.waiting {
		threads = max(threads, int(w.thread))
	}
	for _, a := range d.touched[:d.ntouch] {
		objects = max(objects, int(a.Object))
	}
	s.width = threads + 1
	s.clocks = sized(s.clocks, (d.n+1)*s.width)
	s.counts, s.last, s.first = sized(s.counts, s.width), sized(s.last, s.width), sized(s.first, s.width)
	s.heads, s.uses = sized(s.heads, objects+1), s.uses[:0]
	clear(s.counts)
	for i := range s.last {
		s.last[i] = -1
	}
	for i := range s.heads {
		s.heads[i] = -1
	}
}

func sized(s []int, n int) []int {
	if cap(s) < n {
		return make([]int, n, 2*n)
	}
	return s[:n]
}

func (s *dporScan) clock(i int) []int { return s.clocks[i*s.width : (i+1)*s.width] }

func (s *dporScan) join(clock []int, event int) {
	for t, n := range s.clock(event) {
		clock[t] = max(clock[t], n)
	}
}

// joinCause joins to a clock what comes before a start or a wake.
func (d *DPOR) joinCause(clock []int, ev *dporEvent) {
	s := &d.scan
	switch {
	case ev.cause.step == 0:
		return
	case ev.cause.all:
		for i := range ev.cause.step {
			s.join(clock, i)
		}
	default:
		s.join(clock, ev.cause.step-1)
	}
	if before := s.last[ev.thread]; before >= 0 && d.events[before].op == OpWait {
		d.joinDone(clock, d.events[before].object)
	}
}

// joinDone joins to a clock what was done for a WaitGroup.
func (d *DPOR) joinDone(clock []int, group uint32) {
	s := &d.scan
	for u := s.heads[group]; u >= 0; u = s.uses[u].prev {
		if op := s.uses[u].deed.Op; op == OpDone || op == OpAdd {
			s.join(clock, s.uses[u].event)
		}
	}
}

// meet joins to the clock of event i, of a thread, what the event depends on, and has somebody wanted for each race. If its operation is to
// take a lock, it does not race with the lock's last release, but with the taking before that.
func (d *DPOR) meet(clock []int, i int, thread uint32, foot []Deed, locks bool) {
	s := &d.scan
	s.met = s.met[:0]
	if locks && len(foot) > 0 {
		taken, released := d.lastHeld(foot[0].Object, thread)
		if released >= 0 {
			if taken >= 0 {
				d.order(clock, taken, i, thread)
			}
			s.join(clock, released)
		}
	}
	for _, a := range foot {
		d.gather(a, thread)
	}
	for _, e := range s.met {
		d.order(clock, e, i, thread)
	}
	if len(foot) > 0 && foot[0].Op == OpWait {
		d.joinDone(clock, foot[0].Object)
	}
}

// order puts event e before event i. It is a race if nothing else does.
func (d *DPOR) order(clock []int, e, i int, thread uint32) {
	if ev := &d.events[e]; clock[ev.thread] < ev.seq {
		d.race(clock, e, i, thread)
		d.scan.join(clock, e)
	}
}

// lastHeld returns the events with which another thread has last taken and released a lock, unless somebody has used it since; -1 for none.
func (d *DPOR) lastHeld(lock, thread uint32) (taken, released int) {
	s := &d.scan
	u := s.heads[lock]
	if u < 0 || s.uses[u].deed.Op != OpUnlock || d.events[s.uses[u].event].thread == thread {
		return -1, -1
	}
	released = s.uses[u].event
	holder := d.events[released].thread
	for u = s.uses[u].prev; u >= 0; u = s.uses[u].prev {
		if use := s.uses[u]; d.events[use.event].thread == holder && (use.deed.Op == OpLock || use.deed.Op == OpTryLock) {
			return use.event, released
		}
	}
	return -1, released
}

// gather adds to s.met the events of other threads that an access of a thread depends on directly, the last first.
func (d *DPOR) gather(a Deed, thread uint32) {
	s := &d.scan
	for u := s.heads[a.Object]; u >= 0; u = s.uses[u].prev {
		use := &s.uses[u]
		if commute(use.deed, a) {
			continue
		}
		if d.events[use.event].thread != thread {
			s.insert(use.event)
		}
		if use.deed.Op.group() == dporAlone && !use.deed.queued() {
			return // what was before it comes before it
		}
	}
}

// insert adds an event to those met, the last of which comes first.
func (s *dporScan) insert(event int) {
	k := len(s.met)
	for k > 0 && s.met[k-1] < event {
		k--
	}
	if k > 0 && s.met[k-1] == event {
		return
	}
	s.met = append(s.met, 0)
	copy(s.met[k+1:], s.met[k:])
	s.met[k] = event
}

// race has somebody wanted where event e was taken, with whom event i of a thread may come before e: one of those who take the first of the
// steps between the two that do not come after e. The clock is that of event i without e.
func (d *DPOR) race(clock []int, e, i int, thread uint32) {
	s := &d.scan
	node, ev := &d.path[e], &d.events[e]
	for t := range s.first {
		s.first[t] = 0
	}
	best := uint32(0)
	try := func(t uint32, clock []int, seq int) (served bool) {
		if s.first[t] != 0 {
			return false
		}
		s.first[t] = seq
		for r, first := range s.first {
			if first != 0 && uint32(r) != t && clock[r] >= first {
				return false // it comes after somebody else's
			}
		}
		switch b := node.branch(t); {
		case b == nil:
			return false
		case b.wanted || b.sleeps || b.done:
			return true
		}
		best = t
		return false
	}
	for k := e + 1; k < min(i, d.n); k++ {
		other := &d.events[k]
		if c := s.clock(k); c[ev.thread] < ev.seq && try(other.thread, c, other.seq) {
			return
		}
	}
	if try(thread, clock, s.counts[thread]+1) {
		return
	}
	if best != 0 {
		node.branch(best).wanted = true
		return
	}
	for b := range node.branches { // this should not happen; all of them are always enough
		node.branches[b].wanted = true
	}
	d.Doubts++
}

func (n *dporNode) branch(thread uint32) *dporBranch {
	for b := range n.branches {
		if n.branches[b].thread == thread {
			return &n.branches[b]
		}
	}
	return nil
}
