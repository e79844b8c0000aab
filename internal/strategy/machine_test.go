package strategy

import (
	"fmt"
	"sort"
	"strings"
)

// A machine carries out simulated threads with locks, channels, wait groups, variables and a clock, as the runtime does: a thread
// shows its next operation when it has reached it, waits for a lock before it takes it, and parks within any other operation.
type machine struct {
	code    [][]instr // of each thread, from 1; thread 1 is there from the beginning
	threads []*thread
	objects map[uint32]*object
	rests   int
	current int // number of the thread that took the last step, 0 if it cannot go on
	clock   int
	steps   []taken
	dpor    *DPOR // is told what selects touch, and what channels are like; nil for none
	chosen  func(n int) int
}

type instr struct {
	op   Op
	obj  uint32
	n    int      // send: the channel's room; go: the thread; sleep: until when; choose: of so many numbers
	objs []uint32 // select: receives from these
}

type thread struct {
	id    int
	at    int
	op    Op // pending
	state int

	until int // it sleeps
	born  int

	sends int   // the value that it sends
	saw   []int // what it has received and loaded
}

// States of a simulated thread.
const (
	ready = iota
	gated // its operation is to take a lock that is held
	parked
	sleeps
	over
)

type object struct {
	holder  int
	queue   []int // values in the channel
	value   int   // of the variable
	sends   int   // that have come so far
	got     int   // receives that have come so far
	mixed   bool  // it has met a select
	count   int   // of the wait group
	receive []int
	send    []int
	waiters []int
}

// taken is a step as it was taken, for the brute force.
type taken struct {
	thread, seq int
	op          Op
	touch       []Deed
	pick        int
	woken       int // the step that woke or started it, -1 for none
	rested      bool
}

func newMachine(code ...[]instr) *machine {
	m := &machine{code: append([][]instr{nil}, code...), objects: map[uint32]*object{}}
	m.threads = append(m.threads, nil)
	m.start(1)
	return m
}

func (m *machine) start(number int) {
	m.threads = append(m.threads, &thread{id: number, op: OpStart, born: len(m.steps) - 1})
}

// room returns the room of a channel, which who sends has to know.
func (m *machine) room(channel uint32) int {
	for _, code := range m.code {
		for _, in := range code {
			if in.op == OpSend && in.obj == channel {
				return in.n
			}
		}
	}
	return 0
}

func (m *machine) object(id uint32) *object {
	if m.objects[id] == nil {
		m.objects[id] = &object{}
	}
	return m.objects[id]
}

func (m *machine) enabled() []int {
	var on []int
	for i, t := range m.threads {
		if t == nil {
			continue
		}
		if t.state == gated && m.object(m.next(t).obj).holder == 0 || t.state == ready {
			on = append(on, i)
		}
	}
	return on
}

func (m *machine) next(t *thread) instr { return m.code[t.id][t.at] }

func (m *machine) Len() int     { return len(m.enabled()) }
func (m *machine) Rests() int   { return m.rests }
func (m *machine) Threads() int { return len(m.threads) }

func (m *machine) At(i int) Pending {
	number := m.enabled()[i]
	t := m.threads[number]
	p := Pending{Thread: uint32(number), Key: keyOf(t.id), Op: t.op}
	if t.op != OpStart && t.op != OpWake && t.op != OpSelect && t.op != OpGo && t.op != OpSleep {
		p.Object = m.next(t).obj
	}
	return p
}

func (m *machine) Thread(i int) uint32 { return uint32(m.enabled()[i]) }

func (m *machine) Current() int {
	for i, number := range m.enabled() {
		if number == m.current {
			return i
		}
	}
	return -1
}

// run carries the program out. choose gets the number of threads that can go on, and picks one; it reports whether all ended.
func (m *machine) run(choose func() int) (ended bool) {
	for {
		for m.Len() == 0 {
			if !m.rest() {
				for _, t := range m.threads[1:] {
					if t.state != over {
						return false
					}
				}
				return true
			}
		}
		m.step(m.enabled()[choose()])
	}
}

