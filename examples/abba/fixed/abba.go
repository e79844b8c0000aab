// Package abba moves money between accounts. Every transfer takes the two locks in the order
// of the accounts' numbers, whichever way the money goes, so no two can wait for each other.
package abba

import "sync"

// Account is a balance in cents, guarded by its own lock. Its number is unique.
type Account struct {
	number  int
	mu      sync.Mutex
	balance int
}

// Transfer moves amount cents from one account to another.
func Transfer(from, to *Account, amount int) {
	first, second := from, to
	if second.number < first.number {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()

	from.balance -= amount
	to.balance += amount
}
