package engine

import "math"

// How sure is a search that found nothing? What it tells is the chance that one more schedule shows a class of orders that
// none has shown yet. It is estimated from the classes that were shown once: their part of all runs (Good: The Population
// Frequencies of Species and the Estimation of Population Parameters, Biometrika 1953; the idea is Turing's). How far the estimate may
// be off is known, too: the square of the distance is, in the mean, (once·(1-once/runs) + 2·twice) / runs² (Esty: A Normal Limit Law
// for a Nonparametric Estimator of the Coverage of a Random Sample, Annals of Statistics 1983).
//
// Deviation: where few or no classes were shown once, that would make the estimate look exact. So the interval is Wilson's (JASA 1927):
// all chances at which what was seen lies within likely of what is to be expected. With nothing shown once or twice, its upper end is about
// 3.8 in the number of runs: by the rule of three it would be 3.
//
// The estimate is about draws from one lot. Strategies differ, so a search ends early only if each of its strategies by itself is
// sure: by the runs that it made, and by the classes that no other strategy has shown, as what others have shown is not new. The portfolio
// lets strategies take turns in other proportions from epoch to epoch; what is told of all of them together is about these proportions in
// the mean. A race that is found adds scheduling points, and the count begins anew.

// likely is how many standard deviations 95 of 100 draws keep to.
const likely = 1.96

// A sample is runs that were drawn by lot.
type sample struct {
	runs        int
	once, twice int // classes that were shown so often, and by nobody else
}

// unseen estimates the chance that one more run shows a new class, and returns the upper end of the 95 % interval, too.
func (s *sample) unseen() (chance, high float64) {
	if s.runs == 0 {
		return 1, 1
	}
	n, once, twice := float64(s.runs), float64(s.once), float64(s.twice)
	const z = likely * likely
	// The upper x, in runs, with (x - once)² = z (x (1 - x/n) + 2 twice).
	middle, bend := once+z/2, 1+z/n
	x := (middle + math.Sqrt(middle*middle-bend*(once*once-2*z*twice))) / bend
	return once / n, min(1, max(x, once)/n)
}

// draws are the runs of a search.
type draws struct {
	all     sample
	by      map[string]*sample // strategy
	classes map[string]shown
}

// shown is how often a class was shown.
type shown struct {
	runs int
	by   *sample // nil if several strategies did
}

func newDraws() *draws { return &draws{by: map[string]*sample{}, classes: map[string]shown{}} }

// add takes in runs of a class that a strategy made.
func (d *draws) add(class string, runs int, strategy string) {
	if strategy == plainly {
		return // the first schedule is not drawn
	}
	s := d.by[strategy]
	if s == nil {
		s = new(sample)
		d.by[strategy] = s
	}
	s.runs += runs
	d.all.runs += runs
	c := d.classes[class]
	d.count(c, -1)
	if c.runs > 0 && c.by != s {
		s = nil
	}
	c = shown{c.runs + runs, s}
	d.count(c, 1)
	d.classes[class] = c
}

// count adds a change to the numbers of classes that were shown once and twice.
func (d *draws) count(c shown, change int) {
	for _, s := range []*sample{&d.all, c.by} {
		switch {
		case s == nil:
		case c.runs == 1:
			s.once += change
		case c.runs == 2:
			s.twice += change
		}
	}
}

// plainly is what a worker names the strategy of schedule 0.
const plainly = "plain"

// sure reports whether each of the strategies shows something new with a chance below a limit, most likely.
func (d *draws) sure(strategies []string, limit float64) bool {
	for _, name := range strategies {
		s := d.by[name]
		if s == nil {
			return false
		}
		if _, high := s.unseen(); high >= limit {
			return false
		}
	}
	return true
}

// A search looks whether it is sure at certain indexes, and not in between: where it ends must not depend on how its schedules were
// handed out. The looks are few, since each is a chance to be wrong.

// firstLook returns the index at which strategies that take turns may first be sure, when they begin at an index.
func firstLook(first uint64, strategies int, limit float64) uint64 {
	if limit <= 0 {
		return math.MaxUint64
	}
	return first + uint64(math.Ceil(likely*likely/limit))*uint64(strategies)
}

// nextLook returns the index at which to look next.
func nextLook(look uint64) uint64 { return look + max(look/8, epochLength) }