// rest lets the clock go on.
func (m *machine) rest() bool {
	first := 0
	for _, t := range m.threads[1:] {
		if t.state == sleeps && (first == 0 || t.until < first) {
			first = t.until
		}
	}
	if first == 0 {
		return false
	}
	m.clock = first
	m.rests++
	for i, t := range m.threads[1:] {
		if t.state == sleeps && t.until == first {
			m.wake(i+1, -2)
		}
	}
	return true
}

func (m *machine) wake(number, by int) {
	t := m.threads[number]
	t.state, t.op, t.born = ready, OpWake, by
	if by == -2 {
		t.born = len(m.steps) - 1
	}
}

func (m *machine) step(number int) {
	t := m.threads[number]
	s := taken{thread: number, op: t.op, pick: -1, woken: -1}
	for _, before := range m.steps {
		if before.thread == number {
			s.seq++
		}
	}
	m.steps = append(m.steps, s)
	rec := &m.steps[len(m.steps)-1]
	m.current = number
	if t.op == OpStart || t.op == OpWake {
		rec.woken, rec.rested = t.born, t.born >= 0 && t.op == OpWake && m.restedAt(t)
	} else {
		in := m.next(t)
		t.at++
		m.carryOut(number, t, in, rec)
	}
	if t.state == parked || t.state == sleeps {
		return
	}
	m.reach(t)
}

func (m *machine) restedAt(t *thread) bool {
	return t.until > 0 && t.until == m.clock && m.code[t.id][t.at-1].op == OpSleep
}

// reach lets a thread go on to its next operation.
func (m *machine) reach(t *thread) {
	if t.at == len(m.code[t.id]) {
		t.state = over
		return
	}
	t.op, t.state = m.next(t).op, ready
	if t.op == OpLock {
		t.state = gated
	}
}

func (m *machine) carryOut(number int, t *thread, in instr, rec *taken) {
	if in.obj != 0 && in.op != OpGo {
		rec.touch = append(rec.touch, Deed{Object: in.obj, Op: in.op})
	}
	o := m.object(in.obj)
	at := len(m.steps) - 1
	park := func(list *[]int) {
		t.state = parked
		*list = append(*list, number)
	}
	switch in.op {
	case OpGo:
		m.start(in.n)
	case OpSleep:
		t.state, t.until = sleeps, m.clock+in.n
	case OpLock:
		o.holder = number
	case OpUnlock:
		o.holder = 0
	case OpAdd:
		o.count += in.n
	case OpDone:
		if o.count--; o.count == 0 {
			for _, w := range o.waiters {
				m.wake(w, at)
			}
			o.waiters = nil
		}
	case OpWait:
		if o.count > 0 {
			park(&o.waiters)
		}
	case OpStore:
		o.value = m.unique(number)
	case OpLoad:
		t.saw = append(t.saw, o.value)
	case OpSend:
		o.sends++
		m.queue(o, in.op, rec)
		switch t.sends = m.unique(number); {
		case len(o.receive) > 0:
			m.threads[o.receive[0]].saw = append(m.threads[o.receive[0]].saw, t.sends)
			m.wake(o.receive[0], at)
			o.receive = o.receive[1:]
		case len(o.queue) < m.room(in.obj):
			o.queue = append(o.queue, t.sends)
		default:
			park(&o.send)
		}
	case OpReceive:
		o.got++
		m.queue(o, in.op, rec)
		if !m.take(t, o, at) {
			park(&o.receive)
		}
	case OpSelect:
		m.choose(t, in, rec)
	case OpChoose:
		rec.pick = m.chosen(in.n)
		t.saw = append(t.saw, rec.pick)
	}
}

// unique returns a value that no other step makes: it tells which step of which thread that was.
func (m *machine) unique(number int) int { return 100*m.threads[number].id + m.threads[number].at }

// queue tells which send or receive of its channel a step is, if there were no selects.
func (m *machine) queue(o *object, op Op, rec *taken) {
	deed := &rec.touch[0]
	room := m.room(deed.Object)
	if !o.mixed {
		deed.Sends, deed.Receives, deed.Room = uint32(o.sends), uint32(o.got), uint32(room)
	}
	if m.dpor != nil {
		m.dpor.Queue(deed.Object, op, uint32(room))
	}
}

