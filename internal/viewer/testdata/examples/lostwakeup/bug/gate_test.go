package gate

import (
	"sync"
	"testing"
)

func TestEverybodyGetsThrough(t *testing.T) {
	g := New()

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(g.Wait)
	}
	g.Open()
	wg.Wait()
}
