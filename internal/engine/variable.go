package engine

import (
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/source"
	"github.com/goclew/clew/internal/trace"
)

// variable finds out what the memory of a race is called in the source; failing that, it says where it lies.
func (e *engine) variable(r *trace.Race) explain.Variable {
	if usesTest(&r.First) || usesTest(&r.Second) {
		return explain.Variable{Name: explain.EndOfTest}
	}
	a, b := sourceAccess(&r.First, &r.Second), sourceAccess(&r.Second, &r.First)
	var lies source.Memory
	if r.Object != nil && r.Object.Memory != nil {
		m := r.Object.Memory
		lies.Region, lies.Holds = m.Region, m.Holds
		if m.Base != 0 {
			lies.Offset, lies.Size = int(m.Addr-m.Base), m.Size
		}
	}
	e.mu.Lock()
	found, ok := e.sources.Variable(a, b, lies)
	e.mu.Unlock()
	if !ok {
		return explain.Unnamed(r.Object)
	}
	v := explain.Variable{Name: found.Name, Type: found.Type, Kind: found.Kind, Size: found.Size}
	if found.File != "" {
		v.Declared = explain.Place(&trace.Frame{File: found.File, Line: found.Line}, e.where)
	}
	return v
}

// usesTest reports whether an access stands for a use of a testing.T, or for the end of its test: clew's own part of package
// testing, which tells of these, made it.
func usesTest(a *trace.Access) bool {
	for _, f := range a.Stack {
		if !explain.Hook(f) {
			return false // what is further out has only called it
		}
		if f.Package() == "testing" {
			return true
		}
	}
	return false
}

// sourceAccess says where in the source an access is: at the user's innermost call. One without a stack is looked for beside
// the other.
func sourceAccess(a, other *trace.Access) source.Access {
	s := source.Access{Write: strings.HasSuffix(a.Op, "write"), Atomic: strings.HasPrefix(a.Op, "atomic")}
	f := explain.UserFrame(a.Stack)
	if f == nil {
		s.File, s.Line = besides(a.Place, other)
		return s
	}
	s.File, s.Line, s.Function = f.File, f.Line, f.Func
	for _, inner := range a.Stack {
		if inner == f {
			break
		}
		if !explain.Hook(inner) {
			s.Inside = inner.Func
			break
		}
	}
	return s
}

// besides returns the file and line of a place, if it is in the package of an access whose stack is known.
func besides(place string, other *trace.Access) (file string, line int) {
	f := explain.UserFrame(other.Stack)
	if f == nil || path.Dir(place) != path.Dir(f.Place()) {
		return "", 0
	}
	name, digits, _ := strings.Cut(path.Base(place), ":")
	line, _ = strconv.Atoi(digits)
	return filepath.Join(filepath.Dir(f.File), name), line
}
