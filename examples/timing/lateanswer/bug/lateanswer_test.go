// Package lateanswer gives up after 5 ms. Whoever answers is stuck for ever then, if it was held up for so long.
package lateanswer

import (
	"testing"
	"time"
)

func ask() string {
	answer := make(chan string)
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
