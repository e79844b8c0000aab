package trace

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// memory notes where a memory object lies.
func (r *reader) memory(f *fields) {
	o := need(f, r.objects, "object")
	m := &Memory{Addr: f.hex(), Region: f.word(), Base: f.hex(), Size: f.number(), Holds: f.word()}
	if !slices.Contains([]string{"global", "heap", "other"}, m.Region) {
		f.fail("%q is no region of memory", m.Region)
	}
	if !slices.Contains([]string{"pointer", "scalar", "-"}, m.Holds) {
		f.fail("%q is nothing that memory holds", m.Holds)
	}
	if f.err == nil {
		o.Memory = m
	}
}

// value notes what the last step of a thread left in memory.
func (r *reader) value(f *fields) {
	t, digits := need(f, r.threads, "thread"), f.word()
	v, err := strconv.ParseUint(digits, 16, 64)
	if err != nil || len(digits)%2 != 0 || len(digits) > 16 {
		f.fail("%q is not up to 8 bytes in hex", digits)
	}
	if s := r.trace.lastOf(t); s != nil && f.err == nil {
		s.Value = Value{bits.ReverseBytes64(v << (64 - 4*len(digits))), int8(len(digits) / 2)}
	}
}

func (r *reader) race(f *fields) {
	race := &Race{Object: get(f, r.objects, "object"), First: r.access(f), Second: r.access(f)}
	first, second, both := strings.Cut(f.word(), "|")
	if !both || first == "" || second == "" {
		f.fail("want the two places of a race, split by |")
	}
	race.First.Place, race.Second.Place = first, second
	if f.err == nil {
		r.trace.Races = append(r.trace.Races, race)
	}
}

func (r *reader) access(f *fields) Access {
	return Access{Thread: need(f, r.threads, "thread"), Op: f.word(), Step: f.number(), Stack: r.stack(f), Locks: r.locks(f)}
}

// locks reads a list as 3,5r.
func (r *reader) locks(f *fields) []Lock {
	text := f.word()
	if text == "-" {
		return nil
	}
	var locks []Lock
	for _, id := range strings.Split(text, ",") {
		id, read := strings.CutSuffix(id, "r")
		one := &fields{rest: id, left: 1, err: f.err}
		locks = append(locks, Lock{Object: need(one, r.objects, "object"), Read: read})
		f.err = one.err
	}
	return locks
}

// hex reads an address.
func (f *fields) hex() uint64 {
	word := f.word()
	n, err := strconv.ParseUint(strings.TrimPrefix(word, "0x"), 16, 64)
	if err != nil {
		f.fail("%q is not an address in hex", word)
	}
	return n
}
