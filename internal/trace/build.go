package trace

import (
	"fmt"
	"slices"
	"time"
)

// A builder makes a trace of records.
type builder struct {
	trace   Trace
	named   map[string]bool // threads and objects
	threads []*Thread
	objects []*Object
	places  []*Frame
	cells   []cell // of the record in hand
	err     error  // the first thing that is wrong with it
}

// add takes in a record. A record that breaks the rules gives an error.
func (b *builder) add(r record) error {
	b.cells, b.err = r.cells, nil
	builders[r.kind.name](b)
	return b.err
}

// builders say what the records of each kind mean.
var builders = map[string]func(*builder){
	"test":      func(b *builder) { b.trace.About.Test = b.text() },
	"package":   func(b *builder) { b.trace.About.Package = b.text() },
	"go":        func(b *builder) { b.trace.About.Go = b.text() },
	"root":      func(b *builder) { b.trace.About.Root = b.text() },
	"finding":   func(b *builder) { b.trace.Finding = &Finding{Kind: b.text(), Message: b.text()} },
	"story":     (*builder).story,
	"place":     (*builder).place,
	"object":    (*builder).object,
	"memory":    (*builder).memory,
	"thread":    (*builder).thread,
	"step":      (*builder).step,
	"preempted": (*builder).preempted,
	"blocks":    (*builder).blocks,
	"wakes":     (*builder).wakes,
	"ends":      (*builder).ends,
	"called":    (*builder).called,
	"race":      (*builder).race,
	"end":       func(b *builder) { b.trace.End = b.text() },
	"alive":     (*builder).alive,
	"far":       (*builder).far,
	"held":      (*builder).held,
}

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// next returns the next cell.
func (b *builder) next() cell {
	c := b.cells[0]
	b.cells = b.cells[1:]
	return c
}

func (b *builder) text() string { return b.next().s }
func (b *builder) number() int  { return int(b.next().n) }

// word is text that is one of some words.
func (b *builder) word(allowed ...string) string {
	s := b.text()
	if !slices.Contains(allowed, s) {
		b.fail("%q is none of %q", s, allowed)
	}
	return s
}

// name is text that no other thread or object is called.
func (b *builder) name() string {
	s := b.text()
	if b.named == nil {
		b.named = map[string]bool{}
	}
	if b.named[s] {
		b.fail("there is another %q", shorten(s))
	}
	b.named[s] = true
	return s
}

// which returns what a reference means, nil for none.
func which[T any](b *builder, all []*T, n int64, what string) *T {
	switch {
	case n == 0:
		return nil
	case n < 0 || n > int64(len(all)):
		b.fail("there is no %s %d yet", what, n)
		return nil
	}
	return all[n-1]
}

func (b *builder) anyThread() *Thread { return which(b, b.threads, b.next().n, "thread") }
func (b *builder) anyObject() *Object { return which(b, b.objects, b.next().n, "object") }
func (b *builder) anyPlace() *Frame   { return which(b, b.places, b.next().n, "place") }

func (b *builder) someThread() *Thread {
	t := b.anyThread()
	if t == nil {
		b.fail("a thread is missing")
	}
	return t
}

func (b *builder) someObject() *Object {
	o := b.anyObject()
	if o == nil {
		b.fail("an object is missing")
	}
	return o
}

func (b *builder) stack() []*Frame {
	var frames []*Frame
	for _, n := range b.next().list {
		f := which(b, b.places, n, "place")
		if f == nil {
			b.fail("a place is missing")
		}
		frames = append(frames, f)
	}
	return frames
}

func (b *builder) locks() []Lock {
	var held []Lock
	for _, n := range b.next().list {
		o := which(b, b.objects, n/2, "object")
		if o == nil {
			b.fail("an object is missing")
		}
		held = append(held, Lock{Object: o, Read: n%2 == 1})
	}
	return held
}

func (b *builder) story() {
	s := Sentence{Step: b.number(), Text: b.text()}
	if b.trace.Finding == nil {
		b.fail("there is a story, and no finding")
		return
	}
	b.trace.Finding.Story = append(b.trace.Finding.Story, s)
}

