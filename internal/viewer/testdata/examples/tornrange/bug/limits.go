// Package limits keeps a range that is adjusted while others read it, without a lock.
package limits

// Limits is a range of numbers; low is never above high.
type Limits struct {
	low, high int
}

// New returns the limits low and high.
func New(low, high int) *Limits { return &Limits{low, high} }

// Set moves both limits.
func (l *Limits) Set(low, high int) {
	l.low = low
	l.high = high
}

// Get returns both limits.
func (l *Limits) Get() (low, high int) {
	return l.low, l.high
}
