package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/goclew/clew/internal/trace"
)

// mostAccesses is how many accesses to a raced variable are told.
const mostAccesses = 12

// A MemoryStep is one access to a raced variable, in the run that shows what the race leads to.
type MemoryStep struct {
	Thread   string `json:"thread"`
	Function string `json:"function"`
	Op       string `json:"op"` // read or write
	Variable string `json:"variable"`
	Value    string `json:"value,omitempty"` // in the variable after the access; empty if unknown
	Place    string `json:"place"`
	Comment  string `json:"comment,omitempty"`  // "the increment of main/2 is lost"
	LeftOut  int    `json:"left_out,omitempty"` // accesses before this one that are not told
}

// Accesses tells what threads did to the raced variables, in order: around the first update that was lost, else the last
// accesses before the run's end. The variables come by the memory objects of the trace.
func Accesses(tr *trace.Trace, variables map[*trace.Object]Variable, where Where) []MemoryStep {
	var steps []*trace.Step
	for i := range tr.Steps {
		if _, raced := variables[tr.Steps[i].Object]; raced {
			steps = append(steps, &tr.Steps[i])
		}
	}
	lost := lostUpdates(steps, variables)
	pointers := map[uint64]int{}
	var told []MemoryStep
	last := -1
	for _, i := range worthTelling(len(steps), lost) {
		s := steps[i]
		v := variables[s.Object]
		one := MemoryStep{Thread: s.Thread.Name, Op: s.Op, Variable: v.Name, Value: v.text(s.Value, pointers), Place: Place(s.Frame, where),
			LeftOut: i - last - 1}
		if s.Frame != nil {
			one.Function = s.Frame.Short()
		}
		for _, l := range lost {
			if l.write == i {
				one.Comment = l.comment
			}
		}
		told, last = append(told, one), i
	}
	return told
}

// RacedObjects returns the memory objects of a trace that the race of the given key is about: those of its own records, else
// those that more than one thread met at the race's places.
func RacedObjects(tr *trace.Trace, key string) []*trace.Object {
	var objects []*trace.Object
	for _, r := range tr.Races {
		if r.Key() == key && r.Object != nil && !slices.Contains(objects, r.Object) {
			objects = append(objects, r.Object)
		}
	}
	if len(objects) > 0 {
		return objects
	}
	at := placed{key: key, frames: map[*trace.Frame]bool{}}
	first := map[*trace.Object]*trace.Thread{}
	for i := range tr.Steps {
		switch s := &tr.Steps[i]; {
		case s.Object == nil || s.Object.Kind != "memory" || !at.holds(s.Frame):
		case first[s.Object] == nil:
			first[s.Object] = s.Thread
		case first[s.Object] != s.Thread && !slices.Contains(objects, s.Object):
			objects = append(objects, s.Object)
		}
	}
	return objects
}

// placed tells frames at the places of a race from others, and remembers: a trace has few frames and many steps.
type placed struct {
	key    string
	frames map[*trace.Frame]bool
}

func (p *placed) holds(f *trace.Frame) bool {
	if f == nil {
		return false
	}
	at, known := p.frames[f]
	if !known {
		a, b := trace.RacePlaces(p.key)
		at = f.Place() == a || f.Place() == b
		p.frames[f] = at
	}
	return at
}

// A lostUpdate is a write by a thread that had not seen what others wrote since its last read. Both are
// indexes into the accesses.
type lostUpdate struct {
	read, write int
	comment     string
}

// lostUpdates finds the first few updates that are lost.
func lostUpdates(steps []*trace.Step, variables map[*trace.Object]Variable) []lostUpdate {
	type reader struct {
		thread *trace.Thread
		object *trace.Object
	}
	var lost []lostUpdate
	reads := map[reader]int{} // last access of each thread to each variable, if it is a read
	for i, s := range steps {
		if len(lost) == mostAccesses {
			break
		}
		me := reader{s.Thread, s.Object}
		if s.Op == "read" {
			reads[me] = i
			continue
		}
		if from, ok := reads[me]; ok {
			delete(reads, me)
			if comment := overwritten(steps[from:i+1], variables[s.Object]); comment != "" {
				lost = append(lost, lostUpdate{from, i, comment})
			}
		}
	}
	return lost
}

