// Package graceperiod lets jobs end within 5 ms: it looks, sleeps for 1 ms, and looks again if there is time left. If the first look comes too
// early and it is held up for the other 4 ms then, it never looks again.
package graceperiod

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

type server struct{ jobs atomic.Int32 }

func (s *server) shutdown(grace time.Duration) error {
	for end := time.Now().Add(grace); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if s.jobs.Load() == 0 {
			return nil
		}
	}
	return errors.New("jobs are still running")
}

func TestShutdown(t *testing.T) {
	var s server
	s.jobs.Add(1)
	go s.jobs.Add(-1)

	if err := s.shutdown(5 * time.Millisecond); err != nil {
		t.Error(err)
	}
}
