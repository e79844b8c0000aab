package explain

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// A Story is what a run's end means.
type Story struct {
	Message string   // one sentence, without its full stop: "deadlock: main/1 and main/2 wait for each other"
	Threads []Thread // those the story is about: first the cycle, then others that are stuck
	Others  []string // threads that could go on, with their state: "main/3 worker (pool.go:41): timed"
	Cycle   string   // who waits for whom in a cycle; empty if nobody does
}

// A Thread is one thread's part in the story.
type Thread struct {
	Name     string   `json:"name"`
	Function string   `json:"function,omitempty"`  // "(*Pool).worker (pool.go:41)"
	State    string   `json:"state"`               // as in the trace
	WaitsFor string   `json:"waits_for,omitempty"` // "to lock mutex#1, held by main/2"
	Stack    []string `json:"stack"`               // where it is: "Transfer bank.go:31", innermost first
	Holds    []Hold   `json:"holds,omitempty"`
}

// A Hold is a lock that a thread holds and others wait for.
type Hold struct {
	Object string   `json:"object"`
	Stack  []string `json:"stack"` // where it was taken, innermost first
}

// Leak says in one line what the first thread that leaks waits for, and where.
func (s *Story) Leak() string {
	if len(s.Threads) == 0 {
		return s.Message
	}
	t := s.Threads[0]
	text := fmt.Sprintf("%s: %s %s waits %s", s.Message, trace.Label(t.Name), t.Function, t.WaitsFor)
	if len(t.Stack) > 0 {
		text += " at " + t.Stack[0]
	}
	return text
}

// Where shortens the path of a source file for people to read.
type Where func(file string) string

// Tell explains the end of a run: kind is the finding's ("deadlock", "leak", "livelock").
func Tell(tr *trace.Trace, kind string, where Where) *Story {
	cycle := Cycle(tr)
	stuck, others := sides(tr, kind, cycle)
	s := &Story{Message: message(tr, kind, cycle, stuck, others)}
	for _, t := range stuck {
		s.Threads = append(s.Threads, tell(tr, t, where))
	}
	for _, t := range others {
		s.Others = append(s.Others, Name(t, where)+": "+t.State)
	}
	for _, h := range tr.Held {
		if h.Thread.Ended && awaited(tr, h.Object) {
			s.Threads = append(s.Threads, ended(h, where))
		}
	}
	if cycle != nil && kind != "livelock" {
		s.Cycle = cycleText(tr, cycle)
	}
	return s
}

// sides parts the living threads into those the story is about and the others. Threads of the cycle come
// first.
func sides(tr *trace.Trace, kind string, cycle []*trace.Thread) (stuck, others []*trace.Thread) {
	stuck = append(stuck, cycle...)
	for _, t := range tr.Alive() {
		switch {
		case slices.Contains(cycle, t):
		case t.State == "blocked" || kind == "livelock":
			stuck = append(stuck, t)
		default:
			others = append(others, t)
		}
	}
	return stuck, others
}

func message(tr *trace.Trace, kind string, cycle, stuck, others []*trace.Thread) string {
	switch {
	case kind == "leak":
		return fmt.Sprintf("leak: the test has ended, but %s for ever", stuckText(stuck))
	case kind == "livelock":
		return "livelock: the run does not come to its end"
	case len(cycle) == 1:
		return fmt.Sprintf("deadlock: %s waits for itself%s", cycle[0].Label(), partly(others))
	case len(cycle) > 1:
		return fmt.Sprintf("deadlock: %s wait for each other%s", list(names(cycle)), partly(others))
	}
	return fmt.Sprintf("deadlock: the test cannot end, %s for ever%s", stuckText(stuck), partly(others))
}

func stuckText(stuck []*trace.Thread) string {
	verb := "wait"
	if len(stuck) == 1 {
		verb = "waits"
	}
	return list(names(stuck)) + " " + verb
}

func partly(others []*trace.Thread) string {
	switch len(others) {
	case 0:
		return ""
	case 1:
		return ", while another thread lives on"
	}
	return fmt.Sprintf(", while %d other threads live on", len(others))
}

