// Package lateanswer gives up after 5 ms. An answer that comes later has a place to go.
package lateanswer

import (
	"testing"
	"time"
)

func ask() string {
	answer := make(chan string, 1)
	go func() { answer <- "42" }()
	select {
	case text := <-answer:
		return text
	case <-time.After(5 * time.Millisecond):
		return "no answer"
	}
}

func TestAsk(t *testing.T) {
	if text := ask(); text == "" {
		t.Error("nothing")
	}
}
