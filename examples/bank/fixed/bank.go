// Package bank moves money between accounts and allows no overdraft. It looks at the balance
// and takes the money under one lock, held all the while.
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

// take removes amount cents, or none and returns ErrNoFunds.
func (a *Account) take(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return ErrNoFunds
	}
	a.balance -= amount
	return nil
}

func (a *Account) add(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += amount
}

// Transfer moves amount cents from one account to another, or returns ErrNoFunds.
func Transfer(from, to *Account, amount int) error {
	if err := from.take(amount); err != nil {
		return err
	}
	to.add(amount)
	return nil
}
