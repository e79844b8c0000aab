// Package lostupdate counts without a lock. Each load and each store is atomic, but not the two
// together: of two increments at once, one may be lost.
//
// It takes one preemption, between the load and the store.
package lostupdate

import "sync/atomic"

// Counter starts at zero.
type Counter struct {
	value atomic.Int64
}

// Increment adds one.
func (c *Counter) Increment() {
	c.value.Store(c.value.Load() + 1)
}

// Value returns the count.
func (c *Counter) Value() int64 {
	return c.value.Load()
}
