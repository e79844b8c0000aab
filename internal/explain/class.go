package explain

import (
	"slices"

	"github.com/goclew/clew/internal/trace"
)

// A Class is the kind of bug that a finding is, by the name that engineers know it by.
type Class struct {
	Name string // "lost update"
	Says string // what it is here, with threads, objects and places, without its full stop
	Cure string // what usually mends it
	key  []mark // the steps that show it, in order
}

// A mark is a step that shows a bug, by its number in the trace.
type mark struct {
	step    int
	comment string // "the increment of main/2 is lost"; empty for none
}

// A recogniser looks for the evidence of one class. It returns nil where that leaves a doubt.
type recogniser func(*Case) *Class

// recognisers are asked in this order, and the first one that is sure is right. One that knows more about a bug comes before one that
// knows less.
var recognisers = []struct {
	kinds []string // of findings that it knows
	sure  recogniser
}{
	{[]string{"race"}, racingClass},
	{[]string{"panic", "fatal"}, misuse},
	{[]string{"deadlock", "leak"}, recursiveReadLock},
	{[]string{"deadlock", "leak"}, lockTakenTwice},
	{[]string{"deadlock", "leak"}, lockOrder},
	{[]string{"deadlock", "leak"}, forgottenUnlock},
	{[]string{"deadlock", "leak"}, missedSignal},
	{[]string{"deadlock", "leak"}, lockAcrossWait},
	{[]string{"deadlock", "leak"}, nilChannel},
	{[]string{"deadlock", "leak"}, contextNotCancelled},
	{[]string{"deadlock", "leak"}, doneMissing},
	{[]string{"deadlock", "leak"}, nobodyReceives},
	{[]string{"deadlock", "leak"}, nobodySends},
	{[]string{"failure", "panic"}, doubleChecked},
	{[]string{"failure", "panic"}, wrongLock},
	{[]string{"failure", "panic"}, lostUpdate},
	{[]string{"failure", "panic"}, tornWrite},
	{[]string{"failure", "panic"}, tornRead},
	{[]string{"failure", "panic"}, overwritten},
	{[]string{"failure", "panic"}, checkThenAct},
	{[]string{"failure", "panic"}, lateAdd},
	{[]string{"failure", "panic"}, splitSection},
	{[]string{"panic"}, useAfterClose},
}

// Classify names the bug, nil if that is not certain.
func Classify(c *Case) *Class {
	for _, r := range recognisers {
		for _, kind := range r.kinds {
			if kind != c.Kind {
				continue
			}
			if class := r.sure(c); class != nil {
				return class
			}
		}
	}
	return nil
}

// A Case is a finding and the run that shows it.
type Case struct {
	Trace   *trace.Trace
	Kind    string // of the finding
	Message string // its sentence: "panic: send on closed channel"
	Where   Where
	// Called returns what memory and atomic variables are called; ok is false if that is not known.
	Called func(o *trace.Object) (v Variable, ok bool)

	Race     *trace.Race // of a race; nil for all else
	Variable Variable    // that it is about
}

// name says what an object is called.
func (c *Case) name(o *trace.Object) string {
	if v, ok := c.called(o); ok {
		return v.Name
	}
	return o.Label()
}

func (c *Case) called(o *trace.Object) (Variable, bool) {
	if c.Called == nil || o == nil || o.Kind != "memory" && o.Kind != "atomic" {
		return Variable{}, false
	}
	return c.Called(o)
}

// who returns the name of a step's thread.
func (c *Case) who(step int) string { return c.Trace.Steps[step].Thread.Label() }

// last returns the number of the last step below end that is so; -1 for none.
func (c *Case) last(end int, so func(s *trace.Step) bool) int {
	for i := end - 1; i >= 0; i-- {
		if so(&c.Trace.Steps[i]) {
			return i
		}
	}
	return -1
}

// next returns the number of the first step from start on that is so; -1 for none.
func (c *Case) next(start int, so func(s *trace.Step) bool) int {
	for i := start; i < len(c.Trace.Steps); i++ {
		if so(&c.Trace.Steps[i]) {
			return i
		}
	}
	return -1
}

