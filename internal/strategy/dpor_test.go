package strategy

import (
	"math/rand/v2"
	"testing"
)

func lock(o uint32) instr   { return instr{op: OpLock, obj: o} }
func unlock(o uint32) instr { return instr{op: OpUnlock, obj: o} }
func load(o uint32) instr   { return instr{op: OpLoad, obj: o} }
func store(o uint32) instr  { return instr{op: OpStore, obj: o} }
func start(n int) instr     { return instr{op: OpGo, n: n} }
func add(o uint32, n int) instr {
	return instr{op: OpAdd, obj: o, n: n}
}
func done(o uint32) instr           { return instr{op: OpDone, obj: o} }
func wait(o uint32) instr           { return instr{op: OpWait, obj: o} }
func send(o uint32, room int) instr { return instr{op: OpSend, obj: o, n: room} }
func receive(o uint32) instr        { return instr{op: OpReceive, obj: o} }
func sleep(n int) instr             { return instr{op: OpSleep, n: n} }
func choice(objs ...uint32) instr   { return instr{op: OpSelect, objs: objs} }
func number(n int) instr            { return instr{op: OpChoose, n: n} }

// programs are small ones of which all orders can be tried, and how many classes there are, where counting by hand is easy.
var programs = []struct {
	name    string
	classes int
	code    [][]instr
}{
	{"one thread", 1, [][]instr{{store(1), load(1)}}},
	{"two that have nothing in common", 1, [][]instr{{start(2), store(1), store(1)}, {store(2), store(2)}}},
	{"two that store", 6, [][]instr{{start(2), store(1), store(1)}, {store(1), store(1)}}},
	{"readers and a writer", 0, [][]instr{{start(2), start(3), store(1)}, {load(1)}, {load(1), load(1)}}},
	{"three that store", 0, [][]instr{{start(2), start(3), store(1)}, {store(1), store(2)}, {store(2), store(1)}}},
	{"a lock", 3, [][]instr{{start(2), lock(1), store(2), unlock(1)}, {lock(1), load(2), unlock(1), lock(1), unlock(1)}}},
	{"a lock for three", 6, [][]instr{{start(2), start(3), lock(1), unlock(1)}, {lock(1), unlock(1)}, {lock(1), unlock(1)}}},
	{"two locks in two orders", 3, [][]instr{{start(2), lock(1), lock(2), unlock(2), unlock(1)}, {lock(2), lock(1), unlock(1), unlock(2)}}},
	{"two locks that lie apart", 0, [][]instr{{start(2), lock(1), unlock(1), lock(2), unlock(2)}, {lock(2), unlock(2), lock(1), unlock(1)}}},
	{"a lock across a sleep", 2, [][]instr{{start(2), lock(1), sleep(5), store(2), unlock(1)}, {lock(1), load(2), unlock(1)}}},
	{"sleeps", 0, [][]instr{{start(2), sleep(5), store(1), sleep(3), store(1)}, {store(1), sleep(8), store(1)}}},
	{"a group", 2, [][]instr{{add(1, 2), start(2), start(3), wait(1), store(2), store(3)}, {store(3), done(1)}, {load(3), load(2), done(1)}}},
	{"a sleep beside others", 1, [][]instr{{start(2), start(3), sleep(5), store(1)}, {store(1)}, {load(2)}}},
	{"a group that nobody need wait for", 2, [][]instr{{add(1, 1), start(2), store(2), wait(1), store(3)}, {store(2), store(3), done(1)}}},
	{"a rendezvous", 0, [][]instr{{start(2), send(1, 0), store(2)}, {receive(1), load(2)}}},
	{"a channel with room", 0, [][]instr{{start(2), start(3), send(1, 1), send(1, 1)}, {receive(1)}, {receive(1)}}},
	{"producers and consumers", 0, [][]instr{{start(2), start(3), receive(1), receive(1)}, {send(1, 1)}, {send(1, 1)}}},
	{"a channel with room for all", 0, [][]instr{{start(2), send(1, 3), send(1, 3), send(1, 3)}, {receive(1), receive(1), receive(1)}}},
	{"a channel with room for two", 0, [][]instr{{start(2), send(1, 2), send(1, 2), send(1, 2), send(1, 2)}, {receive(1), receive(1), receive(1), receive(1)}}},
	{"sends that meet nobody", 1, [][]instr{{start(2), send(1, 2), send(1, 2)}, {store(2), store(2)}}},
	{"what a channel puts in order", 0, [][]instr{{start(2), store(2), send(1, 2), store(2), send(1, 2)}, {receive(1), load(2), receive(1), load(2)}}},
	{"a channel and a select", 0, [][]instr{{start(2), send(1, 2), send(1, 2)}, {choice(1), receive(1)}}},
	{"a select", 0, [][]instr{{start(2), send(1, 1), send(2, 1)}, {choice(1, 2), choice(1, 2)}}},
	{"a choice of numbers", 9, [][]instr{{number(3), number(3)}}},
	{"a choice of numbers beside a store", 12, [][]instr{{start(2), number(3), store(1)}, {store(1), number(2)}}},
	{"a wait for ever", 2, [][]instr{{start(2), lock(1)}, {lock(1)}}},
	{"who starts whom", 0, [][]instr{{start(2), store(1)}, {start(3), store(1)}, {load(1), store(2)}}},
}

