package counter

import (
	"sync"
	"testing"
)

func TestTwoThreadsCount(t *testing.T) {
	var c Counter

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 3 {
				c.Increment()
			}
		})
	}
	wg.Wait()

	if got := c.Value(); got != 6 {
		t.Errorf("count is %d, want 6", got)
	}
}
