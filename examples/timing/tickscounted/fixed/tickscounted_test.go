// Package tickscounted waits for the ticks of a ticker, however long that takes.
package tickscounted

import (
	"testing"
	"time"
)

func TestSamplesAreTaken(t *testing.T) {
	samples := make(chan int)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		ticker := time.NewTicker(3 * time.Millisecond)
		defer ticker.Stop()
		for n := 1; ; n++ {
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
			select {
			case samples <- n:
			case <-stop:
				return
			}
		}
	}()

	for want := 1; want <= 2; want++ {
		if n := <-samples; n != want {
			t.Errorf("sample %d, want %d", n, want)
		}
	}
}
