// Package pollwithlimit looks five times whether a job is done, with sleeps of 1 ms in between. The last look comes after four sleeps and
// the steps between them: a little later than 4 ms, so whoever is held up for 5 ms comes too late.
package pollwithlimit

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestJobIsDone(t *testing.T) {
	var done atomic.Bool
	go done.Store(true)

	for range 5 {
		if done.Load() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("the job is not done after 5 looks")
}
