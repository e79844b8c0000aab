package ask

import (
	"context"
	"testing"
)

func TestAnswerOrGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()

	got, err := Answer(ctx, func() string { return "42" })
	if err == nil && got != "42" {
		t.Errorf("the answer is %q, want 42", got)
	}
}
