package strategy

// SURW draws one shared object for each run, in proportion to the events on it, and gives all orders of the events on that object
// the same chance (Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing, ASPLOS 2025). One thread is
// intended to have the next such event, chosen as URW would if there were no other events; the others are held back when
// they come to theirs. All else goes by priorities that are drawn for each step.
//
// Deviations. The events on an object are known by their places, as the object has no name that is the same in all schedules: what
// other objects meet at the same places belongs to them, too. If all threads that could go on are held back, one of them is
// intended; a thread that spins counts as one that cannot go on. What a guide does when a run takes far too long is there.
type SURW struct {
	guide
	weights
	intended uint32 // thread
	rank     ranks
	circle   circle

	events [crowd]uint32 // of the survey's threads at the places, with those of their descendants
	places marks
}

// surwSpins is after how many laps a thread counts as spinning.
const surwSpins = 16

// Begin implements [Strategy].
func (s *SURW) Begin(seed uint64) {
	s.forget(s.newest)
	clear(s.rank[:s.newest+1])
	s.begin(seed)
	s.intended, s.circle = 0, circle{}
	s.choose(s.Survey.draw(&s.lot))
}

// choose takes an object for the run, none if it is 0.
func (s *SURW) choose(object uint32) {
	s.places.clear()
	known := s.Survey
	visits := known.visits[:known.nvisits]
	for i := range visits {
		if v := &visits[i]; object != 0 && v.object == object {
			s.places.add(v.place, 1)
		}
	}
	clear(s.events[:known.nthreads+1])
	for i := range visits {
		if v := &visits[i]; s.places.of(v.place) != 0 {
			s.events[v.thread] += v.events
		}
	}
	for n := known.nthreads; n > 0; n-- {
		s.events[known.threads[n].parent] += s.events[n]
	}
	s.events[0] = 0 // a thread that is not in the survey
}

// Next implements [Strategy].
func (s *SURW) Next(e Enabled) int {
	if s.wanders(e) {
		return s.wander(e)
	}
	for i, n := 0, e.Len(); i < n && s.grown; i++ {
		if p := e.At(i); s.unknown(&p) {
			s.meet(&p)
		}
	}
	if s.intended == 0 {
		s.intended = s.intend()
	}
	i := s.highest(e)
	if i < 0 {
		i = s.release(e)
	}
	p := e.At(i)
	s.rank[p.Thread] = 0
	if s.selected(&p) {
		s.spend(p.Thread)
		s.intended = s.intend()
	}
	if s.circle.step(&p) >= surwSpins {
		s.circle = circle{}
		s.release(e)
	}
	return i
}

// meet takes in a thread that has just been started. If its parent was intended, it may have been for the sake of the new one.
func (s *SURW) meet(p *Pending) {
	parent := int(s.left[p.Parent]) - 1
	events := s.events[s.Survey.thread(p.Key)]
	if parent > 0 && s.intended == p.Parent && s.lot.Below(parent) < int(events) {
		s.intended = p.Thread
	}
	s.start(p, events)
}

// intend draws the thread that is to have the next event, 0 if none is left.
func (s *SURW) intend() uint32 {
	total := 0
	for _, left := range s.left[1 : s.newest+1] {
		total += max(0, int(left)-1)
	}
	if total == 0 {
		return 0
	}
	at, t := s.lot.Below(total), 0
	for at >= 0 {
		t++
		at -= max(0, int(s.left[t])-1)
	}
	return uint32(t)
}

// highest returns the index of the thread with the highest priority of those that are not held back, -1 if all are.
func (s *SURW) highest(e Enabled) int {
	best, top := -1, uint64(0)
	for i, n := 0, e.Len(); i < n; i++ {
		if rank := s.rank.of(e.Thread(i), &s.lot); rank > top && !s.holds(e, i) {
			best, top = i, rank
		}
	}
	return best
}

// holds reports whether a thread is held back.
func (s *SURW) holds(e Enabled, i int) bool {
	if e.Thread(i) == s.intended {
		return false
	}
	p := e.At(i)
	return s.selected(&p)
}

// release intends one of the threads that are held back, and returns its index in e, -1 if there is none.
func (s *SURW) release(e Enabled) int {
	total := 0
	for i, n := 0, e.Len(); i < n; i++ {
		if s.holds(e, i) {
			total += s.of(e.Thread(i))
		}
	}
	if total == 0 {
		return -1
	}
	at := s.lot.Below(total)
	for i := 0; ; i++ {
		if !s.holds(e, i) {
			continue
		}
		if at -= s.of(e.Thread(i)); at < 0 {
			s.intended = e.Thread(i)
			return i
		}
	}
}

// selected reports whether the thread is about to have one of the events.
func (s *SURW) selected(p *Pending) bool { return p.acts() && s.places.of(p.Place) != 0 }
