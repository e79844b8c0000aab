package abba

import (
	"sync"
	"testing"
)

func TestTransferBothWays(t *testing.T) {
	alice, bob := &Account{balance: 100}, &Account{balance: 100}

	var wg sync.WaitGroup
	wg.Go(func() { Transfer(alice, bob, 30) })
	wg.Go(func() { Transfer(bob, alice, 10) })
	wg.Wait()

	if alice.balance != 80 || bob.balance != 120 {
		t.Errorf("alice has %d and bob %d, want 80 and 120", alice.balance, bob.balance)
	}
}
