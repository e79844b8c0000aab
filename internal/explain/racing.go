package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Bugs that a data race shows by itself, by what is raced on and where.

// racingClass names a data race.
func racingClass(c *Case) *Class {
	r, v := c.Race, c.Variable
	if r == nil {
		return nil
	}
	first, second := UserFrame(r.First.Stack), UserFrame(r.Second.Stack)
	a, b := r.First.Thread.Label(), r.Second.Thread.Label()
	switch {
	case v.Name == EndOfTest:
		return &Class{Name: "thread outlives its test", Says: fmt.Sprintf("nothing makes the test wait for what %s does", other(r).Label()),
			Cure: "wait for the thread before the test returns"}
	case inWaitGroup(&r.First) && inWaitGroup(&r.Second):
		return &Class{Name: "WaitGroup misuse", Says: "Add may come after Wait: nothing orders them",
			Cure: "Add before the go statement, or start the thread with Go"}
	case first == nil || second == nil:
		return nil
	case strings.HasPrefix(v.Name, "channel "):
		return &Class{Name: "closed while sending", Says: fmt.Sprintf("nothing orders the send and the close of %s and %s", a, b),
			Cure: "only who sends closes, and does so when all have sent; else let senders select on a second channel that tells them to stop"}
	}
	if class := racingLook(c); class != nil {
		return class
	}
	switch {
	case strings.HasPrefix(v.Name, "map "):
		return &Class{Name: "unsynchronised map", Says: fmt.Sprintf("%s and %s use one map, and one of them changes it", a, b),
			Cure: "a lock around the map, for readers too"}
	case first.Func == second.Func && first.Line == second.Line && r.First.Op != r.Second.Op && simple(v):
		return &Class{Name: "lost update", Says: fmt.Sprintf("%s reads %s and writes it back, and two threads do so at once", Place(first, c.Where), v.Name),
			Cure: "one atomic operation (Add), or one lock around the read and the write"}
	case r.First.Op == "write" && r.Second.Op == "write" && first.Line != second.Line && captured(first, second) && !strings.ContainsAny(v.Name, ". *["):
		return &Class{Name: "captured variable", Says: fmt.Sprintf("%s and %s assign to %s of the function around them, and the last one wins", a, b, v.Name),
			Cure: "a variable for each thread (:= in place of =), and one who puts the results together"}
	}
	return nil
}

// other returns the thread of a race that is not the test's.
func other(r *trace.Race) *trace.Thread {
	if r.First.Thread.Name == "main" {
		return r.Second.Thread
	}
	return r.First.Thread
}

// simple reports whether a variable has a name, and one value.
func simple(v Variable) bool {
	return v.Name != unnamed && (v.Kind == "int" || v.Kind == "uint" || v.Kind == "float")
}

// inWaitGroup reports whether an access is one that a wait group makes for the race detector.
func inWaitGroup(a *trace.Access) bool {
	for _, f := range a.Stack {
		if strings.HasPrefix(f.Func, "sync.(*WaitGroup).") {
			return true
		}
		if !Hidden(f.Package()) {
			break
		}
	}
	return false
}

// captured reports whether two functions are closures of one function, or one of them is that function.
func captured(a, b *trace.Frame) bool {
	outer := func(f *trace.Frame) string {
		name, _, _ := strings.Cut(f.Func, ".func")
		return name
	}
	return outer(a) == outer(b) && (a.Func != outer(a) || b.Func != outer(b))
}

// racingLook knows double-checked locking: some race of the run is between a write under a lock and a look without any, in the same
// function above that lock. The case's race is one between the same function under the lock and without.
func racingLook(c *Case) *Class {
	under, lock := guarded(c.Race)
	if under == nil {
		return nil
	}
	for _, r := range c.Trace.Races {
		w, l := guarded(r)
		if w == nil || l != lock || w.Func != under.Func {
			continue
		}
		look := UserFrame(r.First.Stack)
		if r.First.Op == "write" {
			look = UserFrame(r.Second.Stack)
		}
		taken := c.last(len(c.Trace.Steps), func(s *trace.Step) bool {
			return s.Object == lock && s.Op == "lock" && s.Frame != nil && s.Frame.Func == w.Func
		})
		if taken >= 0 && look.Line < c.Trace.Steps[taken].Frame.Line && c.Trace.Steps[taken].Frame.Line < w.Line {
			return &Class{Name: "double-checked locking",
				Says: fmt.Sprintf("%s looks at %s without %s (%s), and makes it under %s (%s)", w.Short(), strings.TrimPrefix(c.Variable.Name, "map "),
					lock.Name, Place(look, c.Where), lock.Name, Place(w, c.Where)),
				Cure: "sync.Once or sync.OnceValue, or always the lock"}
		}
	}
	return nil
}

// guarded returns where a race's write is, and the lock that it is under, if the other access is a read in the same function without any
// lock; nil else.
func guarded(r *trace.Race) (*trace.Frame, *trace.Object) {
	w, o := &r.First, &r.Second
	if w.Op != "write" {
		w, o = o, w
	}
	f, g := UserFrame(w.Stack), UserFrame(o.Stack)
	if w.Op != "write" || o.Op != "read" || len(w.Locks) == 0 || len(o.Locks) > 0 || f == nil || g == nil || f.Func != g.Func {
		return nil, nil
	}
	return f, w.Locks[0].Object
}
