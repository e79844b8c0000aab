// Package squares fills a table with two threads, a half each. The halves have an element in common.
//
// It takes no preemption.
package squares

import "sync"

// Table returns the squares of the numbers below n.
func Table(n int) []int {
	table := make([]int, n)
	half := n / 2
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; i <= half; i++ {
			table[i] = i * i
		}
	})
	wg.Go(func() {
		for i := half; i < n; i++ {
			table[i] = i * i
		}
	})
	wg.Wait()
	return table
}
