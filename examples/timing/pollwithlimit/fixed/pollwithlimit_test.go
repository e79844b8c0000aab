// Package pollwithlimit looks whether a job is done until it is.
package pollwithlimit

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestJobIsDone(t *testing.T) {
	var done atomic.Bool
	go done.Store(true)

	for !done.Load() {
		time.Sleep(time.Millisecond)
	}
}
