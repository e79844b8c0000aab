// Package leaseruns takes a lease of 5 ms and gives it back at once: before it has run out, unless it is held up for so long.
package leaseruns

import (
	"sync/atomic"
	"testing"
	"time"
)

type lease struct {
	lost  atomic.Bool
	timer *time.Timer
}

func take(d time.Duration) *lease {
	l := new(lease)
	l.timer = time.AfterFunc(d, func() { l.lost.Store(true) })
	return l
}

// giveBack reports whether the lease was held until now.
func (l *lease) giveBack() bool {
	l.timer.Stop()
	return !l.lost.Load()
}

func TestLeaseIsHeld(t *testing.T) {
	l := take(5 * time.Millisecond)
	if !l.giveBack() {
		t.Error("the lease was lost")
	}
}
