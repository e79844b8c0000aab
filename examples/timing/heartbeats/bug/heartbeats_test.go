// Package heartbeats takes a worker for dead if it says nothing for 4 ms. A worker that beats every 1 ms, and is held up for the other 3, is
// as good as dead.
package heartbeats

import (
	"testing"
	"time"
)

func TestWorkerIsAlive(t *testing.T) {
	beats := make(chan int, 3)
	go func() {
		for n := range 3 {
			time.Sleep(time.Millisecond)
			beats <- n
		}
	}()

	for range 3 {
		select {
		case <-beats:
		case <-time.After(4 * time.Millisecond):
			t.Fatal("the worker is dead")
		}
	}
}
