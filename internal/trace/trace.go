package trace

import (
	"fmt"
	"strings"
	"time"
)

// A Trace is what happened in a run.
type Trace struct {
	About   About
	Finding *Finding  // nil for none
	Threads []*Thread // in the order they came to be; the first is main
	Objects []*Object // in the order of first use
	Steps   []Step
	Changes []Change // of threads' states, in order
	End     string   // ok, deadlock, leak, livelock, long or failure; empty if the log was cut
	Held    []Held   // locks held at the end
	Races   []*Race
	Delays  []Delay
	Alarms  []*Alarm
	Looks   []Look // of a run that may have delays
}

// About says what ran.
type About struct {
	Test    string // "TestTransfer"; empty if unknown, as are the others
	Package string // its import path
	Go      string // "go1.26.8"
	Root    string // folder of its module: sources below it may be shown
}

// A Finding is what the run revealed, and its story.
type Finding struct {
	Kind    string // "deadlock"
	Message string // one sentence
	Story   []Sentence
}

// A Sentence of a story.
type Sentence struct {
	Step int // number of the step it is about, from 1; 0 for none
	Text string
}

// A Frame is a place in the source.
type Frame struct {
	Func string // full name, "example.com/bank.(*Account).Deposit"
	File string // absolute
	Line int
}

// A Thread is one goroutine under control.
type Thread struct {
	Name    string  // "main/1"
	Called  string  // what the program calls it, "writer"; empty if it does not say
	Parent  *Thread // who started it, nil for main and for goroutines from before the run
	Started *Frame  // the place of its go statement, nil if unknown
	Asked   *Frame  // the user's call that led to it, where a library has the statement; nil if unknown
	Entry   *Frame  // the start of its function, nil if unknown
	Ended   bool

	// What follows is its end state, and is zero if the thread has ended.
	State   string // runnable, running, blocked, outside or timed
	WaitOp  string // the operation it is about to do
	WaitsOn *Object
	Far     *Far     // the other end of what it waits on, nil unless that is a connection, listener or pipe
	Stack   []*Frame // innermost first
}

// Far is the other end of a connection or pipe. Of a listener it is the listener itself.
type Far struct {
	Name   string  // "127.0.0.1:20001", "-" for none
	Thread *Thread // who used it last, nil if nobody did
	Queued bool    // it was not accepted yet; Thread is who accepts there
}

// Label returns the thread's name for a reader: the middle of a very long one is left out.
func (t *Thread) Label() string { return Label(t.Name) }

// Label shortens a thread's name that has many parts: "main/1/1/1/1/1/1/1/2" becomes "main/1/…/1/2".
func Label(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) <= 8 {
		return name
	}
	return strings.Join(parts[:2], "/") + "/…/" + strings.Join(parts[len(parts)-2:], "/")
}

// An Object is something that threads meet at.
type Object struct {
	Name   string // "mutex#1"
	Called string // what the program calls it, "accounts"; empty if it does not say
	Kind   string // "mutex"
	First  *Frame // where it was first used, nil if unknown

	Memory *Memory // where it lies, nil for all but memory and atomic variables
}

// Label returns the object's name for a reader: "mutex#1 (accounts)".
func (o *Object) Label() string {
	if o.Called == "" {
		return o.Name
	}
	return o.Name + " (" + o.Called + ")"
}

// A Step is one operation carried out.
type Step struct {
	Time   time.Duration // virtual time since the start of the run
	Thread *Thread
	Op     string
	Object *Object // nil for none
	Frame  *Frame  // nil for none
	Pick   int     // the case that a select chose where it had a choice, else -1
	Value  Value   // of the memory or atomic variable after the step

	Preempted bool // the thread could have gone on after it, but another one did
}

// Held is a lock that a thread holds at the end of the run.
type Held struct {
	Object *Object
	Thread *Thread
	Read   bool     // held for reading, perhaps by others too
	Stack  []*Frame // where it was taken, innermost first
}

// Alive returns the threads that had not ended when the run did.
func (t *Trace) Alive() []*Thread {
	var alive []*Thread
	for _, th := range t.Threads {
		if !th.Ended && th.State != "" {
			alive = append(alive, th)
		}
	}
	return alive
}

// Switches counts the steps that another thread took than the step before.
func (t *Trace) Switches() int {
	n := 0
	for i := 1; i < len(t.Steps); i++ {
		if t.Steps[i].Thread != t.Steps[i-1].Thread {
			n++
		}
	}
	return n
}

// Preemptions counts the switches away from a thread that could have gone on.
func (t *Trace) Preemptions() int {
	n := 0
	for i := range t.Steps {
		if t.Steps[i].Preempted {
			n++
		}
	}
	return n
}

// lastOf returns the last step of a thread, nil if it took none.
func (t *Trace) lastOf(th *Thread) *Step {
	for i := len(t.Steps) - 1; i >= 0; i-- {
		if s := &t.Steps[i]; s.Thread == th {
			return s
		}
	}
	return nil
}

// Picks reports whether a select chose among several ready cases.
func (t *Trace) Picks() bool {
	for _, s := range t.Steps {
		if s.Pick >= 0 {
			return true
		}
	}
	return false
}

// Function returns the short name of the thread's function: "(*Pool).worker". It is empty if unknown.
func (t *Thread) Function() string {
	if t.Entry == nil {
		return ""
	}
	return t.Entry.Short()
}

// Short returns the function's name without its package: "(*Pool).worker", "TestTransfer.func1".
func (f *Frame) Short() string {
	_, name := f.split()
	return name
}

// Package returns the import path of the function's package.
func (f *Frame) Package() string {
	pkg, _ := f.split()
	return pkg
}

// split divides the full name after the package: at the first dot behind the last slash that is not
// inside a type argument.
func (f *Frame) split() (pkg, name string) {
	plain, _, _ := strings.Cut(f.Func, "[")
	slash := strings.LastIndexByte(plain, '/') + 1
	dot := strings.IndexByte(f.Func[slash:], '.')
	if dot < 0 {
		return "", f.Func
	}
	return strings.ReplaceAll(f.Func[:slash+dot], "%2e", "."), f.Func[slash+dot+1:]
}

func (f *Frame) String() string { return fmt.Sprintf("%s:%d", f.File, f.Line) }

// Files returns the source files that the trace names, each once.
func (t *Trace) Files() []string {
	var files []string
	seen := map[string]bool{"": true}
	t.eachFrame(func(f *Frame) {
		if f != nil && !seen[f.File] {
			seen[f.File] = true
			files = append(files, f.File)
		}
	})
	return files
}
