package engine

import (
	"math"
	"slices"
	"strings"
)

// strategies are those that a user may ask for, beside auto.
var strategies = []string{"random", "pct", "pos", "urw", "surw", "rff"}

// auto is what the search follows where nobody says what: a portfolio. URW finds at once what most interleavings show, RFF what takes one
// thread to be late or early among many, and SURW what takes a certain order of steps on one object; the others know what these do not. The
// first schedules go to those that find most with few.
const auto = "urw,rff,rff,urw,surw,rff,urw,rff,pos,surw,pct,random"

// strategyAt returns which of several strategies, with commas in between, makes the schedule with an index: they take turns. Schedule 0
// is the plain order, which comes first with any of them.
func strategyAt(strategies string, index uint64) string {
	names := strings.Split(strategies, ",")
	if index == 0 {
		return names[0]
	}
	return names[(index-1)%uint64(len(names))]
}

// A portfolio lets several strategies search, and gives more schedules to those that show more new classes.
//
// Schedules are counted in epochs. Within an epoch the strategies take turns in an order made before; in the first two
// that is as asked for. What an epoch has shown decides on the order in the next but one: so it is known before anybody comes to it,
// as a rule, and does not depend on how many workers there are, nor on how fast they are. Each strategy keeps a turn: what
// shows nothing now may do so later, and a strategy finds bugs that others do not.
type portfolio struct {
	names  []string       // in the order in which they were asked for
	worth  []int          // how often each was asked for
	orders []string       // of the epochs so far, and the next two; as in strategyAt
	came   map[string]int // the epoch in which a class was first seen
	epoch  int            // that is being counted
	runs   []int          // of it, by strategy
	news   []map[string]bool
}

// epochLength is the number of schedules in an epoch, and orderLength of turns in an order that a portfolio has made.
const (
	epochLength = 64
	orderLength = 16
)

// newPortfolio returns a portfolio of strategies, with commas in between; one that is named more than once gets more turns.
func newPortfolio(strategies string) *portfolio {
	p := &portfolio{orders: []string{strategies, strategies}, came: map[string]int{}}
	for name := range strings.SplitSeq(strategies, ",") {
		i := slices.Index(p.names, name)
		if i < 0 {
			i = len(p.names)
			p.names, p.worth = append(p.names, name), append(p.worth, 0)
		}
		p.worth[i]++
	}
	p.clear()
	return p
}

// inTurn returns a portfolio of strategies that take turns, whatever they show.
func inTurn(strategies string) *portfolio {
	return &portfolio{names: []string{strategies}, orders: []string{strategies}}
}

// strategies are the portfolio's, each once.
func (p *portfolio) strategies() []string {
	names := strings.Split(strings.Join(p.names, ","), ",")
	slices.Sort(names)
	return slices.Compact(names)
}

func (p *portfolio) clear() {
	p.runs, p.news = make([]int, len(p.names)), make([]map[string]bool, len(p.names))
	for i := range p.news {
		p.news[i] = map[string]bool{}
	}
}

// order returns the strategies that take turns at an index, as in strategyAt, and the first index at which that may be others; no strategies
// if that is not known yet.
func (p *portfolio) order(index uint64) (strategies string, end uint64) {
	epoch := 0
	if index > 0 {
		epoch = int((index - 1) / epochLength)
	}
	end = uint64(epoch+1)*epochLength + 1
	switch {
	case len(p.names) == 1:
		return p.orders[0], math.MaxUint64 // there is nothing to decide
	case epoch < len(p.orders):
		return p.orders[epoch], end
	}
	return "", end
}

// count takes in schedules from an index on, the next after those before; they are of one epoch. A nil done is of a worker that died.
func (p *portfolio) count(first uint64, runs int, d *done) {
	if len(p.names) == 1 {
		return
	}
	if d != nil {
		d.hashes(p.see)
	}
	if _, end := p.order(first); first+uint64(runs) >= end {
		p.orders = append(p.orders, p.next())
		p.epoch++
		p.clear()
	}
}

// see takes in a class that a strategy has shown.
func (p *portfolio) see(class string, runs int, strategy string) {
	epoch, known := p.came[class]
	if !known {
		epoch = p.epoch
		p.came[class] = epoch
	}
	if i := slices.Index(p.names, strategy); i >= 0 {
		p.runs[i] += runs
		if epoch == p.epoch {
			p.news[i][class] = true
		}
	}
}

// next returns the order that follows from what the epoch has shown: each strategy gets turns in proportion to its worth and
// to the part of its runs that were of a new class, spread evenly, and one at least.
func (p *portfolio) next() string {
	total := 0
	weights, credits := make([]int, len(p.names)), make([]int, len(p.names))
	for i := range p.names {
		weights[i] = 1000 * p.worth[i] * (len(p.news[i]) + 1) / (p.runs[i] + 1)
		total += weights[i]
	}
	for i := range weights {
		weights[i] = max(weights[i], total/orderLength+1)
	}
	var order []string
	for range orderLength {
		best, sum := 0, 0
		for i, w := range weights {
			credits[i] += w
			sum += w
			if credits[i] > credits[best] {
				best = i
			}
		}
		credits[best] -= sum
		order = append(order, p.names[best])
	}
	return strings.Join(order, ",")
}
