// Package counter counts under a lock.
package counter

import "sync"

// Counter starts at zero.
type Counter struct {
	mu    sync.Mutex
	value int // guarded by mu
}

// Increment adds one.
func (c *Counter) Increment() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value++
}

// Value returns the count.
func (c *Counter) Value() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value
}
