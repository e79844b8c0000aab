// Package ratebysleep sends a request every 2 ms, and says when: however late they come, that is the time that counts.
package ratebysleep

import (
	"testing"
	"time"
)

func TestServerIsNotFlooded(t *testing.T) {
	requests := make(chan time.Time, 2)
	go func() {
		defer close(requests)
		requests <- time.Now()
		time.Sleep(2 * time.Millisecond)
		requests <- time.Now()
	}()

	var last time.Time
	for sent := range requests {
		if !last.IsZero() && sent.Sub(last) < 1500*time.Microsecond {
			t.Errorf("sent %v after the one before", sent.Sub(last))
		}
		last = sent
	}
}
