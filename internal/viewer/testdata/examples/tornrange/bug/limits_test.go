package limits

import (
	"sync"
	"testing"
)

func TestLowIsNeverAboveHigh(t *testing.T) {
	l := New(10, 20)

	var wg sync.WaitGroup
	wg.Go(func() { l.Set(30, 40) })
	low, high := l.Get()
	wg.Wait()

	if low > high {
		t.Errorf("low %d is above high %d", low, high)
	}
}
