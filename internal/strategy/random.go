package strategy

// Random chooses among the enabled threads with equal chance at every step: a
// random walk through the tree of interleavings. It finds what needs few
// coincidences quickly, needs to know nothing about the program, and is fair to
// threads that spin.
type Random struct{ lot Lot }

// Begin implements [Strategy].
func (r *Random) Begin(seed uint64) { r.lot.Seed(seed) }

// Next implements [Strategy].
func (r *Random) Next(e Enabled) int {
	if n := e.Len(); n > 1 {
		return r.lot.Below(n)
	}
	return 0
}

// Pick implements [Strategy].
func (r *Random) Pick(n int) int {
	if n > 1 {
		return r.lot.Below(n)
	}
	return 0
}
