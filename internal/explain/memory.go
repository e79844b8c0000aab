package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/goclew/clew/internal/trace"
)

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
