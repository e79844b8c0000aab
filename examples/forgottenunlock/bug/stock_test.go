package stock

import (
	"sync"
	"testing"
)

func TestBuyersReturnWhatTheyTook(t *testing.T) {
	s := &Stock{items: 2}

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := s.Take(2); err != nil {
				return // the other buyer has them: fine
			}
			s.Return(2)
		})
	}
	wg.Wait()

	if s.items != 2 {
		t.Errorf("%d items left, want 2", s.items)
	}
}
