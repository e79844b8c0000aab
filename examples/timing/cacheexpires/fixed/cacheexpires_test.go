// Package cacheexpires keeps entries for 6 ms of a clock that the test turns.
package cacheexpires

import (
	"testing"
	"time"
)

type entry struct {
	value   string
	expires time.Time
}

type cache struct {
	entries map[string]entry
	now     func() time.Time
}

func (c *cache) put(key, value string) {
	c.entries[key] = entry{value, c.now().Add(6 * time.Millisecond)}
}

func (c *cache) get(key string) (string, bool) {
	e, ok := c.entries[key]
	return e.value, ok && c.now().Before(e.expires)
}

func TestCacheKeepsEntries(t *testing.T) {
	now := time.Now()
	c := &cache{map[string]entry{}, func() time.Time { return now }}
	c.put("a", "1")
	if v, ok := c.get("a"); !ok || v != "1" {
		t.Errorf("a is %q, %t", v, ok)
	}
	now = now.Add(6 * time.Millisecond)
	if _, ok := c.get("a"); ok {
		t.Error("a is still there after 6 ms")
	}
}
