// Package graceperiod waits for jobs to end.
package graceperiod

import (
	"sync"
	"testing"
)

type server struct{ jobs sync.WaitGroup }

func (s *server) shutdown() { s.jobs.Wait() }

func TestShutdown(t *testing.T) {
	var s server
	s.jobs.Go(func() {})

	s.shutdown()
}
