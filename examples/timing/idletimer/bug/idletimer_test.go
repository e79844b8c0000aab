// Package idletimer ends a session in which nothing comes for 4 ms. Where something comes every 2 ms, it takes 2 more to end it.
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

	idle := time.NewTimer(4 * time.Millisecond)
	defer idle.Stop()
	for {
		select {
		case _, open := <-lines:
			if !open {
				return
			}
			idle.Reset(4 * time.Millisecond)
		case <-idle.C:
			t.Fatal("the session was ended")
		}
	}
}