// take receives from a channel, if there is something in it.
func (m *machine) take(t *thread, o *object, at int) bool {
	if len(o.send) > 0 { // what is sent goes behind what is queued
		m.wake(o.send[0], at)
		o.queue = append(o.queue, m.threads[o.send[0]].sends)
		o.send = o.send[1:]
	}
	if len(o.queue) == 0 {
		return false
	}
	t.saw = append(t.saw, o.queue[0])
	o.queue = o.queue[1:]
	return true
}

// choose carries out a select of receives that does not wait: with none ready it does nothing.
func (m *machine) choose(t *thread, in instr, rec *taken) {
	var full []uint32
	for _, id := range in.objs {
		rec.touch = append(rec.touch, Deed{Object: id, Op: OpReceive})
		if m.dpor != nil {
			m.dpor.Touch(id, OpReceive)
		}
		o := m.object(id)
		o.mixed = true
		if len(o.queue) > 0 || len(o.send) > 0 {
			full = append(full, id)
		}
	}
	switch len(full) {
	case 0:
		t.saw = append(t.saw, -1)
	case 1:
		m.take(t, m.object(full[0]), len(m.steps)-1)
	default:
		rec.pick = m.chosen(len(full))
		m.take(t, m.object(full[rec.pick]), len(m.steps)-1)
	}
}

// outcome is what the threads have seen, and where they are: all that an order can make a difference to.
func (m *machine) outcome() string {
	var all []string
	for _, t := range m.threads[1:] {
		all = append(all, fmt.Sprint(t.id, t.at, t.state, t.saw))
	}
	sort.Strings(all)
	return strings.Join(all, ";")
}

// class names the class of the steps taken: the least of its orders.
func (m *machine) class() string {
	n := len(m.steps)
	before := make([][]bool, n)
	for j := range n {
		before[j] = make([]bool, n)
		b := m.steps[j]
		for i := range j {
			a := m.steps[i]
			direct := a.thread == b.thread || dependent(a.touch, b.touch) || b.woken == i || b.rested && i <= b.woken ||
				m.waited(a, i, b)
			if direct {
				before[j][i] = true
				for k := range i {
					before[j][k] = before[j][k] || before[i][k]
				}
			}
		}
	}
	names := make([]string, n)
	for i, s := range m.steps {
		seq := 0
		for _, other := range m.steps[:i] {
			if other.thread == s.thread && m.endsWait(other) < 0 {
				seq++
			}
		}
		names[i] = fmt.Sprintf("%s.%d:%s:%d", m.name(s.thread), seq, s.op, s.pick)
	}
	// Events and their order alone name the class. A wait for a group is over after all that were done, parked or not.
	over := map[int]int{} // wait, and the wake that ends it
	dropped := map[int]bool{}
	for j, s := range m.steps {
		if w := m.endsWait(s); w >= 0 {
			over[w], dropped[j] = j, true
		}
	}
	var all []string
	for j := range n {
		if dropped[j] {
			continue
		}
		name := names[j]
		if w, parked := over[j]; parked {
			j = w
		}
		var preds []string
		for i := range j {
			if before[j][i] && !dropped[i] && names[i] != name {
				preds = append(preds, names[i])
			}
		}
		sort.Strings(preds)
		all = append(all, name+"<"+strings.Join(preds, ","))
	}
	sort.Strings(all)
	return strings.Join(all, ";")
}

// name is a thread's, the same in every order: its code is nobody else's.
func (m *machine) name(number int) string { return fmt.Sprint(m.threads[number].id) }

// endsWait returns the wait that a wake ends, -1 if it ends none.
func (m *machine) endsWait(wake taken) int {
	if wake.op != OpWake {
		return -1
	}
	for k, s := range m.steps {
		if s.thread == wake.thread && s.seq == wake.seq-1 && s.op == OpWait {
			return k
		}
	}
	return -1
}

// waited reports whether step b comes after step a, the i-th, because that is done for a group that b waits for.
func (m *machine) waited(a taken, i int, b taken) bool {
	if len(a.touch) == 0 || a.op != OpDone && a.op != OpAdd {
		return false
	}
	w := b
	if k := m.endsWait(b); k >= 0 {
		w = m.steps[k]
	}
	return w.op == OpWait && w.touch[0].Object == a.touch[0].Object
}
