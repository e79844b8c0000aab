// Package twosleeps puts two threads in an order by sleeps of 2 ms and 5 ms. Held up for the 3 ms between them, the first comes second.
package twosleeps

import (
	"sync"
	"testing"
	"time"
)

func TestHeadComesBeforeBody(t *testing.T) {
	var mu sync.Mutex
	var page string
	write := func(after time.Duration, text string) {
		time.Sleep(after)
		mu.Lock()
		defer mu.Unlock()
		page += text
	}

	var wg sync.WaitGroup
	wg.Go(func() { write(2*time.Millisecond, "head ") })
	wg.Go(func() { write(5*time.Millisecond, "body") })
	wg.Wait()

	if page != "head body" {
		t.Errorf("the page is %q", page)
	}
}
