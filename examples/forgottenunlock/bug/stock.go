// Package stock counts the items of one kind in a warehouse. Take forgets its lock when
// there are too few of them, which happens only when two buyers meet.
//
// It takes one preemption, between the first buyer's Take and its Return.
package stock

import (
	"errors"
	"sync"
)

// ErrSoldOut says that there are fewer items than asked for.
var ErrSoldOut = errors.New("sold out")

// Stock is a number of items.
type Stock struct {
	mu    sync.Mutex
	items int
}

// Take removes n items, or none and returns ErrSoldOut.
func (s *Stock) Take(n int) error {
	s.mu.Lock()
	if s.items < n {
		return ErrSoldOut
	}
	s.items -= n
	s.mu.Unlock()
	return nil
}

// Return puts n items back.
func (s *Stock) Return(n int) {
	s.mu.Lock()
	s.items += n
	s.mu.Unlock()
}
