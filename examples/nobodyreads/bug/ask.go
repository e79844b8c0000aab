// Package ask gives a question to a slow source and waits for the answer or for the end of
// the caller's patience. Nobody reads an answer that comes after that.
//
// It takes no preemption: the caller only has to be told to give up before the source answers.
package ask

import "context"

// Answer returns what source says, or the context's error if that comes first.
func Answer(ctx context.Context, source func() string) (string, error) {
	answer := make(chan string)
	go func() { answer <- source() }()

	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
