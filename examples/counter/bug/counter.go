// Package counter counts without a lock, though several threads count at once.
//
// The race shows without a preemption. What it leads to takes one, between the read and the write of
// an increment.
package counter

// Counter starts at zero.
type Counter struct {
	value int
}

// Increment adds one.
func (c *Counter) Increment() { c.value++ }

// Value returns the count.
func (c *Counter) Value() int { return c.value }
