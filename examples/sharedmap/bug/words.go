// Package words counts the words of several texts at the same time, in one map.
//
// It takes no preemption.
package words

import (
	"strings"
	"sync"
)

// Count returns how often each word occurs in all texts together.
func Count(texts ...string) map[string]int {
	count := make(map[string]int)
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			for _, word := range strings.Fields(text) {
				count[word]++
			}
		})
	}
	wg.Wait()
	return count
}
