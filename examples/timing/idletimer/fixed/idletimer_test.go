// Package idletimer ends a session when the other side does.
package idletimer

import (
	"testing"
	"time"
)

func TestSessionStaysOpen(t *testing.T) {
	lines := make(chan string, 2)
	go func() {
		defer close(lines)
		for _, line := range []string{"a", "b"} {
			time.Sleep(2 * time.Millisecond)
			lines <- line
		}
	}()

	n := 0
	for range lines {
		n++
	}
	if n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}
