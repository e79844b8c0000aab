// Package leaseruns takes a lease and gives it back: it was held until then, or it has run out, and never both.
package leaseruns

import (
	"testing"
	"time"
)

type lease struct {
	lost  chan struct{}
	timer *time.Timer
}

func take(d time.Duration) *lease {
	l := &lease{lost: make(chan struct{})}
	l.timer = time.AfterFunc(d, func() { close(l.lost) })
	return l
}

// giveBack reports whether the lease was held until now.
func (l *lease) giveBack() bool { return l.timer.Stop() }

func TestLeaseIsHeldOrLost(t *testing.T) {
	l := take(5 * time.Millisecond)
	if !l.giveBack() {
		<-l.lost
	}
}