// prove runs a program until there is nothing left to run, and returns the classes it met, with how often it counted each as new, and the
// outcomes.
func prove(t *testing.T, code [][]instr) (d *DPOR, classes map[string]int, outcomes map[string]bool) {
	t.Helper()
	d, classes, outcomes = &DPOR{}, map[string]int{}, map[string]bool{}
	for more := true; more; {
		d.Begin(0)
		m := newMachine(code...)
		m.dpor, m.chosen = d, d.Pick
		m.run(func() int { return d.Next(m) })
		for number, th := range m.threads {
			if th != nil && th.state == gated {
				d.Waits(uint32(number), m.next(th).obj)
			}
		}
		before := d.Classes
		more = d.Turn()
		classes[m.class()] += d.Classes - before
		outcomes[m.outcome()] = true
		if d.Trouble != "" {
			t.Fatal(d.Trouble)
		}
		if d.Runs > 200_000 {
			t.Fatal("no end")
		}
	}
	return d, classes, outcomes
}

// all runs a program in every order, and returns the classes and the outcomes.
func all(code [][]instr) (classes map[string]int, outcomes map[string]bool) {
	classes, outcomes = map[string]int{}, map[string]bool{}
	var path, widths []int // choices, and among how many
	for {
		at := 0
		pick := func(n int) int {
			if at == len(path) {
				path, widths = append(path, 0), append(widths, n)
			}
			at++
			return path[at-1]
		}
		m := newMachine(code...)
		m.chosen = pick
		m.run(func() int { return pick(m.Len()) })
		classes[m.class()]++
		outcomes[m.outcome()] = true
		for len(path) > 0 && path[len(path)-1]+1 == widths[len(path)-1] {
			path, widths = path[:len(path)-1], widths[:len(widths)-1]
		}
		if len(path) == 0 {
			return classes, outcomes
		}
		path[len(path)-1]++
	}
}

// The classes that are run are those that there are, each once.
func TestDPORRunsEachClassOnce(t *testing.T) {
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			want, outcomes := all(p.code)
			d, got, seen := prove(t, p.code)
			compare(t, d, got, want)
			compareOutcomes(t, seen, outcomes)
			if p.classes != 0 && d.Classes != p.classes {
				t.Errorf("%d classes, want %d", d.Classes, p.classes)
			}
			if d.Runs > d.Classes {
				t.Errorf("%d runs were in vain", d.Runs-d.Classes)
			}
		})
	}
}

