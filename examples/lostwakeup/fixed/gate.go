// Package gate lets threads wait until a gate is opened. The gate changes only under the
// lock that the waiters hold from their look at it until they sleep.
package gate

import "sync"

// Gate is closed at first and stays open once opened.
type Gate struct {
	mu     sync.Mutex
	opened *sync.Cond
	open   bool // guarded by mu
}

// New returns a closed gate.
func New() *Gate {
	g := &Gate{}
	g.opened = sync.NewCond(&g.mu)
	return g
}

// Open opens the gate and wakes everybody who waits for it.
func (g *Gate) Open() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.opened.Broadcast()
}

// Wait returns when the gate is open.
func (g *Gate) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.opened.Wait()
	}
}
