// Package words counts the words of several texts at the same time, in one map with a lock.
package words

import (
	"strings"
	"sync"
)

// Count returns how often each word occurs in all texts together.
func Count(texts ...string) map[string]int {
	var mu sync.Mutex
	count := make(map[string]int) // guarded by mu
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			for _, word := range strings.Fields(text) {
				mu.Lock()
				count[word]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return count
}
