// Package lostupdate counts without a lock: load, addition and store are one atomic operation.
package lostupdate

import "sync/atomic"

// Counter starts at zero.
type Counter struct {
	value atomic.Int64
}

// Increment adds one.
func (c *Counter) Increment() {
	c.value.Add(1)
}

// Value returns the count.
func (c *Counter) Value() int64 {
	return c.value.Load()
}
