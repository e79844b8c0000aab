package programs

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// hunted says that a tool is at work that is to find the bugs.
var hunted = os.Getenv("CLEW_SCTBENCH") != ""

// buggy skips a test unless its bug is wanted.
func buggy(t *testing.T) {
	if !hunted {
		t.Skip("has a bug on purpose, for go run ./bench/sctbench to find (which sets CLEW_SCTBENCH)")
	}
}

// A cell is an integer that threads share, in plain memory in the original.
type cell = atomic.Int64

// plus adds to a cell as the machine adds to plain memory: a load, then a store.
func plus(c *cell, n int64) int64 {
	sum := c.Load() + n
	c.Store(sum)
	return sum
}

// start starts threads, in order. Its result waits for their end.
func start(threads ...func()) (wait func()) {
	var wg sync.WaitGroup
	wg.Add(len(threads))
	for _, thread := range threads {
		go func() {
			defer wg.Done()
			thread()
		}()
	}
	return wg.Wait
}

// together runs threads to their end.
func together(threads ...func()) { start(threads...)() }

// times returns a thread n times.
func times(n int, thread func()) []func() {
	var threads []func()
	for range n {
		threads = append(threads, thread)
	}
	return threads
}

// A block is memory that can be freed.
type block struct{ freed atomic.Bool }

// use fails the test if the block is freed.
func (b *block) use(t *testing.T) {
	if b.freed.Load() {
		t.Error("memory is used after it was freed")
	}
}

// free frees the block, and fails the test if somebody has already.
func (b *block) free(t *testing.T) {
	if b.freed.Swap(true) {
		t.Error("memory is freed twice")
	}
}
