// Package workwithdeadline gives work in memory a context that ends when the test says so.
package workwithdeadline

import (
	"context"
	"testing"
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
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	if total, err := sum(ctx, []int{1, 2, 3}); err != nil || total != 6 {
		t.Errorf("the sum is %d, %v", total, err)
	}
}
