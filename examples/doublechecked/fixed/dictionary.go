// Package dictionary makes its table of words when the first one is looked up, once for all threads.
package dictionary

import "sync"

// Dictionary explains words.
type Dictionary struct {
	once  sync.Once
	words map[string]string // set by once
}

// Lookup returns what a word means.
func (d *Dictionary) Lookup(word string) string {
	d.once.Do(func() {
		d.words = make(map[string]string)
		d.words["clew"] = "a ball of thread"
	})
	return d.words[word]
}
