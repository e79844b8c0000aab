// Package backoff waits until a server is there before it tries to reach it.
package backoff

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

type server struct {
	up    atomic.Bool
	ready chan struct{}
}

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
	s := server{ready: make(chan struct{})}
	go func() {
		s.up.Store(true)
		close(s.ready)
	}()
	<-s.ready
	if err := s.dial(); err != nil {
		t.Error(err)
	}
}
