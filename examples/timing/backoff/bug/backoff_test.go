// Package backoff tries three times to reach a server that is just starting, and waits for 1 ms and then for 2 ms in between. The last try
// comes a few steps later than 3 ms, so a server that is held up for 4 ms is not there yet.
package backoff

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

type server struct{ up atomic.Bool }

func (s *server) dial() error {
	pause := time.Millisecond
	for range 2 {
		if s.up.Load() {
			return nil
		}
		time.Sleep(pause)
		pause *= 2
	}
	if s.up.Load() {
		return nil
	}
	return errors.New("connection refused")
}

func TestDial(t *testing.T) {
	var s server
	go s.up.Store(true)
	if err := s.dial(); err != nil {
		t.Error(err)
	}
}
