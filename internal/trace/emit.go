package trace

import (
	"fmt"
	"iter"
	"path"
)

// An emitter makes a trace's records.
type emitter struct {
	trace   *Trace
	yield   func(record) bool
	stopped bool
	threads map[*Thread]int64
	objects map[*Object]int64
	places  map[Frame]int64
	named   map[string]int // places by their names so far
}

// records are the trace's, in the order of a file.
func (t *Trace) records() iter.Seq[record] {
	return func(yield func(record) bool) {
		e := &emitter{trace: t, yield: yield, threads: map[*Thread]int64{}, objects: map[*Object]int64{}, places: map[Frame]int64{}, named: map[string]int{}}
		e.about()
		t.eachFrame(e.place)
		for _, o := range t.Objects {
			e.object(o)
		}
		e.run()
		e.called()
		for _, r := range t.Races {
			e.race(r)
		}
		e.end()
	}
}

func (e *emitter) put(name string, cells ...cell) {
	e.stopped = e.stopped || !e.yield(record{kindOf(name), cells})
}

func numbered(n int) cell  { return cell{n: int64(n)} }
func worded(s string) cell { return cell{s: s} }

func (e *emitter) thread(t *Thread) cell     { return cell{n: e.threads[t]} }
func (e *emitter) objectCell(o *Object) cell { return cell{n: e.objects[o]} }

func (e *emitter) at(f *Frame) cell {
	if f == nil {
		return cell{}
	}
	return cell{n: e.places[*f]}
}

func (e *emitter) stack(frames []*Frame) cell {
	var c cell
	for _, f := range frames {
		c.list = append(c.list, e.places[*f])
	}
	return c
}

func (e *emitter) locks(held []Lock) cell {
	var c cell
	for _, l := range held {
		n := 2 * e.objects[l.Object]
		if l.Read {
			n++
		}
		c.list = append(c.list, n)
	}
	return c
}

// about emits what ran and what it revealed.
func (e *emitter) about() {
	a := &e.trace.About
	for _, one := range []struct{ name, text string }{{"test", a.Test}, {"package", a.Package}, {"go", a.Go}, {"root", a.Root}} {
		if one.text != "" {
			e.put(one.name, worded(one.text))
		}
	}
	f := e.trace.Finding
	if f == nil {
		return
	}
	e.put("finding", worded(f.Kind), worded(f.Message))
	for _, s := range f.Story {
		e.put("story", numbered(s.Step), worded(s.Text))
	}
}

// place emits a place that is new. Its name is the file's with the line, and a number where others are called the same.
func (e *emitter) place(f *Frame) {
	if f == nil || e.places[*f] != 0 || e.stopped {
		return
	}
	e.places[*f] = int64(len(e.places) + 1)
	name := fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
	if e.named[name]++; e.named[name] > 1 {
		name = fmt.Sprintf("%s~%d", name, e.named[name])
	}
	e.put("place", worded(name), numbered(f.Line), worded(f.File), worded(f.Func))
}

// eachFrame shows all frames, in an order that depends on nothing but the trace.
func (t *Trace) eachFrame(show func(*Frame)) {
	all := func(frames []*Frame) {
		for _, f := range frames {
			show(f)
		}
	}
	for _, o := range t.Objects {
		show(o.First)
	}
	for _, th := range t.Threads {
		all([]*Frame{th.Started, th.Asked, th.Entry})
	}
	for i := range t.Steps {
		show(t.Steps[i].Frame)
	}
	for _, r := range t.Races {
		all(r.First.Stack)
		all(r.Second.Stack)
	}
	for _, th := range t.Threads {
		all(th.Stack)
	}
	for i := range t.Held {
		all(t.Held[i].Stack)
	}
}

func (e *emitter) object(o *Object) {
	e.objects[o] = int64(len(e.objects) + 1)
	e.put("object", worded(o.Name), worded(o.Kind), e.at(o.First))
	if m := o.Memory; m != nil {
		e.put("memory", e.objectCell(o), cell{n: int64(m.Addr)}, worded(m.Region), cell{n: int64(m.Base)}, numbered(m.Size), worded(m.Holds))
	}
}

// run emits steps and changes in their order.
func (e *emitter) run() {
	changes := e.trace.Changes
	for i := range e.trace.Steps {
		for len(changes) > 0 && changes[0].Step <= i {
			e.change(&changes[0])
			changes = changes[1:]
		}
		if e.stopped {
			return
		}
		e.step(&e.trace.Steps[i])
	}
	for i := range changes {
		e.change(&changes[i])
	}
}

func (e *emitter) step(s *Step) {
	v := cell{n: int64(s.Value.Bits)}
	if s.Value.Bytes > 0 {
		v.list = []int64{int64(s.Value.Bytes)}
	}
	e.put("step", cell{n: int64(s.Time)}, e.thread(s.Thread), worded(s.Op), e.objectCell(s.Object), e.at(s.Frame), numbered(s.Pick), v)
	if s.Preempted {
		e.put("preempted", e.thread(s.Thread))
	}
}

func (e *emitter) change(c *Change) {
	t := c.Thread
	switch c.To {
	case New:
		e.threads[t] = int64(len(e.threads) + 1)
		e.put("thread", worded(t.Name), e.thread(t.Parent), e.at(t.Started), e.at(t.Asked), e.at(t.Entry))
	case Blocked:
		e.put("blocks", e.thread(t), worded(c.Wait), worded(c.Op), e.objectCell(c.Object))
	case Runnable:
		how := "thread"
		if c.By == nil {
			how = c.How
		}
		e.put("wakes", e.thread(t), worded(how), e.thread(c.By))
	case Terminated:
		e.put("ends", e.thread(t))
	}
}

func (e *emitter) race(r *Race) {
	cells := []cell{e.objectCell(r.Object)}
	for _, a := range []*Access{&r.First, &r.Second} {
		cells = append(cells, e.thread(a.Thread), worded(a.Op), numbered(a.Step), e.stack(a.Stack), e.locks(a.Locks), worded(a.Place))
	}
	e.put("race", cells...)
}

// end emits how the run ended and what was left of it.
func (e *emitter) end() {
	if e.trace.End != "" {
		e.put("end", worded(e.trace.End))
	}
	for _, t := range e.trace.Threads {
		if t.State == "" {
			continue
		}
		e.put("alive", e.thread(t), worded(t.State), worded(t.WaitOp), e.objectCell(t.WaitsOn), e.stack(t.Stack))
		if t.Far != nil {
			how := "used"
			if t.Far.Queued {
				how = "queued"
			}
			e.put("far", e.thread(t), e.thread(t.Far.Thread), worded(how), worded(t.Far.Name))
		}
	}
	for i := range e.trace.Held {
		h := &e.trace.Held[i]
		mode := "w"
		if h.Read {
			mode = "r"
		}
		e.put("held", e.objectCell(h.Object), e.thread(h.Thread), worded(mode), e.stack(h.Stack))
	}
}

// called emits what the program calls threads and objects.
func (e *emitter) called() {
	for _, t := range e.trace.Threads {
		if t.Called != "" {
			e.put("called", e.thread(t), cell{}, worded(t.Called))
		}
	}
	for _, o := range e.trace.Objects {
		if o.Called != "" {
			e.put("called", cell{}, e.objectCell(o), worded(o.Called))
		}
	}
}
