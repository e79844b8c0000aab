package service

import (
	"context"
	"testing"
)

func TestAwaitReady(t *testing.T) {
	s := New()
	go s.Start()
	s.AwaitReady(context.Background())

	if !s.ready.Load() {
		t.Error("the service is not ready")
	}
}
