// Package subject holds what the benchmarks run: small programs of many threads.
package subject

import (
	"runtime"
	"sync"
)

// Increments lets two threads do three locked increments each, and returns the sum.
func Increments() int { return Locked(2, 3) }

// Locked lets n threads do k locked increments each, and returns the sum.
func Locked(n, k int) int {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		count int
	)
	wg.Add(n)
	for range n {
		go func() {
			defer wg.Done()
			for range k {
				mu.Lock()
				count++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return count
}

// Unlocked is Increments without the lock: a data race.
func Unlocked() int {
	var (
		wg    sync.WaitGroup
		count int
	)
	wg.Add(2)
	for range 2 {
		go func() {
			defer wg.Done()
			for range 3 {
				count++
			}
		}()
	}
	wg.Wait()
	return count
}

// Yields lets n threads yield k times each.
func Yields(n, k int) {
	var wg sync.WaitGroup
	wg.Add(n)
	for range n {
		go func() {
			defer wg.Done()
			for range k {
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
}
