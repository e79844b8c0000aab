package strategy

import "fmt"

// A program is a simulated program: threads that take their operations one after the
// other. A thread is enabled while it has operations left, and, when its next one is
// OpLock, while nobody holds the lock.
type program struct {
	threads [][]Op
	at      []int
	held    bool
	last    int // thread that took the last step, -1 at the start
	trace   []string
	taken   []Step
}

func newProgram(threads ...[]Op) *program {
	return &program{threads: threads, at: make([]int, len(threads)), last: -1}
}

// enabled returns the numbers of the enabled threads.
func (p *program) enabled() []int {
	var on []int
	for t, ops := range p.threads {
		if p.at[t] < len(ops) && !(ops[p.at[t]] == OpLock && p.held) {
			on = append(on, t)
		}
	}
	return on
}

func (p *program) Len() int { return len(p.enabled()) }

func (p *program) At(i int) Pending {
	t := p.enabled()[i]
	return Pending{Thread: uint32(t + 1), Key: keyOf(t), Op: p.threads[t][p.at[t]]}
}

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
		i := s.Next(p)
		if i < 0 || i >= p.Len() {
			panic(fmt.Sprintf("chose thread %d of %d", i, p.Len()))
		}
		t := p.enabled()[i]
		op := p.threads[t][p.at[t]]
		switch op {
		case OpLock:
			p.held = true
		case OpUnlock:
			p.held = false
		}
		p.trace = append(p.trace, fmt.Sprintf("%d:%s", t+1, op))
		p.taken = append(p.taken, Step{Key: keyOf(t), Op: op, Pick: -1})
		p.at[t]++
		p.last = t
	}
}

// order returns the threads of the steps taken, "1 1 2 …".
func (p *program) order() string {
	s := ""
	for _, step := range p.trace {
		s += step[:1]
	}
	return s
}

func steps(op Op, n int) []Op {
	ops := make([]Op, n)
	for i := range ops {
		ops[i] = op
	}
	return ops
}
