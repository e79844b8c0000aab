//go:build clewinside

package runtime

import "unsafe"

// A proof: the strategy is DPOR, which has to know of all that a step does to objects.

// clewTouch is called when the thread that has the turn does something to an object that is no point of its own: the
// standard library does so for its own needs, but who comes first may show.
func clewTouch(op Op, o *clewObject) {
	if clew.proving && o != nil {
		clew.dpor.Touch(o.id, op)
	}
}

// clewTouchSelect tells of all channels of a select: whether they are ready decides what it does.
func clewTouchSelect(scases []scase, pollorder []uint16, nsends int) {
	for _, ci := range pollorder {
		op := OpReceive
		if int(ci) < nsends {
			op = OpSend
		}
		clewTouch(op, clewLookup(unsafe.Pointer(scases[ci].c), KindChan))
	}
}

// clewProve begins a proof.
//
//go:linkname clewProve testing.clewProve
func clewProve() { clew.dpor.Reset() }

// clewFreeze says whether time passes in the runs to come only when nobody can go on.
//
//go:linkname clewFreeze testing.clewFreeze
func clewFreeze(on bool) { clew.frozen = on }

// clewOrders returns the estimate that the last walk gives of the number of orders.
//
//go:linkname clewOrders testing.clewOrders
func clewOrders() float64 { return clew.orders.Product }

// clewProved takes in the last run of a proof. It reports whether another one is wanted, and what was done so far.
//
//go:linkname clewProved testing.clewProved
func clewProved() (more bool, runs, classes int, trouble string) {
	d := &clew.dpor
	for id := uint32(1); id <= clew.nmade; id++ {
		if t := clewThreadOf(id); t.state == clewGated && t.obj != nil {
			d.Waits(id, t.obj.id)
		}
	}
	more = d.Turn()
	return more, d.Runs, d.Classes, d.Trouble
}
