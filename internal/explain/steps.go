package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// mostLines is how many steps of a run are told.
const mostLines = 10

// A Line is a step that matters: it shows the bug.
type Line struct {
	Step     int    `json:"step"` // its number in the run, from 1
	Thread   string `json:"thread"`
	Function string `json:"function,omitempty"`
	Op       string `json:"op"`
	Object   string `json:"object,omitempty"` // what it is called in the source, if that is known: "Counter.value"
	Value    string `json:"value,omitempty"`  // in the object after the step; empty if unknown
	Place    string `json:"place,omitempty"`
	Comment  string `json:"comment,omitempty"`  // "the increment of main/2 is lost"
	LeftOut  int    `json:"left_out,omitempty"` // steps before this one, since the last line, that are not told
}

// Lines tells the steps that matter, in order: those that show the class; if there is none (class is nil), what threads did to the raced
// variables, or else where one was held up for others.
func Lines(c *Case, class *Class, raced []*trace.Object) []Line {
	key := c.key(class, raced)
	pointers := map[uint64]int{}
	var told []Line
	last := -1
	for _, m := range key[max(0, len(key)-mostLines):] {
		one := c.line(m, pointers)
		if n := len(told) - 1; n >= 0 {
			if m.step == last+1 && m.comment == "" && told[n].like(one) {
				told[n].Value, last = one.Value, m.step
				continue
			}
			one.LeftOut = m.step - last - 1
		}
		told, last = append(told, one), m.step
	}
	return told
}

// key returns the steps to tell.
func (c *Case) key(class *Class, raced []*trace.Object) []mark {
	switch {
	case class != nil:
		return class.key
	case len(raced) > 0:
		var key []mark
		for i := range c.Trace.Steps {
			if slices.Contains(raced, c.Trace.Steps[i].Object) {
				key = append(key, mark{step: i})
			}
		}
		return key
	case c.Kind != "failure" && c.Kind != "panic":
		return nil
	}
	return c.aroundGaps()
}

// aroundGaps marks where threads were held up, what was done first meanwhile, where they went on, and the last steps before a panic.
func (c *Case) aroundGaps() []mark {
	at := map[int]string{}
	gaps, n := c.gaps(), len(c.Trace.Steps)
	for _, g := range gaps {
		at[g.from] = "held up here"
		for _, i := range []int{g.from + 1, g.to} {
			if i < n && at[i] == "" {
				at[i] = ""
			}
		}
	}
	if c.Kind == "panic" && len(gaps) > 0 {
		for i := max(0, n-2); i < n; i++ {
			if at[i] == "" && c.Trace.Steps[i].Thread == c.Trace.Steps[n-1].Thread {
				at[i] = ""
			}
		}
	}
	var key []mark
	for i := range c.Trace.Steps {
		if comment, ok := at[i]; ok && c.Trace.Steps[i].Op != "start" {
			key = append(key, mark{i, comment})
		}
	}
	return key
}

// like reports whether two lines say the same, but for a value.
func (l Line) like(other Line) bool {
	l.Step, l.Value, l.LeftOut = other.Step, other.Value, other.LeftOut
	return l == other
}

func (c *Case) line(m mark, pointers map[uint64]int) Line {
	s := &c.Trace.Steps[m.step]
	l := Line{Step: m.step + 1, Thread: s.Thread.Name, Op: s.Op, Place: Place(s.Frame, c.Where), Comment: m.comment}
	if s.Frame != nil {
		l.Function = s.Frame.Short()
	}
	if s.Object != nil {
		l.Object, l.Value = c.name(s.Object), c.value(s, pointers)
	}
	return l
}

// value writes what is in a variable after a step. Of an atomic variable whose type is not known, small numbers alone are told: the
// rest may mean anything.
func (c *Case) value(s *trace.Step, pointers map[uint64]int) string {
	v, known := c.called(s.Object)
	switch {
	case s.Object.Kind == "memory" && !known:
		return ""
	case s.Object.Kind == "memory" && v.Type == "" && c.pointer(s):
		v.Kind, v.Size = "pointer", 8
		fallthrough
	case s.Object.Kind == "memory":
		return v.text(s.Value, pointers)
	}
	v.Size = int(s.Value.Bytes)
	const small = 1 << 31
	switch _, typ, _ := strings.Cut(v.Type, "atomic."); {
	case s.Value.Bytes == 0:
		return ""
	case known && typ == "Bool":
		return fmt.Sprint(s.Value.Bits != 0)
	case c.pointer(s) || strings.HasPrefix(typ, "Pointer"):
		v.Kind = "pointer"
	case strings.HasPrefix(typ, "Uint"):
		v.Kind = "uint"
	default:
		v.Kind = "int"
		if shift := 64 - 8*v.Size; int64(s.Value.Bits<<shift)>>shift >= small || int64(s.Value.Bits<<shift)>>shift < -small {
			return ""
		}
	}
	v.Type = ""
	return v.text(s.Value, pointers)
}
