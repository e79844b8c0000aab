package subject

import "testing"

func TestIncrements(t *testing.T) {
	if n := Increments(); n != 6 {
		t.Errorf("count = %d, want 6", n)
	}
}

func Test10Threads(t *testing.T)     { Yields(10, 100_000) }
func Test100000Threads(t *testing.T) { Yields(100_000, 10) }
