package words

import "testing"

func TestCountTwoTexts(t *testing.T) {
	count := Count("the ball of thread", "a way out")

	if len(count) != 7 {
		t.Errorf("%d words, want 7: %v", len(count), count)
	}
}
