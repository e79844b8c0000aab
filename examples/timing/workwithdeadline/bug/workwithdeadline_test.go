// Package workwithdeadline gives work in memory a deadline of 4 ms. Whoever is held up for so long before its last look at the context
// misses it.
package workwithdeadline

import (
	"context"
	"testing"
	"time"
)

func sum(ctx context.Context, numbers []int) (total int, err error) {
	for _, n := range numbers {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func TestSum(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Millisecond)
	defer cancel()

	if total, err := sum(ctx, []int{1, 2, 3}); err != nil || total != 6 {
		t.Errorf("the sum is %d, %v", total, err)
	}
}
