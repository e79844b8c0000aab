package strategy

// URW chooses among threads in proportion to the events that they and the threads they have yet to start have left, by the
// survey: a uniform random walk (Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing, ASPLOS 2025). If
// nothing blocks, each interleaving has the same chance; a walk that chooses evenly prefers those in which long threads come late.
//
// Deviations. A thread that was not in the survey, or has more events than there, counts one. What a guide does when a run
// takes far too long is there.
type URW struct {
	guide
	weights
}

// Begin implements [Strategy].
func (s *URW) Begin(seed uint64) {
	s.forget(s.newest)
	s.begin(seed)
}

// Next implements [Strategy].
func (s *URW) Next(e Enabled) int {
	if s.wanders(e) {
		return s.wander(e)
	}
	n := e.Len()
	for i := 0; i < n && s.grown; i++ {
		if p := e.At(i); s.unknown(&p) {
			s.start(&p, s.Survey.threads[s.Survey.thread(p.Key)].all)
		}
	}
	i := 0
	if n > 1 {
		i = s.draw(e)
	}
	if p := e.At(i); p.Op != OpWake {
		s.spend(p.Thread)
	}
	return i
}

// draw returns the index of a thread, each with the chance that its weight gives it.
func (s *URW) draw(e Enabled) int {
	total := 0
	for i, n := 0, e.Len(); i < n; i++ {
		total += s.of(e.Thread(i))
	}
	at := s.lot.Below(total)
	for i := 0; ; i++ {
		if at -= s.of(e.Thread(i)); at < 0 {
			return i
		}
	}
}

// weights are how many events threads have left, with those that they have yet to start.
type weights struct {
	left [crowd]uint32 // 1 more than that, 0 for a thread that was not seen yet
}

func (w *weights) forget(newest int) { clear(w.left[:newest+1]) }

func (w *weights) unknown(p *Pending) bool { return w.left[p.Thread] == 0 }

// start takes in a thread that has just been started: its weight was part of its parent's.
func (w *weights) start(p *Pending, events uint32) {
	w.left[p.Thread] = 1 + events
	if parent := &w.left[p.Parent]; *parent > 0 {
		*parent -= min(*parent-1, events)
	}
}

// spend takes in that a thread has had an event.
func (w *weights) spend(thread uint32) {
	if left := &w.left[thread]; *left > 1 {
		*left--
	}
}

// of returns a thread's weight, at least 1.
func (w *weights) of(thread uint32) int { return max(1, int(w.left[thread])-1) }
