package strategy

import (
	"cmp"
	"fmt"
)

// A program is a simulated program: threads that carry out their acts one after the other. A thread is enabled when it has been
// started and has acts left, and, when its next one is OpLock, while nobody holds the lock.
type program struct {
	threads [][]act
	at      []int
	numbers []uint32 // of threads, in the order of their starts; 0 for one that was not started yet
	parents []uint32
	nmade   uint32
	held    map[uint32]bool // locks
	last    int             // thread that took the last step, -1 at the start
	turn    int             // thread that takes a step
	trace   []string
	taken   []Step
	places  []uint64
}

// An act is one operation of a simulated thread.
type act struct {
	op     Op
	object uint32
	place  uint64                // 0 for the same as all other acts on the object that have none
	starts int                   // which thread OpGo starts
	until  func(p *program) bool // it is repeated until that holds; nil for once
}

// newProgram returns a program of threads that are there from the start, and operate on no object but one lock.
func newProgram(threads ...[]Op) *program {
	var all [][]act
	for _, ops := range threads {
		var acts []act
		for _, op := range ops {
			acts = append(acts, act{op: op})
		}
		all = append(all, acts)
	}
	return newActs(all...)
}

// newActs returns a program of threads of which those are there from the start that no OpGo starts.
func newActs(threads ...[]act) *program {
	p := &program{threads: threads, at: make([]int, len(threads)), last: -1, held: map[uint32]bool{},
		numbers: make([]uint32, len(threads)), parents: make([]uint32, len(threads))}
	later := map[int]bool{}
	for _, acts := range threads {
		for _, a := range acts {
			later[a.starts] = later[a.starts] || a.op == OpGo
		}
	}
	for t := range threads {
		if !later[t] {
			p.start(t, 0)
		}
	}
	return p
}

func (p *program) start(t int, parent uint32) {
	p.nmade++
	p.numbers[t], p.parents[t] = p.nmade, parent
}

// enabled returns the indexes of the enabled threads.
func (p *program) enabled() []int {
	var on []int
	for t, acts := range p.threads {
		if p.numbers[t] > 0 && p.at[t] < len(acts) && !(acts[p.at[t]].op == OpLock && p.held[acts[p.at[t]].object]) {
			on = append(on, t)
		}
	}
	return on
}

func (p *program) Threads() int { return int(p.nmade) }

func (p *program) Len() int { return len(p.enabled()) }

// At implements Enabled.
func (p *program) At(i int) Pending {
	t := p.enabled()[i]
	a := p.threads[t][p.at[t]]
	return Pending{Thread: p.numbers[t], Parent: p.parents[t], Key: keyOf(t), Op: a.op, Object: a.object, Place: cmp.Or(a.place, uint64(a.object))}
}

func (p *program) Thread(i int) uint32 { return p.numbers[p.enabled()[i]] }

func (p *program) Current() int {
	for i, t := range p.enabled() {
		if t == p.last {
			return i
		}
	}
	return -1
}

func (p *program) Rests() int { return 0 }

func keyOf(thread int) uint64 { return ChildKey(MainKey, uint32(thread+1), false) }

// run lets s schedule the program to its end, or until nobody is enabled.
func (p *program) run(s Strategy, seed uint64) {
	s.Begin(seed)
	for p.Len() > 0 {
		p.step(s)
	}
}

// step lets s choose a thread, which takes a step.
func (p *program) step(s Strategy) {
	i := s.Next(p)
	if i < 0 || i >= p.Len() {
		panic(fmt.Sprintf("chose thread %d of %d", i, p.Len()))
	}
	t := p.enabled()[i]
	a := p.threads[t][p.at[t]]
	p.turn = t
	switch a.op {
	case OpLock:
		p.held[a.object] = true
	case OpUnlock:
		p.held[a.object] = false
	case OpGo:
		p.start(a.starts, p.numbers[t])
	}
	p.trace = append(p.trace, fmt.Sprintf("%d:%s", t+1, a.op))
	p.places = append(p.places, a.place)
	p.taken = append(p.taken, Step{Key: keyOf(t), Op: a.op, Pick: -1})
	if a.until == nil || a.until(p) {
		p.at[t]++
	}
	p.last = t
}

// order returns the threads of the steps taken, "1 1 2 …".
func (p *program) order() string {
	s := ""
	for _, step := range p.trace {
		s += step[:1]
	}
	return s
}

// orderOf returns the threads of the steps with an operation, in their order.
func (p *program) orderOf(op Op) string {
	s := ""
	for _, step := range p.trace {
		if step[2:] == op.String() {
			s += step[:1]
		}
	}
	return s
}

// ended reports whether a thread has carried out all of its acts.
func (p *program) ended(thread int) bool { return p.at[thread] == len(p.threads[thread]) }

func steps(op Op, n int) []Op {
	ops := make([]Op, n)
	for i := range ops {
		ops[i] = op
	}
	return ops
}

// acts returns n acts on an object.
func acts(op Op, object uint32, n int) []act {
	all := make([]act, n)
	for i := range all {
		all[i] = act{op: op, object: object}
	}
	return all
}

// surveyOf returns the survey of a program.
func surveyOf(p *program) *Survey {
	var s Surveyor
	p.run(&s, 0)
	s.Survey.End(true)
	return &s.Survey
}
