// Package service starts slowly and tells its subscribers what happens. AwaitReady subscribes,
// looks once more, and on that way out forgets to end the subscription.
//
// It takes one preemption, between the two looks at whether the service is ready.
package service

import (
	"context"
	"sync/atomic"
)

// Service becomes ready when it has started.
type Service struct {
	ready  atomic.Bool
	events chan string
}

// New returns a service that has not started.
func New() *Service {
	return &Service{events: make(chan string, 1)}
}

// Start makes the service ready.
func (s *Service) Start() {
	s.ready.Store(true)
	s.events <- "ready"
}

// subscription hands the service's events on until it is ended.
type subscription struct {
	events chan string
	end    context.CancelFunc
}

func (s *Service) subscribe(ctx context.Context) *subscription {
	ctx, cancel := context.WithCancel(ctx)
	sub := &subscription{events: make(chan string), end: cancel}
	go func() {
		for {
			select {
			case event := <-s.events:
				select {
				case sub.events <- event:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return sub
}

// AwaitReady returns when the service is ready.
func (s *Service) AwaitReady(ctx context.Context) {
	if s.ready.Load() {
		return
	}
	sub := s.subscribe(ctx)
	if s.ready.Load() {
		return // it has become ready just now
	}
	<-sub.events
	sub.end()
}
