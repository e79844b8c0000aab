package dictionary

import (
	"sync"
	"testing"
)

func TestTwoThreadsLookUp(t *testing.T) {
	var d Dictionary

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if got := d.Lookup("clew"); got != "a ball of thread" {
				t.Errorf("clew means %q, want a ball of thread", got)
			}
		})
	}
	wg.Wait()
}
