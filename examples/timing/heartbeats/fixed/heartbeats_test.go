// Package heartbeats takes a worker for dead when it says so.
package heartbeats

import (
	"testing"
	"time"
)

func TestWorkerIsAlive(t *testing.T) {
	beats := make(chan int, 3)
	go func() {
		defer close(beats)
		for n := range 3 {
			time.Sleep(time.Millisecond)
			beats <- n
		}
	}()

	for range 3 {
		if _, alive := <-beats; !alive {
			t.Fatal("the worker is dead")
		}
	}
}