func compare(t *testing.T, d *DPOR, got, want map[string]int) {
	t.Helper()
	orders := 0
	for class, n := range want {
		orders += n
		if got[class] == 0 {
			t.Errorf("a class was not run: %s", class)
		}
	}
	for class, n := range got {
		if want[class] == 0 {
			t.Errorf("a class that there is not: %s", class)
		}
		if n > 1 {
			t.Errorf("a class was new %d times: %s", n, class)
		}
	}
	if !d.Over || d.Classes != len(want) {
		t.Errorf("over %t, %d classes, want %d", d.Over, d.Classes, len(want))
	}
	if d.Doubts > 0 {
		t.Errorf("%d doubts", d.Doubts)
	}
	t.Logf("%d orders, %d classes, %d runs", orders, len(want), d.Runs)
}

// compareOutcomes checks that all that any order makes a program see has been seen, whatever is taken for a class.
func compareOutcomes(t *testing.T, got, want map[string]bool) {
	t.Helper()
	for outcome := range want {
		if !got[outcome] {
			t.Errorf("an outcome was not seen: %s", outcome)
		}
	}
	if len(got) > len(want) {
		t.Errorf("%d outcomes were seen, there are %d", len(got), len(want))
	}
}

// Programs drawn by lot, too; every other one does nothing but send and receive.
func TestDPORRunsEachClassOfAny(t *testing.T) {
	for seed := range uint64(80) {
		code := randomProgram(rand.New(rand.NewPCG(seed/2, 1)), seed%2 == 1)
		want, outcomes := all(code)
		d, got, seen := prove(t, code)
		if t.Failed() {
			return
		}
		compare(t, d, got, want)
		compareOutcomes(t, seen, outcomes)
		if t.Failed() {
			t.Fatalf("seed %d: %v", seed, code)
		}
	}
}

// randomProgram makes three threads of a few operations on few objects, on channels only if channels is set.
func randomProgram(r *rand.Rand, channels bool) [][]instr {
	code := [][]instr{{start(2), start(3)}, nil, nil}
	room := [2]int{r.IntN(3), r.IntN(3)}
	for k := range code {
		held := uint32(0)
		for range 2 + r.IntN(2) {
			kind := r.IntN(8)
			if channels {
				kind = 3 + r.IntN(2)
			}
			switch kind {
			case 0:
				code[k] = append(code[k], load(uint32(1+r.IntN(2))))
			case 1:
				code[k] = append(code[k], store(uint32(1+r.IntN(2))))
			case 2:
				if held == 0 {
					held = uint32(3 + r.IntN(2))
					code[k] = append(code[k], lock(held))
				} else {
					code[k] = append(code[k], unlock(held))
					held = 0
				}
			case 3:
				channel := r.IntN(2)
				code[k] = append(code[k], send(uint32(5+channel), room[channel]))
			case 4:
				code[k] = append(code[k], receive(uint32(5+r.IntN(2))))
			case 5:
				code[k] = append(code[k], choice(5, 6))
			case 6:
				code[k] = append(code[k], sleep(1+r.IntN(3)))
			case 7:
				code[k] = append(code[k], number(2))
			}
		}
		if held != 0 && r.IntN(4) > 0 {
			code[k] = append(code[k], unlock(held))
		}
	}
	return code
}

// Walks at random tell about how many orders there are.
func TestOrdersEstimatesTheirNumber(t *testing.T) {
	for _, p := range programs {
		orders := 0
		classes, _ := all(p.code)
		for _, n := range classes {
			orders += n
		}
		var o Orders
		sum := 0.0
		const walks = 4000
		for seed := range uint64(walks) {
			o.Begin(seed)
			m := newMachine(p.code...)
			m.chosen = o.Pick
			m.run(func() int { return o.Next(m) })
			sum += o.Product
		}
		if mean := sum / walks; mean < 0.9*float64(orders) || mean > 1.1*float64(orders) {
			t.Errorf("%s: about %.1f orders, there are %d", p.name, mean, orders)
		}
	}
}
