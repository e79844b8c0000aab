// Package twosleeps puts two threads in an order: the second waits for the first.
package twosleeps

import (
	"sync"
	"testing"
	"time"
)

func TestHeadComesBeforeBody(t *testing.T) {
	var page string
	head := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(2 * time.Millisecond)
		page += "head "
		close(head)
	})
	wg.Go(func() {
		time.Sleep(5 * time.Millisecond)
		<-head
		page += "body"
	})
	wg.Wait()

	if page != "head body" {
		t.Errorf("the page is %q", page)
	}
}
