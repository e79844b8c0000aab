// Package debounce lets several calls have one effect, if each comes within 3 ms of the one before. Whoever is held up for so long between
// two calls sees two effects.
package debounce

import (
	"sync/atomic"
	"testing"
	"time"
)

type debouncer struct {
	saves atomic.Int32
	timer *time.Timer
}

func (d *debouncer) changed() {
	if d.timer == nil {
		d.timer = time.AfterFunc(3*time.Millisecond, func() { d.saves.Add(1) })
		return
	}
	d.timer.Reset(3 * time.Millisecond)
}

func TestManyChangesAreSavedOnce(t *testing.T) {
	var d debouncer
	for range 3 {
		d.changed()
	}

	time.Sleep(time.Second)

	if n := d.saves.Load(); n != 1 {
		t.Errorf("saved %d times, want once", n)
	}
}
