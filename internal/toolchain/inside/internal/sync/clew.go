//go:build clewinside

package sync

import (
	"internal/runtime/maps"
	_ "unsafe" // for go:linkname
)

// clewSeed is the seed for the hashes of a new map, clewOrder a random number for the order in which one is walked. Implemented in
// package runtime.

//go:linkname clewSeed runtime.clewSeed
func clewSeed() uint64

//go:linkname clewOrder runtime.clewOrder
func clewOrder(typeHash uint32) uint64

// ClewStamp tells when the entry was made.
func (e *entry[K, V]) ClewStamp() uint64 { return e.clewStamp }

// clewIter walks the map for a thread, in an order that does not depend on addresses: that in which the entries were made, shuffled
// by lot. It reports false when the caller is no thread.
func (ht *HashTrieMap[K, V]) clewIter(yield func(K, V) bool) bool {
	if !maps.ClewThread() {
		return false
	}
	entries := ht.clewEntries(ht.root.Load(), nil)
	maps.ClewArrange(entries, clewOrder(0))
	for _, e := range entries {
		if !yield(e.key, e.value) {
			break
		}
	}
	return true
}

// clewEntries adds the entries below a node to list.
func (ht *HashTrieMap[K, V]) clewEntries(i *indirect[K, V], list []*entry[K, V]) []*entry[K, V] {
	for j := range i.children {
		n := i.children[j].Load()
		switch {
		case n == nil:
		case !n.isEntry:
			list = ht.clewEntries(n.indirect(), list)
		default:
			for e := n.entry(); e != nil; e = e.overflow.Load() {
				list = append(list, e)
			}
		}
	}
	return list
}
