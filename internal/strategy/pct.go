package strategy

// PCT runs the thread of the highest priority, where priorities are drawn by lot, and lowers that of the running thread at
// a few steps that are drawn by lot, too (Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs, ASPLOS 2010). A bug that takes d orderings to come about shows itself with a chance of at least
// 1/(n·k^(d-1)), with n threads and k steps.
//
// Deviations. The depth d is drawn for each run, from 2 to 4. Only steps with a choice count, and k is the survey's. A thread
// that starts later gets a priority by lot like all others. A thread that yields or sleeps, or comes back to the same place
// without anything done, gets the lowest one. What a guide does when a run takes far too long is there.
type PCT struct {
	guide
	rank   [crowd]uint64 // priorities of threads, 0 for those not seen yet
	lowers [pctDeepest - 1]int
	n      int    // of them
	floor  uint64 // below all
	circle circle
}

const (
	pctDeepest = 4
	pctSpins   = 16      // laps of a thread that spins
	pctLow     = 1 << 32 // priorities drawn by lot are above, those of threads that made room below
	pctUnknown = 100     // k, where there is no survey
)

// Begin implements [Strategy].
func (s *PCT) Begin(seed uint64) {
	clear(s.rank[:s.newest+1])
	s.begin(seed)
	s.floor, s.circle = pctLow, circle{}
	k := s.Survey.choices
	if k == 0 {
		k = pctUnknown
	}
	s.n = 1 + s.lot.Below(pctDeepest-1)
	for i := range s.lowers[:s.n] {
		s.lowers[i] = 1 + s.lot.Below(k)
	}
}

// Next implements [Strategy].
func (s *PCT) Next(e Enabled) int {
	if e.Len() == 1 {
		return 0
	}
	if s.wanders(e) {
		return s.wander(e)
	}
	if c := e.Current(); c >= 0 {
		if p := e.At(c); p.Op == OpYield || p.Op == OpSleep {
			s.sink(p.Thread)
		}
	}
	i := s.highest(e)
	p := e.At(i)
	if s.circle.step(&p) >= pctSpins {
		s.sink(p.Thread)
		s.circle = circle{}
	}
	for i, step := range s.lowers[:s.n] {
		if step == s.choices {
			s.rank[p.Thread] = pctLow + 1 + uint64(i)
		}
	}
	return i
}

// highest returns the index of the thread with the highest priority.
func (s *PCT) highest(e Enabled) int {
	best, top := 0, uint64(0)
	for i, n := 0, e.Len(); i < n; i++ {
		rank := &s.rank[e.Thread(i)]
		if *rank == 0 {
			*rank = s.lot.Draw() | 1<<63
		}
		if *rank > top {
			best, top = i, *rank
		}
	}
	return best
}

// sink gives a thread the lowest priority.
func (s *PCT) sink(thread uint32) {
	s.floor--
	s.rank[thread] = s.floor
}