// overwritten says what is lost by the last of the steps, a write by the thread whose read is the first. It is empty
// if nothing is: nobody wrote in between, or the last to do so was seen by a third.
func overwritten(steps []*trace.Step, v Variable) string {
	var writer *trace.Thread
	writes, increments, before := 0, 0, steps[0].Value
	for _, s := range steps[1 : len(steps)-1] {
		if s.Object != steps[0].Object {
			continue
		}
		switch {
		case s.Op == "write" && writer != nil && s.Thread != writer:
			return "" // several writers: no simple word for it
		case s.Op == "write":
			writer = s.Thread
			writes++
			if v.counts() && s.Value.Bytes > 0 && v.bits(s.Value) == v.bits(trace.Value{Bits: before.Bits + 1, Bytes: s.Value.Bytes}) {
				increments++
			}
			before = s.Value
		case writer != nil && s.Thread != writer && s.Thread != steps[0].Thread:
			return ""
		}
	}
	switch {
	case writes == 0:
		return ""
	case increments < writes:
		return fmt.Sprintf("the write of %s is lost", writer.Label())
	case writes == 1:
		return fmt.Sprintf("the increment of %s is lost", writer.Label())
	}
	return fmt.Sprintf("%d increments of %s are lost", writes, writer.Label())
}

// worthTelling chooses the accesses to tell, as rising indexes: from the read to the write of the first lost update and on, else the
// last ones.
func worthTelling(n int, lost []lostUpdate) []int {
	from := max(0, n-mostAccesses)
	if len(lost) == 0 || from == 0 {
		return indexes(from, n)
	}
	first := lost[0]
	from = first.read
	if first.write-from < mostAccesses {
		return indexes(from, min(n, from+mostAccesses))
	}
	const half = mostAccesses / 2
	return append(indexes(from, from+half), indexes(first.write-half+1, first.write+1)...)
}

func indexes(from, to int) []int {
	var list []int
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

// counts reports whether the variable is a whole number.
func (v *Variable) counts() bool { return v.Kind == "int" || v.Kind == "uint" }

// bits is the part of the memory that belongs to the variable.
func (v *Variable) bits(value trace.Value) uint64 {
	if v.Size >= 8 || v.Size <= 0 {
		return value.Bits
	}
	return value.Bits & (1<<(8*v.Size) - 1)
}

// text writes a value as Go would; as hex if the variable's type is not known, and nothing if the value is not, or takes more than
// a word. Addresses are different in every process, so pointers are numbered.
func (v *Variable) text(value trace.Value, pointers map[uint64]int) string {
	if value.Bytes == 0 || v.Kind == "" && v.Type != "" || v.Kind == "map" || v.Kind == "channel" || int(value.Bytes) < v.Size {
		return ""
	}
	bits := v.bits(value)
	switch {
	case v.Kind == "bool" && bits <= 1:
		return fmt.Sprint(bits == 1)
	case v.Kind == "int":
		shift := 64 - 8*v.Size
		return fmt.Sprint(int64(bits<<shift) >> shift)
	case v.Kind == "uint":
		return fmt.Sprint(bits)
	case v.Kind == "float" && v.Size == 4:
		return fmt.Sprint(math.Float32frombits(uint32(bits)))
	case v.Kind == "float":
		return fmt.Sprint(math.Float64frombits(bits))
	case v.Kind == "pointer" && bits == 0:
		return "nil"
	case v.Kind == "pointer":
		if pointers[bits] == 0 {
			pointers[bits] = len(pointers) + 1
		}
		return fmt.Sprintf("pointer#%d", pointers[bits])
	}
	return fmt.Sprintf("%#x", bits)
}
