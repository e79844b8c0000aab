// Package abba moves money between accounts. Each account has a lock of its own, and a
// transfer takes the payer's first: two transfers in opposite directions can hold one lock
// each and wait for the other's.
//
// It takes one preemption, between the two locks of a transfer.
package abba

import "sync"

// Account is a balance in cents, guarded by its own lock.
type Account struct {
	mu      sync.Mutex
	balance int
}

// Transfer moves amount cents from one account to another.
func Transfer(from, to *Account, amount int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()

	from.balance -= amount
	to.balance += amount
}
