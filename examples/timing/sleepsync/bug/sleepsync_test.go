// Package sleepsync starts a thread and sleeps until it surely has done its work. It has if it is held up for less than the sleep's 5 ms.
package sleepsync

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestConfigIsLoaded(t *testing.T) {
	var config atomic.Pointer[string]
	go func() {
		text := "verbose"
		config.Store(&text)
	}()

	time.Sleep(5 * time.Millisecond)

	if config.Load() == nil {
		t.Error("there is no config")
	}
}
