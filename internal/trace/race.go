package trace

import (
	"strconv"
	"strings"
)

// Memory is where an object of this kind lies.
type Memory struct {
	Addr   uint64 // of its first byte
	Region string // "global", "heap" or "other"
	Base   uint64 // of the allocation it belongs to; 0 outside the heap
	Size   int    // of that allocation
	Holds  string // what its word is there for: "pointer" or "scalar"; "-" if unknown
}

// A Value is what memory held: up to 8 bytes, the one with the lowest address in the lowest bits.
type Value struct {
	Bits  uint64
	Bytes int8 // how many bytes are known; 0 for none
}

// A Race is two accesses to the same memory, at least one of them a write, that nothing orders.
type Race struct {
	Object        *Object // nil if unknown
	First, Second Access  // in the order in which they happened in this run
}

// An Access is one side of a race.
type Access struct {
	Thread *Thread
	Op     string // "read", "write", "atomic-read" or another word
	Step   int    // number of steps carried out before it
	Stack  []*Frame
	Locks  []Lock // held by the thread at that moment
	Place  string // "example.com/bank/counter.go:12", the same on every machine
}

// A Lock is one that a thread holds.
type Lock struct {
	Object *Object
	Read   bool // held for reading, perhaps by others too
}

// Key names the race by its two places, the same in every schedule and on every machine.
func (r *Race) Key() string { return RaceKey(r.First.Place, r.Second.Place) }

// RaceKey is the key of a race between two places.
func RaceKey(a, b string) string { return min(a, b) + "|" + max(a, b) }

// RacePlaces returns the two places of a race's key.
func RacePlaces(key string) (a, b string) {
	a, b, _ = strings.Cut(key, "|")
	return a, b
}

// Place returns the frame's place as races are named by: the function's package (as it is in the function's full name), the
// file's name and the line.
func (f *Frame) Place() string {
	pkg := strings.TrimSuffix(f.Func, f.Short())
	file := f.File[strings.LastIndexByte(f.File, '/')+1:]
	return strings.TrimSuffix(pkg, ".") + "/" + file + ":" + strconv.Itoa(f.Line)
}

// CommonLocks returns the locks that both accesses held, of which one at least held it alone: such a lock orders them.
func (r *Race) CommonLocks() []*Object {
	var common []*Object
	for _, a := range r.First.Locks {
		for _, b := range r.Second.Locks {
			if a.Object == b.Object && !(a.Read && b.Read) {
				common = append(common, a.Object)
			}
		}
	}
	return common
}
