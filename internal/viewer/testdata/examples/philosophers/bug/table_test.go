package table

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestEverybodyEats(t *testing.T) {
	const seats, rounds = 5, 3
	table := New(seats)

	var meals atomic.Int32
	var wg sync.WaitGroup
	for seat := range seats {
		wg.Go(func() {
			for range rounds {
				table.Dine(seat, func() { meals.Add(1) })
			}
		})
	}
	wg.Wait()

	if got := meals.Load(); got != seats*rounds {
		t.Errorf("%d meals eaten, want %d", got, seats*rounds)
	}
}
