package trace

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Parse reads a step log. A line that breaks the log's own rules gives an error with its number; a log that is
// merely cut does not.
func Parse(log []byte) (*Trace, error) {
	r := &reader{frames: map[int]*Frame{}, threads: map[int]*Thread{}, objects: map[int]*Object{}, kinds: map[string]int{}}
	for n := 1; ; n++ {
		line, rest, whole := bytes.Cut(log, []byte("\n"))
		if !whole {
			return &r.trace, nil
		}
		log = rest
		if err := r.record(string(line)); err != nil {
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
	kinds   map[string]int // objects of each kind so far
}

// record reads one line.
func (r *reader) record(line string) error {
	letter, rest, _ := strings.Cut(line, " ")
	count, read := r.layout(letter)
	if read == nil {
		return nil
	}
	f := &fields{text: strings.SplitN(rest, " ", count)}
	if len(f.text) != count {
		return fmt.Errorf("want %d fields after the letter", count)
	}
	read(f)
	return f.err
}

// layout says how many fields a record has and what reads them; nil for letters that are not known.
func (r *reader) layout(letter string) (count int, read func(*fields)) {
	switch letter {
	case "f":
		return 4, r.frame
	case "t":
		return 6, r.thread
	case "o":
		return 3, r.object
	case "s":
		return 6, r.step
	case "p":
		return 2, r.pick
	case "x":
		return 1, r.exit
	case "e":
		return 1, r.end
	case "b":
		return 5, r.alive
	case "h":
		return 4, r.held
	case "m":
		return 5, r.memory
	case "v":
		return 2, r.value
	case "r":
		return 12, r.race
	}
	return 0, nil
}

func (r *reader) frame(f *fields) {
	id := f.number()
	r.frames[id] = &Frame{Line: f.number(), Func: f.word(), File: f.word()}
}

func (r *reader) thread(f *fields) {
	id, parent, ordinal, kind := f.number(), f.number(), f.number(), f.word()
	t := &Thread{Name: "main", Started: get(f, r.frames, "frame"), Entry: get(f, r.frames, "frame")}
	if kind != "m" {
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
	r.threads[id] = t
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

// pick notes which case the select of the last step took.
func (r *reader) pick(f *fields) {
	t, pick := need(f, r.threads, "thread"), f.number()
	for i := len(r.trace.Steps) - 1; i >= 0 && f.err == nil; i-- {
		if r.trace.Steps[i].Thread == t {
			r.trace.Steps[i].Pick = pick
			return
		}
	}
}

func (r *reader) exit(f *fields) {
	if t := need(f, r.threads, "thread"); t != nil {
		t.Ended = true
	}
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
		one := &fields{text: []string{id}}
		if frame := need(one, r.frames, "frame"); frame != nil {
			stack = append(stack, frame)
		}
		if one.err != nil && f.err == nil {
			f.err = one.err
		}
	}
	return stack
}

// fields hands out the fields of a record and remembers the first thing that is wrong with them.
type fields struct {
	text []string
	err  error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

func (f *fields) word() string {
	if len(f.text) == 0 {
		return ""
	}
	word := f.text[0]
	f.text = f.text[1:]
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