func names(threads []*trace.Thread) []string {
	var names []string
	for _, t := range threads {
		names = append(names, t.Label())
	}
	return names
}

func tell(tr *trace.Trace, t *trace.Thread, where Where) Thread {
	told := Thread{Name: t.Name, Function: Function(t, where), State: t.State, Stack: stack(t.Stack, where)}
	if t.State == "blocked" || t.State == "timed" {
		told.WaitsFor = wish(t)
		if _, how := waitsFor(tr, t); how != "" {
			told.WaitsFor += ", " + how
		}
	}
	for _, h := range tr.Held {
		if h.Thread == t && awaited(tr, h.Object) {
			told.Holds = append(told.Holds, hold(h, where))
		}
	}
	return told
}

// ended tells of a thread that is gone and took a lock with it.
func ended(h trace.Held, where Where) Thread {
	return Thread{Name: h.Thread.Name, Function: Function(h.Thread, where), State: "ended", Stack: []string{}, Holds: []Hold{hold(h, where)}}
}

func hold(h trace.Held, where Where) Hold {
	object := h.Object.Label()
	if h.Read {
		object += " for reading"
	}
	return Hold{Object: object, Stack: stack(h.Stack, where)}
}

// awaited reports whether a living thread waits for the object.
func awaited(tr *trace.Trace, o *trace.Object) bool {
	for _, t := range tr.Alive() {
		if t.WaitsOn == o {
			return true
		}
	}
	return false
}

// Name returns a thread's name with its function: "main/2 (*Pool).worker (pool.go:41)".
func Name(t *trace.Thread, where Where) string {
	return strings.TrimSpace(t.Label() + " " + Function(t, where))
}

// Function names the user's function that a thread runs: "(*Pool).worker (pool.go:41)". The test's own thread begins in the testing package:
// its function is the outermost one of the user's. What the program calls the thread is behind it: "(*Pool).worker (pool.go:41) 'writer'".
func Function(t *trace.Thread, where Where) string {
	name := function(t, where)
	if t.Called != "" {
		name = strings.TrimSpace(name + " '" + t.Called + "'")
	}
	return name
}

func function(t *trace.Thread, where Where) string {
	if t.Entry == nil || Hidden(t.Entry.Package()) {
		for i := len(t.Stack) - 1; i >= 0; i-- {
			if !Hidden(t.Stack[i].Package()) {
				return t.Stack[i].Short()
			}
		}
		return ""
	}
	return fmt.Sprintf("%s (%s)", t.Function(), Place(t.Entry, where))
}

// Place returns a frame's file and line, shortened; empty for none.
func Place(f *trace.Frame, where Where) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", where(f.File), f.Line)
}

// stack returns the frames that a user wrote, innermost first; if nobody did, those of the library.
func stack(frames []*trace.Frame, where Where) []string {
	own, all := []string{}, []string{}
	for _, f := range frames {
		line := f.Short() + " " + Place(f, where)
		if !Hook(f) && f.Func != "runtime.goexit" {
			all = append(all, line)
		}
		if !Hidden(f.Package()) {
			own = append(own, line)
		}
	}
	if len(own) == 0 {
		return all
	}
	return own
}

// Hidden reports whether frames of the package only tell how Go works inside.
func Hidden(pkg string) bool {
	if pkg == "github.com/goclew/clew" { // what tests call says nothing of them
		return true
	}
	switch first, _, _ := strings.Cut(pkg, "/"); first {
	case "": // written in assembly
		return true
	case "runtime", "testing", "sync", "internal":
		return true
	}
	return false
}

// Hook reports whether a call is one of those that the compiler adds to an access, or of clew's own.
func Hook(f *trace.Frame) bool {
	pkg := f.Package()
	return pkg == "internal/race" || strings.HasPrefix(f.Func, "runtime.race") || strings.HasPrefix(f.Func, "runtime.clew") ||
		Hidden(pkg) && strings.HasPrefix(filepath.Base(f.File), "clew")
}

// Label shortens a very long thread name for a reader.
func Label(thread string) string { return trace.Label(thread) }
