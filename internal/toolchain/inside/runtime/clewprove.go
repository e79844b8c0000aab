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

// clewQueue tells of a send or a receive that waits if it has to. What a timer sends is no step of anybody's. And where a channel with
// room for several holds nothing but that they were sent, it is one and the same to the race detector which of them is received: all
// that was sent before comes before it then.
func clewQueue(op Op, c *hchan, pc uintptr) {
	if clewSelf() != nil && clewLoud(pc) && c.timer == nil && (c.elemsize > 0 || c.dataqsiz <= 1) {
		clew.dpor.Queue(clewLookup(unsafe.Pointer(c), KindChan).id, op, uint32(c.dataqsiz))
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
