package strategy

// Delays holds threads back that could go on, while the clock goes on: that is what a loaded machine does to them. They make a schedule
// together with a [Strategy], which chooses among the threads that are not held back.
//
// Where a thread is held back matters only if a timer goes off before its delay is over. So only choices up to the last time that
// one went off within reach count: the thread that is to wait for it may not have come to that yet. And looks at the clock count, but
// for the first, as a program may rely on what they show; there the whole program stands still. A run is delayed at one of these places,
// sometimes at two or three, which are drawn by lot from as many as the plain run has. All lengths are whole milliseconds.
type Delays struct {
	// Note is told of each delay that was drawn or taken, when it begins.
	Note func(Delay)

	budget, left  int64
	points, looks int // of the plain run
	lot           Lot
	places        [mostDelays]delayPlace
	nplaces       int

	list [mostTaken]takenDelay
	n    int

	counts []uint32 // by thread: steps so far
	key    uint64   // of the thread that took the last step
	thread uint32
	looked uint32 // looks at the clock since that step

	choices, looksMet int // so far
	reached           int // choices before the last timer within reach went off
}

// A Delay holds a thread back. Like a [Detour] it is known by the step that it comes after.
type Delay struct {
	After uint64 // key of the thread that took the last step
	Count uint32 // how many-th step of that thread it was, from 1
	Look  uint32 // how many-th look at the clock since then it comes at, from 1; 0 if it comes at the choice of the next thread
	To    uint64 // key of the thread that is held back
	For   int64  // nanoseconds
}

// A delayPlace is a place where a delay was drawn to be: the how many-th counted choice of the run it is, or look.
type delayPlace struct{ point, look int }

type takenDelay struct {
	Delay
	done bool
}

const (
	mostDelays = 3  // that are drawn for a run
	mostTaken  = 16 // that are taken from a schedule

	delayUnit = 1_000_000 // nanoseconds
)

// Draw has delays be drawn by lot, at most budget nanoseconds in all of a run. The plain run has so many places for them; as long as that is
// not known, both are 0, and the places are only counted.
func (d *Delays) Draw(budget int64, points, looks int) {
	d.budget, d.points, d.looks, d.n = budget, points, looks, 0
}

// Take sets the delays to take from now on.
func (d *Delays) Take(list []Delay) {
	d.budget, d.n = 0, min(len(list), len(d.list))
	for i, one := range list[:d.n] {
		d.list[i].Delay = one
	}
}

// Begin starts a run, as a strategy's does.
func (d *Delays) Begin(seed uint64) {
	if d.counts == nil {
		d.counts = make([]uint32, detourThreads)
	}
	clear(d.counts)
	d.key, d.thread, d.looked = MainKey, 0, 0
	d.choices, d.looksMet, d.reached = 0, 0, 0
	for i := range d.list[:d.n] {
		d.list[i].done = false
	}
	d.left, d.nplaces = d.budget, 0
	if d.points+d.looks > 0 {
		d.draw(seed)
	}
}

// draw draws the places of the run's delays. One is the rule: most of what relies on time does so once.
func (d *Delays) draw(seed uint64) {
	d.lot.Seed(Mix(seed, delayUnit))
	for d.nplaces = 1; d.nplaces < mostDelays && d.lot.Below(4) == 0; d.nplaces++ {
	}
	for i := range d.places[:d.nplaces] {
		if d.looks == 0 || d.points > 0 && d.lot.Below(2) == 0 {
			d.places[i] = delayPlace{point: 1 + d.lot.Below(d.points)}
		} else {
			d.places[i] = delayPlace{look: 2 + d.lot.Below(d.looks)}
		}
	}
}

// Hold is asked before each choice, and again until it says no: it returns the index of an enabled thread that is to be held back, -1 for
// none, and for how long. next is how long it is until the next timer goes off, 0 if there is none.
func (d *Delays) Hold(e Enabled, next int64) (i int, length int64) {
	for n := range d.list[:d.n] {
		if one := d.here(n, 0); one != nil {
			if i := indexOf(e, one.To, -1); i >= 0 {
				one.done = true
				d.Note(one.Delay)
				return i, one.For
			}
		}
	}
	d.choices++
	if next > 0 {
		d.Timer(next)
	}
	if !d.drawn(delayPlace{point: d.choices}) {
		return -1, 0
	}
	i = d.lot.Below(e.Len())
	return i, d.begin(Delay{To: e.At(i).Key, For: d.length(max(0, next))})
}

// Look is told of the looks of the thread that took the last step at the clock, before each. It returns for how long all stand still
// before it.
func (d *Delays) Look() (length int64) {
	d.looked++
	for n := range d.list[:d.n] {
		if one := d.here(n, d.looked); one != nil {
			one.done = true
			d.Note(one.Delay)
			return one.For
		}
	}
	d.looksMet++
	if !d.drawn(delayPlace{look: d.looksMet}) {
		return 0
	}
	return d.begin(Delay{Look: d.looked, To: d.key, For: d.length(0)})
}

// Step is told of each thread that was chosen.
func (d *Delays) Step(p *Pending) {
	d.key, d.thread, d.looked = p.Key, p.Thread, 0
	if int(p.Thread) < len(d.counts) {
		d.counts[p.Thread]++
	}
}

// Timer is told of a timer that goes off after so long.
func (d *Delays) Timer(next int64) {
	if next <= d.budget {
		d.reached = d.choices
	}
}

// Met returns the places for delays that the run had.
func (d *Delays) Met() (points, looks int) { return d.reached, max(0, d.looksMet-1) }

// here returns a delay of the list if it is to be taken here.
func (d *Delays) here(n int, look uint32) *takenDelay {
	one := &d.list[n]
	if one.done || one.After != d.key || one.Look != look || one.Count != d.count() {
		return nil
	}
	return one
}

// drawn reports whether a delay was drawn for a place, and there is time left for one.
func (d *Delays) drawn(place delayPlace) bool {
	for _, p := range d.places[:d.nplaces] {
		if p == place {
			return d.left >= delayUnit
		}
	}
	return false
}

// length draws the length of a delay: all that is left, or just until the next timer has gone off, or anything.
func (d *Delays) length(next int64) int64 {
	most := int(d.left / delayUnit)
	switch units := (next + delayUnit - 1) / delayUnit; {
	case d.lot.Below(3) == 0:
		return int64(1+d.lot.Below(most)) * delayUnit
	case units > 0 && units <= int64(most) && d.lot.Below(2) == 0:
		return units * delayUnit
	}
	return int64(most) * delayUnit
}

// begin begins a delay here, and returns its length.
func (d *Delays) begin(one Delay) int64 {
	one.After, one.Count = d.key, d.count()
	d.left -= one.For
	d.Note(one)
	return one.For
}

func (d *Delays) count() uint32 {
	if int(d.thread) >= len(d.counts) {
		return 0
	}
	return d.counts[d.thread]
}
