// Package fastenough counts what the work takes, in place of measuring it.
package fastenough

import (
	"slices"
	"testing"
)

func TestSortIsFast(t *testing.T) {
	numbers := []int{3, 1, 2}

	compared := 0
	slices.SortFunc(numbers, func(a, b int) int {
		compared++
		return a - b
	})
	if compared > 6 {
		t.Errorf("sorting took %d comparisons", compared)
	}
}
