package strategy

// RFF gives a run a few wishes as to which write a read is to see, and holds threads back so that these may come true; all else goes by
// priorities as POS draws them (Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox Fuzzing for Concurrency Testing, ASPLOS 2024). Most orders of
// many threads that do the same come to the same. What is different is one who reads before all of them, or in between, and that a wish
// can say, where no lot would ever hold all the others back.
//
// A wish is a pair of places. Who is about to read at the one waits until the last change was made at the other; once that is so,
// everybody waits who would undo it, until it has been read. To lock a mutex is to read what was left by who gave it back.
//
// Deviations. The paper's fuzzer keeps the sets of wishes that have shown something new, and changes them a little. Here each run
// draws its own, so that it needs to know of no run before it: most often pairs that the survey has not shown, which is where anything new would
// be. The paper has measured that this is most of it: without any feedback as many programs are found. Objects have no names that are
// the same in all schedules, so a wish is for any object that meets both places. If all who could go on are held
// back, one of them goes on, and so do they all when somebody spins. What a guide does when a run takes far too long is there.
type RFF struct {
	guide
	rank   ranks
	wishes [rffWishes]wish
	n      int   // of them
	spoils marks // the wishes that a change at a place may undo, a bit each
	circle circle

	last  [surveyObjects]uint64 // by object: place of the last change, 0 for none
	nlast uint32                // the largest number of an object that has one
	read  [surveyObjects]uint8  // by the survey's object: the wishes that it is read for, a bit each; zero but while they are drawn
}

// A wish is that a read sees a certain write, or that it never does.
type wish struct {
	pair
	never   bool
	granted bool // it has come true
}

const (
	rffWishes = 4  // at most
	rffMore   = 4  // one run in so many has another wish, and so on
	rffOther  = 8  // one wish in so many is of any pair
	rffSpins  = 16 // laps of a thread that spins
)

// Begin implements [Strategy].
func (s *RFF) Begin(seed uint64) {
	clear(s.rank[:s.newest+1])
	clear(s.last[:s.nlast+1])
	s.begin(seed)
	s.nlast, s.circle, s.n = 0, circle{}, 0
	s.spoils.clear()
	if s.Survey.pairs.n > 0 {
		s.draw()
		s.guard()
	}
}

// draw draws the wishes of the run.
func (s *RFF) draw() {
	known := &s.Survey.pairs
	for s.n < rffWishes && (s.n == 0 || s.lot.Below(rffMore) == 0) {
		w := wish{}
		if news := known.n - known.shown; news > 0 && s.lot.Below(rffOther) != 0 {
			w.pair = known.list[known.shown+s.lot.Below(news)]
		} else {
			w.pair = known.list[s.lot.Below(known.n)]
			w.never = s.lot.Below(2) == 0
		}
		s.wishes[s.n] = w
		s.n++
	}
}

// guard finds out where the objects of the wishes are changed.
func (s *RFF) guard() {
	known := s.Survey
	visits := known.visits[:known.nvisits]
	for i := range visits {
		for k, w := range s.wishes[:s.n] {
			if v := &visits[i]; v.place == w.read && !w.never {
				s.read[v.object] |= 1 << k
			}
		}
	}
	for i := range visits {
		if v := &visits[i]; s.read[v.object] != 0 && !v.op.looks() {
			s.spoils.add(v.place, s.read[v.object])
		}
	}
	clear(s.read[:known.nobjects+1])
}

// Next implements [Strategy].
func (s *RFF) Next(e Enabled) int {
	if s.wanders(e) {
		return s.wander(e)
	}
	i := s.highest(e)
	p := e.At(i)
	s.rank.chosen(e, &p)
	s.note(&p)
	if s.circle.step(&p) >= rffSpins {
		s.n = 0
	}
	return i
}

// highest returns the index of the thread with the highest priority of those that are not held back, or of all if all are.
func (s *RFF) highest(e Enabled) int {
	best, top := -1, uint64(0)
	high, all := 0, uint64(0)
	for i, n := 0, e.Len(); i < n; i++ {
		rank := s.rank.of(e.Thread(i), &s.lot)
		if rank > all {
			high, all = i, rank
		}
		if rank > top && !s.holds(e, i) {
			best, top = i, rank
		}
	}
	if best < 0 {
		return high
	}
	return best
}

// holds reports whether a thread is held back.
func (s *RFF) holds(e Enabled, i int) bool {
	if s.n == 0 {
		return false
	}
	p := e.At(i)
	if !p.acts() || p.Object >= surveyObjects {
		return false
	}
	last, spoils := s.last[p.Object], uint8(0)
	if !p.Op.looks() {
		spoils = s.spoils.of(p.Place)
	}
	for i := range s.wishes[:s.n] {
		w := &s.wishes[i]
		switch {
		case w.granted:
		case p.Place == w.read && w.waits(last):
			return true
		case p.Place != w.read && p.Place != w.write && spoils>>i&1 != 0 && last == w.write:
			return true
		}
	}
	return false
}

// waits reports whether who is about to read an object may see another last change of it than is wished for, and yet the wished one later.
func (w *wish) waits(last uint64) bool {
	if w.never {
		return last == w.write
	}
	return last != w.write && w.write != 0
}

// note takes in a step.
func (s *RFF) note(p *Pending) {
	if !p.acts() || p.Object >= surveyObjects {
		return
	}
	last := &s.last[p.Object]
	for i := range s.wishes[:s.n] {
		if w := &s.wishes[i]; p.Place == w.read && *last == w.write && !w.never {
			w.granted = true
		}
	}
	if !p.Op.looks() {
		*last = p.Place
		s.nlast = max(s.nlast, p.Object)
	}
}
