package feed

import (
	"sync"
	"testing"
)

func TestTwoClosers(t *testing.T) {
	f := New(1)

	var wg sync.WaitGroup
	wg.Go(f.Close)
	wg.Go(f.Close)
	wg.Wait()

	if got := f.ReadAll(); len(got) != 0 {
		t.Errorf("read %q from a feed without messages", got)
	}
}

func TestPublishWhileClosing(t *testing.T) {
	f := New(1)

	var sent bool
	var wg sync.WaitGroup
	wg.Go(func() { sent = f.Publish("news") })
	wg.Go(f.Close)
	wg.Wait()

	if got := f.ReadAll(); sent != (len(got) == 1) {
		t.Errorf("sent: %v, but read %q", sent, got)
	}
}
