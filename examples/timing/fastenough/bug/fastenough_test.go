// Package fastenough checks that work in memory takes no longer than 5 ms. It takes that if it is held up for so long.
package fastenough

import (
	"slices"
	"testing"
	"time"
)

func TestSortIsFast(t *testing.T) {
	numbers := []int{3, 1, 2}

	start := time.Now()
	slices.Sort(numbers)
	if took := time.Since(start); took > 5*time.Millisecond {
		t.Errorf("sorting took %v", took)
	}
}
