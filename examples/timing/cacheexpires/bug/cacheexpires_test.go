// Package cacheexpires keeps entries for 6 ms. Whoever is held up for so long between putting and getting does not find what it put.
package cacheexpires

import (
	"testing"
	"time"
)

type entry struct {
	value   string
	expires time.Time
}

type cache map[string]entry

func (c cache) put(key, value string) {
	c[key] = entry{value, time.Now().Add(6 * time.Millisecond)}
}

func (c cache) get(key string) (string, bool) {
	e, ok := c[key]
	return e.value, ok && time.Now().Before(e.expires)
}

func TestCacheKeepsEntries(t *testing.T) {
	c := cache{}
	c.put("a", "1")
	if v, ok := c.get("a"); !ok || v != "1" {
		t.Errorf("a is %q, %t", v, ok)
	}
}
