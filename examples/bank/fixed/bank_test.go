package bank

import (
	"sync"
	"testing"
)

func TestNoOverdraft(t *testing.T) {
	payer, shop := &Account{balance: 100}, &Account{}

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := Transfer(payer, shop, 80); err != nil && err != ErrNoFunds {
				t.Error(err)
			}
		})
	}
	wg.Wait()

	if got := payer.Balance(); got < 0 {
		t.Errorf("the payer's balance is %d", got)
	}
	if got := payer.Balance() + shop.Balance(); got != 100 {
		t.Errorf("there are %d cents in all, want 100", got)
	}
}