// marks makes marks of steps, but for those that are not known (-1).
func marks(steps ...int) []mark {
	var list []mark
	for _, s := range steps {
		if s >= 0 {
			list = append(list, mark{step: s})
		}
	}
	return list
}

// A gap is where a thread was held up, though it could have gone on: between its steps from and to. It took no more if to is the
// number of all steps. A shrunk schedule has no gap that the bug does without.
type gap struct {
	thread   *trace.Thread
	from, to int
}

// mostGaps is how many gaps a run may have for one of them to tell anything: there are always some in a schedule that could not be shrunk.
const mostGaps = 3

// gaps returns those of the run; none if there are too many, or if the run needs threads to be held back for some time: that is another bug.
func (c *Case) gaps() []gap {
	if c.Trace.Preemptions() > mostGaps || len(c.Trace.Delays) > 0 {
		return nil
	}
	var gaps []gap
	for i := range c.Trace.Steps {
		s := &c.Trace.Steps[i]
		if !s.Preempted {
			continue
		}
		to := c.next(i+1, func(next *trace.Step) bool { return next.Thread == s.Thread })
		if to < 0 {
			to = len(c.Trace.Steps)
		}
		gaps = append(gaps, gap{s.Thread, i, to})
	}
	return gaps
}

// data reports whether a step is about a value: of memory, or of an atomic variable that is not a library's own.
func data(s *trace.Step) bool {
	return s.Object != nil && s.Frame != nil && (s.Object.Kind == "memory" || s.Object.Kind == "atomic") && s.Frame.Package() != "context"
}

// reads and writes tell plain accesses to a value from those that do both at once.
func reads(s *trace.Step) bool  { return data(s) && (s.Op == "read" || s.Op == "load") }
func writes(s *trace.Step) bool { return data(s) && (s.Op == "write" || s.Op == "store") }

// changes reports whether a step may leave another value.
func changes(s *trace.Step) bool { return data(s) && !reads(s) }

// sameFunction reports whether two steps are in one function.
func (c *Case) sameFunction(a, b int) bool {
	f, g := c.Trace.Steps[a].Frame, c.Trace.Steps[b].Frame
	return f != nil && g != nil && f.Func == g.Func
}

// samePlace reports whether two steps are on one line.
func (c *Case) samePlace(a, b int) bool {
	f, g := c.Trace.Steps[a].Frame, c.Trace.Steps[b].Frame
	return f != nil && g != nil && f.File == g.File && f.Line == g.Line
}

// takes and gives are the operations on locks.
func takes(s *trace.Step) bool { return s.Object != nil && (s.Op == "lock" || s.Op == "rlock") }
func gives(s *trace.Step) bool { return s.Object != nil && (s.Op == "unlock" || s.Op == "runlock") }

// heldAt returns the steps that took the locks which a thread holds behind a step.
func (c *Case) heldAt(t *trace.Thread, step int) []int {
	var held []int
	for i := 0; i <= step; i++ {
		s := &c.Trace.Steps[i]
		switch {
		case s.Thread == t && takes(s):
			held = append(held, i)
		case gives(s):
			for k, h := range held {
				if c.Trace.Steps[h].Object == s.Object && (s.Thread == t || s.Op == "unlock") {
					held = append(held[:k:k], held[k+1:]...)
					break
				}
			}
		}
	}
	return held
}

// common returns the locks that the threads of some steps held at each of these.
func (c *Case) common(steps ...int) []*trace.Object {
	var locks []*trace.Object
	for i, step := range steps {
		var held []*trace.Object
		for _, h := range c.heldAt(c.Trace.Steps[step].Thread, step) {
			held = append(held, c.Trace.Steps[h].Object)
		}
		if i == 0 {
			locks = held
		}
		locks = slices.DeleteFunc(locks, func(o *trace.Object) bool { return !slices.Contains(held, o) })
	}
	return locks
}

// holds reports whether a thread holds a lock behind a step.
func (c *Case) holds(t *trace.Thread, lock *trace.Object, step int) bool {
	for _, h := range c.heldAt(t, step) {
		if c.Trace.Steps[h].Object == lock {
			return true
		}
	}
	return false
}
