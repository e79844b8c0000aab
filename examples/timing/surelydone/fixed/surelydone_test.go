// Package surelydone waits for an answer. If there never is one, that is a deadlock, which clew and go test -timeout tell.
package surelydone

import "testing"

func TestAnswerComes(t *testing.T) {
	answer := make(chan int, 1)
	go func() { answer <- 6 * 7 }()

	if got := <-answer; got != 42 {
		t.Errorf("the answer is %d", got)
	}
}
