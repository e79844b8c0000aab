// Package dictionary makes its table of words when the first one is looked up. It looks whether the table is
// there before it takes the lock, and once more under the lock.
//
// The race shows without a preemption. What it leads to takes one, when the table is there and not yet
// full.
package dictionary

import "sync"

// Dictionary explains words.
type Dictionary struct {
	mu    sync.Mutex
	words map[string]string
}

// Lookup returns what a word means.
func (d *Dictionary) Lookup(word string) string {
	if d.words == nil {
		d.mu.Lock()
		if d.words == nil {
			d.words = make(map[string]string)
			d.words["clew"] = "a ball of thread"
		}
		d.mu.Unlock()
	}
	return d.words[word]
}
