// Package bank moves money between accounts and allows no overdraft. It looks at the balance
// under the lock and takes the money under the lock, but lets go of it in between.
//
// It takes one preemption, between the look and the withdrawal.
package bank

import (
	"errors"
	"sync"
)

// ErrNoFunds says that the payer's balance is too low.
var ErrNoFunds = errors.New("not enough money")

// Account is a balance in cents.
type Account struct {
	mu      sync.Mutex
	balance int
}

// Balance returns the balance.
func (a *Account) Balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

func (a *Account) add(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += amount
}

// Transfer moves amount cents from one account to another, or returns ErrNoFunds.
func Transfer(from, to *Account, amount int) error {
	if from.Balance() < amount {
		return ErrNoFunds
	}
	from.add(-amount)
	to.add(amount)
	return nil
}
