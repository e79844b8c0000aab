// Package tickscounted counts what a ticker does in 8 ms: it ticks after 3 ms and after 6 ms, as long as nobody is held up for the 2 ms that
// are left then.
package tickscounted

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestSamplesAreTaken(t *testing.T) {
	var samples atomic.Int32
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		ticker := time.NewTicker(3 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				samples.Add(1)
			case <-stop:
				return
			}
		}
	}()

	time.Sleep(8 * time.Millisecond)

	if n := samples.Load(); n < 2 {
		t.Errorf("%d samples after 8 ms, want 2", n)
	}
}
