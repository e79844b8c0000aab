package strategy

// POS gives each pending operation a priority by lot and carries out that of the highest. Then it draws anew for the thread that
// ran, and for all whose pending operation races with what was carried out (Yuan, Yang, Gu: Partial Order Aware Concurrency
// Sampling, CAV 2018). So operations that race and are pending at the same time have the same chance to be first, whatever was held
// back before; and what is held back stays so for longer than in a random walk, as a low priority is kept.
//
// Deviations. Operations race if they are on the same object and not both only look; which case of a select is meant nobody
// knows, so a select races with nothing. What a guide does when a run takes far too long is there.
type POS struct {
	guide
	rank ranks
}

// Begin implements [Strategy].
func (s *POS) Begin(seed uint64) {
	clear(s.rank[:s.newest+1])
	s.begin(seed)
}

// Next implements [Strategy].
func (s *POS) Next(e Enabled) int {
	if s.wanders(e) {
		return s.wander(e)
	}
	n := e.Len()
	best, top := 0, uint64(0)
	for i := range n {
		if rank := s.rank.of(e.Thread(i), &s.lot); rank > top {
			best, top = i, rank
		}
	}
	p := e.At(best)
	s.rank.chosen(e, &p)
	return best
}

// ranks are the priorities of the threads' pending operations, 0 for one to be drawn.
type ranks [crowd]uint64

// of returns the priority of a thread's operation.
func (r *ranks) of(thread uint32, lot *Lot) uint64 {
	rank := &r[thread]
	if *rank == 0 {
		*rank = lot.Draw() | 1
	}
	return *rank
}

// chosen has priorities drawn anew for the thread that was chosen, whose operation is p, and for those whose operations race with that.
func (r *ranks) chosen(e Enabled, p *Pending) {
	r[p.Thread] = 0
	if !p.acts() {
		return
	}
	for i, n := 0, e.Len(); i < n; i++ {
		if q := e.At(i); q.conflicts(p) {
			r[q.Thread] = 0
		}
	}
}
