package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// A Variable is what the memory of a race is called in the source.
type Variable struct {
	Name     string `json:"name"`               // "count", "Counter.n", "element of items"; "memory" if that is not known
	Type     string `json:"type,omitempty"`     // "int"; empty if unknown
	Declared string `json:"declared,omitempty"` // "counter.go:9"; empty if unknown
	Lies     string `json:"lies,omitempty"`     // "at offset 16 of a 48-byte heap object"; empty if unknown

	Kind string `json:"-"` // how its value reads: bool, int, uint, float or pointer, or map or channel for none at all; empty for as hex
	Size int    `json:"-"` // of such a value, in bytes
}

// A Race is the story of two accesses that nothing orders.
type Race struct {
	Message  string // "data race on count (counter.go:9)"
	Variable Variable
	Accesses []Access // in the order in which they happened
	Common   []string // locks that both held, not just for reading
}

// An Access is one thread's part in a race.
type Access struct {
	Thread   string   `json:"thread"`
	Function string   `json:"function"` // the innermost of the user's: "increment"
	Op       string   `json:"op"`       // as in the trace: read, write, …
	Place    string   `json:"place"`    // "counter.go:12"
	Stack    []string `json:"stack"`    // "increment counter.go:12", innermost first; empty if unknown
	Started  string   `json:"started,omitempty"`
	Locks    []string `json:"locks"` // that the thread held: "mutex#1", "rwmutex#1 for reading"
}

// TellRace explains a race on the variable v.
func TellRace(r *trace.Race, v Variable, where Where) *Race {
	told := &Race{Message: RaceMessage(v), Variable: v,
		Accesses: []Access{access(&r.First, where), access(&r.Second, where)}}
	for _, o := range r.CommonLocks() {
		told.Common = append(told.Common, o.Label())
	}
	return told
}

// RaceMessage says a race in one sentence.
func RaceMessage(v Variable) string {
	text := "data race on " + v.Name
	switch {
	case v.Declared != "":
		text += " (" + v.Declared + ")"
	case v.Name == unnamed && v.Lies != "":
		text += " " + v.Lies
	}
	return text
}

const unnamed = "memory"

// EndOfTest is what a race is about if a thread uses its test when that has ended.
const EndOfTest = "the end of the test"

// Unnamed is the variable of memory of which only the place is known where it lies; o may be nil.
func Unnamed(o *trace.Object) Variable {
	v := Variable{Name: unnamed}
	if o == nil || o.Memory == nil {
		return v
	}
	switch m := o.Memory; {
	case m.Region == "global":
		v.Lies = "of a package variable"
	case m.Region == "heap" && m.Base != 0:
		v.Lies = fmt.Sprintf("at offset %d of a %d-byte heap object", m.Addr-m.Base, m.Size)
	}
	return v
}

func access(a *trace.Access, where Where) Access {
	told := Access{Thread: a.Thread.Name, Op: a.Op, Stack: stack(a.Stack, where), Locks: []string{}}
	told.Place = a.Place[strings.LastIndexByte(a.Place, '/')+1:]
	if f := UserFrame(a.Stack); f != nil {
		told.Function, told.Place = f.Short(), Place(f, where)
	}
	if told.Started = Place(a.Thread.Asked, where); told.Started == "" {
		told.Started = Place(a.Thread.Started, where)
	}
	for _, l := range a.Locks {
		name := l.Object.Label()
		if l.Read {
			name += " for reading"
		}
		told.Locks = append(told.Locks, name)
	}
	return told
}

// UserFrame returns the innermost frame that a user wrote; if nobody did, the library's innermost; nil if there is none.
func UserFrame(frames []*trace.Frame) (library *trace.Frame) {
	for _, f := range frames {
		switch {
		case !Hidden(f.Package()):
			return f
		case library == nil && !Hook(f):
			library = f
		}
	}
	return library
}
