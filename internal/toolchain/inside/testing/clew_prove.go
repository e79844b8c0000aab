//go:build clewinside

package testing

import "fmt"

// A clewProof is how far a proof is: package runtime has the rest of it.
type clewProof struct {
	over    bool // all classes were run
	runs    int
	classes int
	orders  float64 // estimate of their number
	trouble string  // why it cannot go on; empty if it can
	endless bool    // the last run spent its budget
}

// clewProving is the proof that is going on: of what, and the index of its next run, from 1.
var clewProving struct {
	of   string
	next uint64
}

// catchUp gets to where run b.first of a proof is next. The runs of a proof are found one after the other, so those that
// this process has not made are made, and not looked at.
func (b *clewBatch) catchUp() {
	p := &clewProving
	if p.of != b.of || p.next != b.first || b.first <= 1 {
		p.of, p.next = b.of, 1
		clewProve()
	}
	quiet := *b
	quiet.traced, quiet.hashes, quiet.claims = false, map[clewClass]int{}, nil
	for more := true; more && p.next < b.first; {
		quiet.one(p.next)
		clewNewRaces()
		more = quiet.prove(p.next)
	}
	b.proof = quiet.proof
}

// prove takes in run i of a proof, and reports whether another one is wanted.
func (b *clewBatch) prove(i uint64) bool {
	if i == 0 {
		return true // the plain order, which is no part of it
	}
	p := &b.proof
	more := false
	more, p.runs, p.classes, p.trouble = clewProved()
	clewProving.next = i + 1
	if p.endless {
		more, p.trouble = false, fmt.Sprintf("a run was not over after %d steps", b.maxSteps)
	}
	if p.over = !more && p.trouble == ""; p.over {
		b.walk(i)
	}
	return more
}

// clewWalks is the number of orders that are tried by lot when all classes were run.
const clewWalks = 100

// walk tries orders by lot, after run i. Their number in all can be estimated from them, and none of them may break what was proved.
func (b *clewBatch) walk(i uint64) {
	p := &b.proof
	walk := *b
	walk.strategies, walk.traced, walk.hashes, walk.claims = []clewStrategy{{number: clewWalk}}, false, map[clewClass]int{}, nil
	for n := range uint64(clewWalks) {
		walk.seed = clewDerive(b.seed, n)
		kind, _ := walk.one(i)
		if kind == "" && clewNewRaces() > 0 {
			kind = "race"
		}
		if kind != "" {
			p.over, p.trouble = false, "what passed in one order of a class fails in another: "+kind+" in a run by lot"
			return
		}
		p.orders += clewOrders() / clewWalks
	}
}
