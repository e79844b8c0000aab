package strategy

// Plain runs a thread until it blocks, yields or sleeps, and then the next one
// in the order in which they were started. It is what a program does on a quiet
// machine, and the first schedule of every search. A thread that spins is
// interrupted after plainSlice steps, as the Go runtime would in the end.
type Plain struct {
	last  uint32 // thread that took the last step
	op    Op     // what that step is
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
			p.last, p.op = e.At(c).Thread, op
			return c
		}
	}
	i := p.another(e)
	p.took(e.At(i))
	return i
}

// took takes in that a thread goes on that did not take the step before.
func (p *Plain) took(step Pending) { p.last, p.op, p.slice = step.Thread, step.Op, 0 }

// another returns the index of the thread that is next.
func (p *Plain) another(e Enabled) int {
	if n := e.Len(); n > plainCrowd {
		i := p.round % n
		if i == e.Current() {
			i = (i + 1) % n
		}
		p.round++
		return i
	}
	// The next thread after the last one, around the circle.
	best, bestRank := 0, uint32(0)
	for i, n := 0, e.Len(); i < n; i++ {
		rank := e.Thread(i) - p.last - 1 // wraps: threads before last come later
		if i == 0 || rank < bestRank {
			best, bestRank = i, rank
		}
	}
	return best
}

// Pick implements [Strategy]: the ready cases of selects in turn, so that none is starved. A program that chooses a number is given 0, as
// it is without clew.
func (p *Plain) Pick(n int) int {
	if p.op == OpChoose {
		return 0
	}
	p.picks++
	return (p.picks - 1) % n
}
