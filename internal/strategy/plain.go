package strategy

// Plain runs a thread until it blocks, yields or sleeps, and then the next one
// in the order in which they were started. It is what a program does on a quiet
// machine, and the first schedule of every search. A thread that spins is
// interrupted after plainSlice steps, as the Go runtime would in the end.
type Plain struct {
	last  uint32 // thread that took the last step
	slice int    // steps that it took in a row
	picks int    // selects so far
	round int    // choices made in a crowd
}

// plainSlice is the number of steps after which a thread makes room. It is a prime, so
// that a loop of a few steps is not always interrupted at the same one.
const plainSlice = 997

// plainCrowd is the number of enabled threads above which Plain takes them in the order in
// which they stand, one after the other, instead of looking for the next one by number:
// that would take the longer the more there are.
const plainCrowd = 64

// Begin implements [Strategy]. Nothing is drawn by lot.
func (p *Plain) Begin(uint64) { *p = Plain{} }

// Next implements [Strategy].
func (p *Plain) Next(e Enabled) int {
	if c := e.Current(); c >= 0 && p.slice < plainSlice {
		if op := e.At(c).Op; op != OpYield && op != OpSleep {
			p.slice++
			p.last = e.At(c).Thread
			return c
		}
	}
	p.slice = 0
	if n := e.Len(); n > plainCrowd {
		i := p.round % n
		if i == e.Current() {
			i = (i + 1) % n
		}
		p.round++
		p.last = e.At(i).Thread
		return i
	}
	// The next thread after the last one, around the circle.
	best, bestRank := 0, uint32(0)
	for i, n := 0, e.Len(); i < n; i++ {
		rank := e.At(i).Thread - p.last - 1 // wraps: threads before last come later
		if i == 0 || rank < bestRank {
			best, bestRank = i, rank
		}
	}
	p.last = e.At(best).Thread
	return best
}

// Pick implements [Strategy]: the ready cases in turn, so that none is starved.
func (p *Plain) Pick(n int) int {
	p.picks++
	return (p.picks - 1) % n
}