func (b *builder) place() {
	b.text() // its name is for the text form
	b.places = append(b.places, &Frame{Line: b.number(), File: b.text(), Func: b.text()})
}

func (b *builder) object() {
	o := &Object{Name: b.name(), Kind: b.text(), First: b.anyPlace()}
	b.objects = append(b.objects, o)
	b.trace.Objects = append(b.trace.Objects, o)
}

func (b *builder) memory() {
	o := b.someObject()
	m := &Memory{Addr: uint64(b.next().n), Region: b.word("global", "heap", "other"), Base: uint64(b.next().n), Size: b.number(),
		Holds: b.word("pointer", "scalar", "-")}
	if b.err == nil {
		o.Memory = m
	}
}

func (b *builder) thread() {
	t := &Thread{Name: b.name(), Parent: b.anyThread(), Started: b.anyPlace(), Asked: b.anyPlace(), Entry: b.anyPlace()}
	b.threads = append(b.threads, t)
	b.trace.Threads = append(b.trace.Threads, t)
	b.change(Change{Thread: t, To: New, By: t.Parent})
}

func (b *builder) step() {
	s := Step{Time: time.Duration(b.next().n), Thread: b.someThread(), Op: b.text(), Object: b.anyObject(), Frame: b.anyPlace(), Pick: b.number()}
	if s.Time < 0 || s.Pick < -1 {
		b.fail("time %v and choice %d: neither can be negative", s.Time, s.Pick)
	}
	if v := b.next(); len(v.list) == 1 {
		s.Value = Value{uint64(v.n), int8(v.list[0])}
	}
	b.trace.Steps = append(b.trace.Steps, s)
}

func (b *builder) preempted() {
	if s := b.trace.lastOf(b.someThread()); s != nil {
		s.Preempted = true
	}
}

func (b *builder) blocks() {
	b.change(Change{Thread: b.someThread(), To: Blocked, Wait: b.word(waits...), Op: b.text(), Object: b.anyObject()})
}

func (b *builder) wakes() {
	c := Change{Thread: b.someThread(), To: Runnable, How: b.word("thread", "clock", "outside"), By: b.anyThread()}
	if (c.How == "thread") != (c.By != nil) {
		b.fail("%q wakes nobody here", c.How)
	}
	if c.By != nil {
		c.How = ""
	}
	b.change(c)
}

func (b *builder) ends() {
	t := b.someThread()
	if b.err == nil {
		t.Ended = true
	}
	b.change(Change{Thread: t, To: Terminated})
}

func (b *builder) change(c Change) {
	c.Step = len(b.trace.Steps)
	b.trace.Changes = append(b.trace.Changes, c)
}

func (b *builder) race() {
	r := &Race{Object: b.anyObject()}
	for _, a := range []*Access{&r.First, &r.Second} {
		*a = Access{Thread: b.someThread(), Op: b.text(), Step: b.number(), Stack: b.stack(), Locks: b.locks(), Place: b.text()}
	}
	b.trace.Races = append(b.trace.Races, r)
}

func (b *builder) alive() {
	t := b.someThread()
	if t == nil {
		return
	}
	t.State = b.word("runnable", "running", "blocked", "outside", "timed")
	t.WaitOp, t.WaitsOn, t.Stack = b.text(), b.anyObject(), b.stack()
}

func (b *builder) far() {
	t := b.someThread()
	far := &Far{Thread: b.anyThread(), Queued: b.word("used", "queued") == "queued", Name: b.text()}
	if t != nil {
		t.Far = far
	}
}

func (b *builder) held() {
	h := Held{Object: b.someObject(), Thread: b.someThread(), Read: b.word("w", "r") == "r", Stack: b.stack()}
	b.trace.Held = append(b.trace.Held, h)
}

// called takes in what the program calls a thread or an object.
func (b *builder) called() {
	t, o, name := b.anyThread(), b.anyObject(), b.text()
	switch {
	case t != nil && o == nil:
		t.Called = name
	case o != nil && t == nil:
		o.Called = name
	default:
		b.fail("want a thread or an object that is called something")
	}
}
