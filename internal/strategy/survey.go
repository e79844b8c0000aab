package strategy

// A Survey is what the plain run of a test has shown of it: how long its threads are, who starts whom, and who
// operates on what. Strategies that are to give all interleavings an equal chance need to know that beforehand. It is
// of the plain run and of no later one: each process has to come to the same survey.
//
// A thread is known by its key, which is the same in every schedule. An object has no such name: which thread
// makes it or comes first may differ. So what is told about an object are the places in the program at which the
// survey's run met it.
//
// Its tables have a fixed size. What does not fit is left out, and the strategies do without.
type Survey struct {
	choices  int    // steps with a choice
	nthreads uint32 // threads are numbered from 1
	threads  [crowd]surveyed
	byKey    [4 * crowd]uint16 // number of a thread, at a place that its key gives

	nobjects uint32 // the largest number of an object
	objects  [surveyObjects]surveyedObject

	nvisits int
	visits  [surveyVisits]visit
	byVisit [4 * surveyVisits]uint16 // 1 + index in visits

	pairs pairs
}

// surveySpins is how often a thread may come back to the same place, having done nothing but look, and still be taken to
// mean it: there are loops that look at something so often, and read so much from a channel.
const surveySpins = 200

// Sizes of the tables.
const (
	crowd         = 1024 // threads that a strategy tells apart
	surveyObjects = 8192
	surveyVisits  = 4096
	surveyPairs   = 4096
)

// A surveyed thread.
type surveyed struct {
	key    uint64
	parent uint32
	own    uint32 // events: steps but for those with which it goes on after waiting
	all    uint32 // those of its descendants, too
}

// A surveyedObject is what threads operate on.
type surveyedObject struct {
	events uint32
	first  uint32 // thread
	head   uint16 // 1 + index in visits of the last of its visits, 0 for none
	fresh  uint32 // threads that there were when it was first changed
	last   uint64 // place of the last step that changed it, 0 for none
	shared bool   // more than one thread operates on it
	change bool   // not all of them look
	group  bool   // there are operations of WaitGroups
	other  bool   // there are operations that WaitGroups do not have
}

// A visit is how often a thread operates on an object at a place.
type visit struct {
	place  uint64
	object uint32
	thread uint32
	events uint32
	op     Op
	next   uint16 // as surveyedObject.head
}

// Begin starts a survey.
func (s *Survey) Begin() {
	clear(s.threads[:s.nthreads+1])
	clear(s.objects[:s.nobjects+1])
	clear(s.visits[:s.nvisits])
	clear(s.byKey[:])
	clear(s.byVisit[:])
	s.choices, s.nthreads, s.nobjects, s.nvisits = 0, 0, 0, 0
	s.pairs.clear()
}

// End ends it. What is there is good for nothing if the run has not come to its end.
func (s *Survey) End(sound bool) {
	if !sound {
		s.Begin()
		return
	}
	for n := s.nthreads; n > 0; n-- {
		t := &s.threads[n]
		t.all += t.own
		s.threads[t.parent].all += t.all
		i := slotOf(t.key, len(s.byKey))
		for s.byKey[i] != 0 {
			i = (i + 1) % len(s.byKey)
		}
		s.byKey[i] = uint16(n)
	}
	s.threads[0] = surveyed{} // stands for threads that are not here
	s.pairUp()
}

// note takes in a step; there are so many threads before it.
func (s *Survey) note(p *Pending, threads int) {
	if p.Thread >= crowd || p.Op == OpWake {
		return
	}
	s.nthreads = max(s.nthreads, p.Thread)
	t := &s.threads[p.Thread]
	t.key, t.parent = p.Key, p.Parent
	t.own++
	if !p.acts() || p.Object >= surveyObjects {
		return
	}
	s.nobjects = max(s.nobjects, p.Object)
	o := &s.objects[p.Object]
	if o.events == 0 {
		o.first = p.Thread
	}
	o.events++
	o.shared = o.shared || o.first != p.Thread
	o.change = o.change || !p.Op.looks()
	o.group = o.group || p.Op == OpDone || p.Op == OpWait
	o.other = o.other || p.Op != OpAdd && p.Op != OpDone && p.Op != OpWait
	if v := s.visit(p); v != nil {
		v.events++
	}
	if p.Op.reads() {
		s.pairs.add(o.last, p.Place)
	}
	if !p.Op.looks() {
		if o.last == 0 {
			o.fresh = uint32(threads)
		}
		o.last = p.Place
	}
}

// visit returns the entry of a step on an object, nil if there is no room.
func (s *Survey) visit(p *Pending) *visit {
	hash := Mix(Mix(p.Place, uint64(p.Object)), uint64(p.Thread))
	for i := slotOf(hash, len(s.byVisit)); ; i = (i + 1) % len(s.byVisit) {
		n := s.byVisit[i]
		if n == 0 {
			if s.nvisits == len(s.visits) {
				return nil
			}
			v := &s.visits[s.nvisits]
			s.nvisits++
			s.byVisit[i] = uint16(s.nvisits)
			o := &s.objects[p.Object]
			*v = visit{place: p.Place, object: p.Object, thread: p.Thread, op: p.Op, next: o.head}
			o.head = uint16(s.nvisits)
			return v
		}
		if v := &s.visits[n-1]; v.place == p.Place && v.object == p.Object && v.thread == p.Thread {
			return v
		}
	}
}

func slotOf(hash uint64, size int) int { return int((hash * 0x9e3779b97f4a7c15 >> 32) % uint64(size)) }

// thread returns the number that the thread with a key has in the survey, 0 if it is not there.
func (s *Survey) thread(key uint64) uint32 {
	for i := slotOf(key, len(s.byKey)); s.byKey[i] != 0; i = (i + 1) % len(s.byKey) {
		if n := uint32(s.byKey[i]); s.threads[n].key == key {
			return n
		}
	}
	return 0
}

// draw draws an object by lot, in proportion to the events on it, from those whose order matters. It returns 0 if there is
// none.
func (s *Survey) draw(lot *Lot) uint32 {
	total := 0
	for i := range s.objects[:s.nobjects+1] {
		total += s.objects[i].worth()
	}
	if total == 0 {
		return 0
	}
	at := lot.Below(total)
	for i := range s.objects[:s.nobjects+1] {
		if at -= s.objects[i].worth(); at < 0 {
			return uint32(i)
		}
	}
	return 0
}

// worth returns the weight of an object in a draw. In which order threads call Done of a WaitGroup hardly ever matters, so
// all of them count once.
func (o *surveyedObject) worth() int {
	switch {
	case !o.shared || !o.change:
		return 0
	case o.counts():
		return 1
	}
	return int(o.events)
}

// counts reports whether all that is done to the object is what is done to WaitGroups.
func (o *surveyedObject) counts() bool { return o.group && !o.other }

// A Surveyor takes the plain order and notes what it sees.
type Surveyor struct {
	Survey Survey
	plain  Plain
	circle circle
}

// Begin implements [Strategy].
func (s *Surveyor) Begin(seed uint64) {
	s.Survey.Begin()
	s.plain.Begin(seed)
	s.circle = circle{}
}

// Next implements [Strategy]. What a thread does while it spins is left out: it will spin for longer or shorter in other schedules.
func (s *Surveyor) Next(e Enabled) int {
	i := s.plain.Next(e)
	p := e.At(i)
	if s.circle.step(&p) < surveySpins {
		s.Survey.note(&p, e.Threads())
		if e.Len() > 1 {
			s.Survey.choices++
		}
	}
	return i
}

// Pick implements [Strategy].
func (s *Surveyor) Pick(n int) int { return s.plain.Pick(n) }
