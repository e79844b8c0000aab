// Package gate lets threads wait until a gate is opened. Open does not take the lock, so it
// can fall between a waiter's look at the gate and its sleep: nobody will wake that waiter.
package gate

import (
	"sync"
	"sync/atomic"
)

// Gate is closed at first and stays open once opened.
type Gate struct {
	mu     sync.Mutex
	opened *sync.Cond
	open   atomic.Bool
}

// New returns a closed gate.
func New() *Gate {
	g := &Gate{}
	g.opened = sync.NewCond(&g.mu)
	return g
}

// Open opens the gate and wakes everybody who waits for it.
func (g *Gate) Open() {
	g.open.Store(true) // atomic, so no lock is needed?
	g.opened.Broadcast()
}

// Wait returns when the gate is open.
func (g *Gate) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open.Load() {
		g.opened.Wait()
	}
}
