// Package ratebysleep sends a request every 2 ms to a server that takes one every 1.5 ms. If the server is held up for 1 ms, the first one
// reaches it 1 ms before the second.
package ratebysleep

import (
	"testing"
	"time"
)

func TestServerIsNotFlooded(t *testing.T) {
	requests := make(chan int, 2)
	go func() {
		defer close(requests)
		requests <- 1
		time.Sleep(2 * time.Millisecond)
		requests <- 2
	}()

	var last time.Time
	for n := range requests {
		now := time.Now()
		if n > 1 && now.Sub(last) < 1500*time.Microsecond {
			t.Errorf("request %d comes %v after the one before", n, now.Sub(last))
		}
		last = now
	}
}
