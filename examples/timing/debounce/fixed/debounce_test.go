// Package debounce lets several calls have one effect or a few, and none of them is lost.
package debounce

import (
	"sync/atomic"
	"testing"
	"time"
)

type debouncer struct {
	change atomic.Int32
	timer  *time.Timer
	saved  chan int32
}

func (d *debouncer) changed() {
	d.change.Add(1)
	if d.timer == nil {
		d.timer = time.AfterFunc(3*time.Millisecond, func() { d.saved <- d.change.Load() })
		return
	}
	d.timer.Reset(3 * time.Millisecond)
}

func TestTheLastChangeIsSaved(t *testing.T) {
	d := debouncer{saved: make(chan int32, 3)}
	for range 3 {
		d.changed()
	}

	for <-d.saved != 3 {
	}
}
