package trace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parse reads a step log. A line that breaks the log's own rules gives an error with its number; a log that is
// merely cut does not.
func Parse(log []byte) (*Trace, error) {
	r := &reader{frames: map[int]*Frame{}, threads: map[int]*Thread{}, objects: map[int]*Object{}, alarms: map[int]*Alarm{}, kinds: map[string]int{}}
	rest := string(log)
	for n := 1; ; n++ {
		line, after, whole := strings.Cut(rest, "\n")
		if !whole {
			return &r.trace, nil
		}
		rest = after
		if err := r.record(line); err != nil {
			return nil, fmt.Errorf("step log, line %d: %w: %q", n, err, line)
		}
	}
}

// reader holds what the numbers in the log stand for.
type reader struct {
	trace   Trace
	frames  map[int]*Frame
	threads map[int]*Thread
	objects map[int]*Object
	alarms  map[int]*Alarm
	kinds   map[string]int // objects of each kind so far
	fields  fields         // of the record in hand
}

// record reads one line.
func (r *reader) record(line string) error {
	letter, rest, _ := strings.Cut(line, " ")
	layout, known := layouts[letter]
	if !known {
		return nil
	}
	f := &r.fields
	f.rest, f.left, f.err = rest, layout.count, nil
	if strings.Count(rest, " ") < layout.count-1 {
		return fmt.Errorf("want %d fields after the letter", layout.count)
	}
	layout.read(r, f)
	return f.err
}

// A layout says how many fields a record has and what reads them.
type layout struct {
	count int
	read  func(*reader, *fields)
}

// layouts are those of all records that are known, by their letters.
var layouts = map[string]layout{
	"f": {4, (*reader).frame},
	"t": {6, (*reader).thread},
	"o": {3, (*reader).object},
	"s": {6, (*reader).step},
	"p": {2, (*reader).pick},
	"k": {4, (*reader).blocks},
	"w": {2, (*reader).wakes},
	"i": {1, (*reader).preempted},
	"x": {1, (*reader).exit},
	"e": {1, (*reader).end},
	"b": {5, (*reader).alive},
	"c": {4, (*reader).far},
	"h": {4, (*reader).held},
	"m": {6, (*reader).memory},
	"v": {2, (*reader).value},
	"n": {3, (*reader).called},
	"r": {12, (*reader).race},
	"y": {4, (*reader).delay},
	"l": {4, (*reader).alarm},
	"g": {2, (*reader).off},
	"q": {3, (*reader).look},
	"u": {2, (*reader).letGo},
}

func (r *reader) frame(f *fields) {
	id := f.number()
	r.frames[id] = &Frame{Line: f.number(), Func: f.word(), File: f.word()}
}

func (r *reader) thread(f *fields) {
	id, parent, ordinal, kind := f.number(), f.number(), f.number(), f.word()
	t := &Thread{Name: "main", Parent: r.threads[parent], Started: get(f, r.frames, "frame"), Entry: get(f, r.frames, "frame")}
	switch kind {
	case "m":
	case "i":
		t.Name = "init/" + strconv.Itoa(ordinal)
	default:
		p := r.threads[parent]
		if p == nil {
			f.fail("thread %d has no parent %d", id, parent)
			return
		}
		t.Name = p.Name + "/" + strconv.Itoa(ordinal)
		if kind == "a" {
			t.Name = p.Name + "/t" + strconv.Itoa(ordinal)
		}
	}
	if n := len(r.trace.Steps); n > 0 && kind == "g" {
		if last := &r.trace.Steps[n-1]; last.Op == "go" && last.Thread == r.threads[parent] {
			t.Asked = last.Frame
		}
	}
	r.threads[id] = t
	r.change(Change{Thread: t, To: New, By: t.Parent})
	r.trace.Threads = append(r.trace.Threads, t)
}

func (r *reader) object(f *fields) {
	id, kind := f.number(), f.word()
	r.kinds[kind]++
	o := &Object{Kind: kind, Name: fmt.Sprintf("%s#%d", kind, r.kinds[kind]), First: get(f, r.frames, "frame")}
	r.objects[id] = o
	r.trace.Objects = append(r.trace.Objects, o)
}

func (r *reader) step(f *fields) {
	s := Step{Time: time.Duration(f.number()), Thread: need(f, r.threads, "thread"), Op: f.word(),
		Object: get(f, r.objects, "object"), Frame: get(f, r.frames, "frame"), Pick: f.number()}
	r.trace.Steps = append(r.trace.Steps, s)
}

