//go:build clewinside

package sync

import (
	"internal/race"
	"unsafe"
)

// What threads put into a Pool is kept apart from its caches, which belong to processors and
// are emptied whenever the collector comes: a thread gets what was put in last, by whichever thread. A run
// begins with an empty Pool, and as in real life two collections empty it: those that the test asks for.

// A clewPool holds what the threads of a run have put into a Pool.
type clewPool struct {
	run  uint32
	top  *clewPooled
	free *clewPooled
}

type clewPooled struct {
	next *clewPooled
	x    any
	at   uint32 // collections before it was put in
}

// clewPoolTime returns the number of the run that the caller is a thread of, 0 if it is none, and how many
// collections the run has asked for.
//
//go:linkname clewPoolTime
func clewPoolTime() (run, collections uint32)

// clewPut keeps x. It reports false when the caller is not under control.
func (p *Pool) clewPut(x any) bool {
	run, now := clewPoolTime()
	if run == 0 {
		return false
	}
	c := &p.clew
	if c.run != run {
		*c = clewPool{run: run}
	}
	e := c.free
	if e == nil {
		e = new(clewPooled)
	} else {
		c.free = e.next
	}
	race.Release(unsafe.Pointer(e))
	e.next, e.x, e.at = c.top, x, now
	c.top = e
	return true
}

// clewGet returns what Get does, to a thread. It reports false when the caller is none.
func (p *Pool) clewGet() (x any, ok bool) {
	run, now := clewPoolTime()
	if run == 0 {
		return nil, false
	}
	c := &p.clew
	if c.run != run || c.top != nil && now-c.top.at > 1 {
		*c = clewPool{run: run} // what lies below the top was put in before it
	}
	if e := c.top; e != nil {
		c.top = e.next
		x, e.x = e.x, nil
		e.next, c.free = c.free, e
		race.Acquire(unsafe.Pointer(e))
		return x, true
	}
	if p.New != nil {
		x = p.New()
	}
	return x, true
}
