package subject

import "testing"

func TestIncrements(t *testing.T) {
	if n := Increments(); n != 6 {
		t.Errorf("count = %d, want 6", n)
	}
}

// TestProof has 34,650 classes of orders.
func TestProof(t *testing.T) {
	if n := Locked(3, 4); n != 12 {
		t.Errorf("count = %d, want 12", n)
	}
}

// TestUnlocked asks for no more than the race, so that a search goes on when it has found it.
func TestUnlocked(t *testing.T) { Unlocked() }

func Test10Threads(t *testing.T)     { Yields(10, 1_000_000) }
func Test100000Threads(t *testing.T) { Yields(100_000, 100) }