// called takes in what the program calls a thread or an object.
func (r *reader) called(f *fields) {
	switch kind := f.word(); kind {
	case "t":
		if t := need(f, r.threads, "thread"); t != nil {
			t.Called = f.word()
		}
	case "o":
		if o := need(f, r.objects, "object"); o != nil {
			o.Called = f.word()
		}
	default:
		f.fail("%q is neither a thread nor an object", kind)
	}
}

// pick notes which case the select of the last step took.
func (r *reader) pick(f *fields) {
	t, pick := need(f, r.threads, "thread"), f.number()
	if s := r.trace.lastOf(t); s != nil {
		s.Pick = pick
	}
}

// preempted notes that another thread goes on after the last step of one that could have.
func (r *reader) preempted(f *fields) {
	if s := r.trace.lastOf(need(f, r.threads, "thread")); s != nil {
		s.Preempted = true
	}
}

func (r *reader) exit(f *fields) {
	if t := need(f, r.threads, "thread"); t != nil {
		t.Ended = true
		r.change(Change{Thread: t, To: Terminated})
	}
}

func (r *reader) blocks(f *fields) {
	c := Change{Thread: need(f, r.threads, "thread"), To: Blocked, Wait: f.word(), Op: f.word(), Object: get(f, r.objects, "object")}
	if f.err == nil && !slices.Contains(waits, c.Wait) {
		f.fail("%q is no way to wait", c.Wait)
	}
	r.change(c)
}

func (r *reader) wakes(f *fields) {
	c := Change{Thread: need(f, r.threads, "thread"), To: Runnable}
	how, id, byThread := strings.Cut(f.word(), " ")
	switch {
	case how == "thread" && byThread:
		one := &fields{rest: id, left: 1, err: f.err}
		c.By = need(one, r.threads, "thread")
		f.err = one.err
	case (how == "clock" || how == "outside") && !byThread:
		c.How = how
	default:
		f.fail("%q wakes nobody", how)
	}
	r.change(c)
}

// change notes a change of state.
func (r *reader) change(c Change) {
	c.Step = len(r.trace.Steps)
	r.trace.Changes = append(r.trace.Changes, c)
}

func (r *reader) end(f *fields) { r.trace.End = f.word() }

func (r *reader) alive(f *fields) {
	t := need(f, r.threads, "thread")
	if t == nil {
		return
	}
	t.State, t.WaitOp = f.word(), f.word()
	t.WaitsOn = get(f, r.objects, "object")
	t.Stack = r.stack(f)
}

// far notes what is at the other end of the connection that a thread waits at.
func (r *reader) far(f *fields) {
	t := need(f, r.threads, "thread")
	far := &Far{Thread: get(f, r.threads, "thread"), Queued: f.word() == "queued", Name: f.word()}
	if t != nil {
		t.Far = far
	}
}

func (r *reader) held(f *fields) {
	h := Held{Object: need(f, r.objects, "object"), Thread: need(f, r.threads, "thread"), Read: f.word() == "r"}
	h.Stack = r.stack(f)
	if f.err == nil {
		r.trace.Held = append(r.trace.Held, h)
	}
}

func (r *reader) stack(f *fields) []*Frame {
	text := f.word()
	if text == "-" || text == "" {
		return nil
	}
	var stack []*Frame
	for _, id := range strings.Split(text, ",") {
		one := &fields{rest: id, left: 1}
		if frame := need(one, r.frames, "frame"); frame != nil {
			stack = append(stack, frame)
		}
		if one.err != nil && f.err == nil {
			f.err = one.err
		}
	}
	return stack
}

// fields hands out the fields of a record and remembers the first thing that is wrong with them. The last field takes
// all that is left of the line.
type fields struct {
	rest string
	left int // how many there are
	err  error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

func (f *fields) word() string {
	f.left--
	if f.left <= 0 {
		word := f.rest
		f.rest = ""
		return word
	}
	word, rest, _ := strings.Cut(f.rest, " ")
	f.rest = rest
	return word
}

func (f *fields) number() int {
	word := f.word()
	n, err := strconv.Atoi(word)
	if err != nil {
		f.fail("%q is not a number", word)
	}
	return n
}

// get resolves the next field, a number, to what it stands for; 0 is nil.
func get[T any](f *fields, known map[int]*T, what string) *T {
	n := f.number()
	if n == 0 {
		return nil
	}
	if known[n] == nil {
		f.fail("%s %d is not defined before its use", what, n)
	}
	return known[n]
}

// need is get where 0 is not allowed.
func need[T any](f *fields, known map[int]*T, what string) *T {
	v := get(f, known, what)
	if v == nil {
		f.fail("%s is missing", what)
	}
	return v
}
