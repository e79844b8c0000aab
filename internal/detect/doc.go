// Package detect finds data races: two accesses to the same byte of memory by different threads, one of
// them a write, that nothing orders.
//
// It is a happens-before detector in the manner of FastTrack (Flanagan and Freund, PLDI 2009), exact to the byte. As
// only one thread runs at a time, nothing in it is atomic. Its files are compiled into package runtime of
// the program under test, beside clew's own part there; here they are tested against an oracle that knows
// everything. Nothing in it allocates on the Go heap, and no pointer is stored, so that it may be called anywhere in
// the runtime.
//
// # Time
//
// A thread's life is cut into segments, at each operation that others may synchronize with (a release). Segments
// are numbered throughout the process, so that a segment's number alone tells the thread, and whether it is
// of an earlier run: what an earlier run left anywhere counts as nothing, and is never cleared.
//
// A thread's vector clock (clock.go) holds the last segment of each other thread that happened before what the thread does
// now. Clocks are trees that share what they have in common: handing a lock from one of 20,000 threads to the next
// copies a few nodes, not 20,000 numbers.
//
// # Memory
//
// The shadow (shadow.go) has a cell for each word of 8 bytes: the segment of the last write and of the last
// reads, each with the bytes concerned and the place in the code. What an access does to it is in access.go. Several
// readers at once are a set, which all words that were read alike share (readers.go). Words whose bytes have different
// histories, and words that are used atomically, have a record apart (aside.go, atomic.go).
//
// # Order
//
// Acquire and Release (sync.go) are told of each synchronizing operation, by the address of what it is carried
// out on.
package detect
