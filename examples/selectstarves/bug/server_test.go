package server

import "testing"

func TestAnswersUntilClosed(t *testing.T) {
	s := New()
	if got, err := s.Double(1); got != 2 || err != nil {
		t.Fatalf("Double(1) = %d, %v, want 2", got, err)
	}

	go s.Close()
	got, err := s.Double(21)
	if err == nil && got != 42 || err != nil && err != ErrClosed {
		t.Errorf("Double(21) = %d, %v, want 42 or ErrClosed", got, err)
	}
}
