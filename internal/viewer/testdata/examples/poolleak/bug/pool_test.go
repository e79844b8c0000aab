package pool

import "testing"

func TestFirstResultWins(t *testing.T) {
	p := New(2)
	defer p.Close()

	for range 2 {
		p.Submit(func() int { return 42 })
	}
	if got := p.Result(); got != 42 {
		t.Errorf("result is %d, want 42", got)
	}
}
