package strategy

// A pair says that what is read at one place may have been written at another: an object is changed there, and by nobody else until it is
// read here. A write at place 0 stands for what the object is at first.
type pair struct{ write, read uint64 }

// Pairs are those of a survey: first the ones that its run has shown, then those that other orders may show. What does not fit is left out.
type pairs struct {
	n     int
	shown int
	list  [surveyPairs]pair
	at    [2 * surveyPairs]uint16 // 1 + index in list, at a place that the pair gives
}

func (p *pairs) clear() {
	clear(p.list[:p.n])
	clear(p.at[:])
	p.n, p.shown = 0, 0
}

// add enters a pair, if it is not there.
func (p *pairs) add(write, read uint64) {
	one := pair{write, read}
	i := slotOf(Mix(write, read), len(p.at))
	for ; p.at[i] != 0; i = (i + 1) % len(p.at) {
		if p.list[p.at[i]-1] == one {
			return
		}
	}
	if p.n < len(p.list) && read != 0 {
		p.list[p.n] = one
		p.n++
		p.at[i] = uint16(p.n)
	}
}

// A spot is a place at which an object is met.
type spot struct {
	place  uint64
	thread uint32 // one that meets it there: the first to be started
	many   bool   // others do, too
	op     Op
}

// surveySpots is the number of an object's places that are looked at.
const surveySpots = 64

// pairUp enters the pairs that other orders may show, at the end of the survey's run.
func (s *Survey) pairUp() {
	s.pairs.shown = s.pairs.n
	var room [surveySpots]spot
	for i := range s.objects[:s.nobjects+1] {
		o := &s.objects[i]
		if !o.shared || !o.change || o.counts() {
			continue
		}
		spots := s.spots(o, &room)
		for r := range spots {
			s.pairOff(o, &spots[r], spots)
		}
	}
}

// spots returns the places at which an object is met.
func (s *Survey) spots(o *surveyedObject, room *[surveySpots]spot) []spot {
	n := 0
	for at := o.head; at != 0; at = s.visits[at-1].next {
		v := &s.visits[at-1]
		k := 0
		for k < n && room[k].place != v.place {
			k++
		}
		switch {
		case k < n:
			room[k].many = true
			room[k].thread = min(room[k].thread, v.thread)
		case n < len(room):
			room[n] = spot{place: v.place, thread: v.thread, op: v.op}
			n++
		}
	}
	return room[:n]
}

// pairOff enters the pairs of a place at which an object may be read. Nobody sees what the object is at first who was started only
// when it had been changed: it is made ready for them then.
func (s *Survey) pairOff(o *surveyedObject, r *spot, spots []spot) {
	if !r.op.reads() {
		return
	}
	if r.thread <= o.fresh {
		s.pairs.add(0, r.place)
	}
	for i := range spots {
		w := &spots[i]
		if w.op.leaves(r.op) && (w.thread != r.thread || w.many || r.many) {
			s.pairs.add(w.place, r.place)
		}
	}
}
