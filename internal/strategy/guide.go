package strategy

// A guide is what the strategies that rank threads have in common: a lot, a survey, and what keeps them from losing their way.
//
// Such a strategy is unfair by intention, and a program may rely on fairness: it polls until another thread has done
// something. A priority that keeps that other thread back would never let the program end. So the guide counts the steps with a
// choice. When there are far more of them than in the survey, the strategy has long kept its promise, which is
// about runs as long as that one, and goes on by lot. So it does from the start in a crowd, where to look at everybody before each
// step takes too long.
type guide struct {
	Survey *Survey

	lot     Lot
	choices int
	newest  int  // number of threads, as long as it is not lost
	grown   bool // there are threads that were not there at the last step
	lost    bool // it goes on by lot
}

// How long a guide goes without losing patience.
const (
	patienceFactor = 2
	leastPatience  = 1000
)

// begin starts a run.
func (g *guide) begin(seed uint64) {
	g.lot.Seed(seed)
	g.choices, g.newest, g.lost = 0, 0, false
}

// wanders counts a step, and reports whether the next thread is to be drawn by lot. If not, all threads are below crowd.
func (g *guide) wanders(e Enabled) bool {
	if e.Len() > 1 {
		g.choices++
	}
	g.lost = g.lost || e.Threads() >= crowd || g.choices > patienceFactor*g.Survey.choices+leastPatience
	if !g.lost {
		g.grown = e.Threads() > g.newest
		g.newest = e.Threads()
	}
	return g.lost
}

// wander returns the index of any enabled thread.
func (g *guide) wander(e Enabled) int { return g.lot.Below(e.Len()) }

// Pick implements [Strategy]: each ready case has an equal chance.
func (g *guide) Pick(n int) int {
	if n > 1 {
		return g.lot.Below(n)
	}
	return 0
}

// A circle finds out that a thread spins: that it comes back to the same operation on the same object again and
// again, and in between nobody has done anything but look.
type circle struct {
	thread uint32
	object uint32
	op     Op
	laps   int // times that it came back
	away   int // steps since it was there
}

// longestLap is the number of steps in the longest loop that is found out.
const longestLap = 16

// step takes in a step, and returns how often its thread has come back.
func (c *circle) step(p *Pending) int {
	if p.Thread != c.thread || !p.Op.tries() {
		*c = circle{thread: p.Thread}
		return 0
	}
	switch {
	case c.op == p.Op && c.object == p.Object:
		c.laps++
		c.away = 0
	case c.op == OpNone || c.away == longestLap: // the loop begins only here
		*c = circle{thread: p.Thread, object: p.Object, op: p.Op}
	default:
		c.away++
	}
	return c.laps
}
