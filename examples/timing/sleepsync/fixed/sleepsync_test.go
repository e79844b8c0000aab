// Package sleepsync starts a thread and waits until it has done its work.
package sleepsync

import (
	"sync/atomic"
	"testing"
)

func TestConfigIsLoaded(t *testing.T) {
	var config atomic.Pointer[string]
	loaded := make(chan struct{})
	go func() {
		text := "verbose"
		config.Store(&text)
		close(loaded)
	}()

	<-loaded

	if config.Load() == nil {
		t.Error("there is no config")
	}
}
