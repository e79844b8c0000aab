package strategy

import (
	"maps"
	"slices"
	"testing"
)

// slowed runs a program of threads by s, with delays: a thread that is held back is not enabled for some steps. Timers are always within
// reach. It returns the steps and the delays.
func slowed(d *Delays, s Strategy, seed uint64, threads ...[]Op) (steps []Step, noted []Delay) {
	d.Note = func(one Delay) { noted = append(noted, one) }
	d.Begin(seed)
	s.Begin(seed)
	e := &late{program: newProgram(threads...), until: map[int]int64{}}
	for e.program.Len() > 0 {
		for e.Len() == 0 { // the clock goes on to the end of a delay
			e.now += delayUnit
		}
		if i, length := d.Hold(e, delayUnit); i >= 0 {
			e.until[e.enabled()[i]] = e.now + length
			continue
		}
		i := s.Next(e)
		p := e.At(i)
		d.Step(&p)
		steps = append(steps, Step{p.Key, p.Op, -1})
		t := e.enabled()[i]
		e.program.at[t]++
		e.program.last = t
		e.now += delayUnit / 10
	}
	return steps, noted
}

// late is a program some of whose threads are held back.
type late struct {
	*program
	now   int64
	until map[int]int64
}

func (l *late) enabled() []int {
	return slices.DeleteFunc(l.program.enabled(), func(t int) bool { return l.until[t] > l.now })
}

func (l *late) Len() int { return len(l.enabled()) }

func (l *late) At(i int) Pending {
	all := l.program.enabled()
	return l.program.At(slices.Index(all, l.enabled()[i]))
}

func (l *late) Thread(i int) uint32 { return l.At(i).Thread }

func (l *late) Current() int { return slices.Index(l.enabled(), l.program.last) }

var threeThreads = [][]Op{{OpStart, OpAdd, OpAdd, OpAdd}, {OpStart, OpSend, OpSend}, {OpStart, OpLoad, OpStore, OpLoad}}

// What was drawn by lot keeps to the budget, is in whole milliseconds, is the same for the same seed, and is taken again as it was noted.
func TestDelaysAreDrawnWithinTheBudgetAndTakenAgain(t *testing.T) {
	const budget = 10 * delayUnit
	several, lengths := 0, map[int64]bool{}
	for seed := range uint64(500) {
		var d Delays
		d.Draw(budget, 11, 0)
		steps, noted := slowed(&d, new(Random), seed, threeThreads...)
		if again, twice := slowed(&d, new(Random), seed, threeThreads...); !slices.Equal(steps, again) || !slices.Equal(noted, twice) {
			t.Fatalf("seed %d: two runs differ", seed)
		}
		sum := int64(0)
		for _, one := range noted {
			if one.For < delayUnit || one.For%delayUnit != 0 {
				t.Errorf("seed %d: held back for %d ns", seed, one.For)
			}
			sum += one.For
			lengths[one.For] = true
		}
		if sum > budget {
			t.Errorf("seed %d: held back for %d ns in all", seed, sum)
		}
		if len(noted) > 1 {
			several++
		}
		var taken Delays
		taken.Take(noted)
		again, twice := slowed(&taken, &Replay{Steps: steps}, 0, threeThreads...)
		if !slices.Equal(steps, again) || !slices.Equal(noted, twice) {
			t.Fatalf("seed %d: taken again it went\n%v %v, want\n%v %v", seed, again, twice, steps, noted)
		}
	}
	if several == 0 || len(lengths) != 10 {
		t.Errorf("%d runs with several delays, lengths %v", several, lengths)
	}
}

// Where places are only counted, nobody is held back. Those behind the last timer within reach do not count.
func TestPlacesForDelaysAreCounted(t *testing.T) {
	var d Delays
	d.Draw(10*delayUnit, 0, 0)
	if steps, noted := slowed(&d, new(Plain), 1, threeThreads...); len(noted) > 0 || len(steps) != 11 {
		t.Errorf("held back: %v in %d steps", noted, len(steps))
	}
	if points, looks := d.Met(); points != 11 || looks != 0 {
		t.Errorf("%d points, %d looks, want 11, 0", points, looks)
	}
	e := newProgram([]Op{OpStart, OpAdd, OpAdd, OpAdd})
	d.Begin(1)
	d.Hold(e, 0)
	d.Hold(e, 11*delayUnit)
	if points, _ := d.Met(); points != 0 {
		t.Errorf("%d points though no timer is within reach", points)
	}
	d.Timer(10 * delayUnit)
	d.Hold(e, 0)
	if points, _ := d.Met(); points != 2 {
		t.Errorf("%d points before the timer, want 2", points)
	}
}

// A delay at a look comes at that one, not at the first of the run nor at those after another step.
func TestDelaysAtLooks(t *testing.T) {
	met := map[uint32]bool{}
	for seed := range uint64(100) {
		var d, again Delays
		var noted []Delay
		d.Note = func(one Delay) { noted = append(noted, one) }
		d.Draw(5*delayUnit, 0, 3)
		look := func(d *Delays) (at [2][2]int64) {
			d.Begin(seed)
			for i, p := range []Pending{{Key: 7, Thread: 2}, {Key: 9, Thread: 3}} {
				d.Step(&p)
				at[i] = [2]int64{d.Look(), d.Look()}
			}
			return at
		}
		at := look(&d)
		if at[0][0] != 0 {
			t.Fatalf("seed %d: the first look came late", seed)
		}
		for _, one := range noted {
			met[uint32(one.After)+one.Look] = true
		}
		again.Note = func(Delay) {}
		again.Take(noted)
		if got := look(&again); got != at {
			t.Errorf("seed %d: taken again %v, want %v", seed, got, at)
		}
	}
	if want := map[uint32]bool{7 + 2: true, 9 + 1: true, 9 + 2: true}; !maps.Equal(met, want) {
		t.Errorf("looks that came late: %v", met)
	}
}
