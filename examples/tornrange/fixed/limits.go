// Package limits keeps a range that is adjusted while others read it, under a lock.
package limits

import "sync"

// Limits is a range of numbers; low is never above high.
type Limits struct {
	mu        sync.RWMutex
	low, high int // guarded by mu
}

// New returns the limits low and high.
func New(low, high int) *Limits { return &Limits{low: low, high: high} }

// Set moves both limits.
func (l *Limits) Set(low, high int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.low = low
	l.high = high
}

// Get returns both limits.
func (l *Limits) Get() (low, high int) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.low, l.high
}
