// Package surelydone waits for an answer for 6 ms, and takes it for lost then. It is, if whoever answers is held up for so long.
package surelydone

import (
	"testing"
	"time"
)

func TestAnswerComes(t *testing.T) {
	answer := make(chan int, 1)
	go func() { answer <- 6 * 7 }()

	select {
	case got := <-answer:
		if got != 42 {
			t.Errorf("the answer is %d", got)
		}
	case <-time.After(6 * time.Millisecond):
		t.Error("there is no answer")
	}
}
