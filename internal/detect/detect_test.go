package detect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// An oracle keeps every access and compares whole vector clocks.
type oracle struct {
	clocks   map[uint32]map[uint32]int // what each thread knows of each
	vars     map[uintptr]map[uint32]int
	accesses []oracleAccess
}

type oracleAccess struct {
	thread        uint32
	when          int
	from, to      uintptr
	write, atomic bool
}

func newOracle() *oracle {
	return &oracle{clocks: map[uint32]map[uint32]int{}, vars: map[uintptr]map[uint32]int{}}
}

func join(to, from map[uint32]int) map[uint32]int {
	if to == nil {
		to = map[uint32]int{}
	}
	for k, v := range from {
		to[k] = max(to[k], v)
	}
	return to
}

func (o *oracle) fork(parent, child uint32) {
	o.clocks[child] = join(nil, o.clocks[parent])
	o.clocks[child][child] = 1
	if parent != 0 {
		o.clocks[parent][parent]++
	}
}

func (o *oracle) acquire(t uint32, v uintptr) { join(o.clocks[t], o.vars[v]) }

func (o *oracle) release(t uint32, v uintptr, merge bool) {
	if !merge {
		o.vars[v] = nil
	}
	o.vars[v] = join(o.vars[v], o.clocks[t])
	o.clocks[t][t]++
}

// access reports whether the access races with an earlier one.
func (o *oracle) access(a oracleAccess) bool {
	a.when = o.clocks[a.thread][a.thread]
	race := false
	for _, e := range o.accesses {
		if e.thread != a.thread && e.from < a.to && a.from < e.to && (e.write || a.write) && !(e.atomic && a.atomic) &&
			o.clocks[a.thread][e.thread] < e.when {
			race = true
		}
	}
	o.accesses = append(o.accesses, a)
	return race
}

func (o *oracle) forget(from, to uintptr) {
	var kept []oracleAccess
	for _, a := range o.accesses {
		for x := a.from; x < a.to; x++ { // byte by byte: what overlaps in part is kept in part
			if x < from || x >= to {
				b := a
				b.from, b.to = x, x+1
				kept = append(kept, b)
			}
		}
	}
	o.accesses = kept
}

// A program is a random run, carried out by detector and oracle together until the first race.
type program struct {
	d       *Detector
	o       *oracle
	threads []*Thread
	stride  int // between the threads' numbers
	memory  uintptr
	rand    *rand.Rand
	log     strings.Builder
}

func (p *program) say(format string, args ...any) { fmt.Fprintf(&p.log, format+"\n", args...) }

// testMemory returns where a program's memory is: at the border of two pages of the shadow, which nobody else's is on
// for the first 5,000 programs. What is not noted of a new page shows there.
func testMemory(seed uint64) uintptr { return 0xc000122ff0 + uintptr(seed%5000)*2*shadowPage }

// step carries out something and returns what both sides say of it.
func (p *program) step(maxThreads int) (got, want bool) {
	t := p.threads[p.rand.IntN(len(p.threads))]
	v := uintptr(0x5000 + 8*p.rand.IntN(3))
	switch p.rand.IntN(12) {
	case 0:
		if len(p.threads) < maxThreads {
			child, id := &Thread{}, uint32(len(p.threads)*p.stride+1)
			p.d.Fork(t, child, id)
			p.o.fork(t.ID, id)
			p.threads = append(p.threads, child)
			p.say("%d starts %d", t.ID, id)
		}
	case 1:
		p.d.Acquire(t, v)
		p.o.acquire(t.ID, v)
		p.say("%d acquires %x", t.ID, v)
	case 2:
		p.d.Release(t, v)
		p.o.release(t.ID, v, false)
		p.say("%d releases %x", t.ID, v)
	case 3:
		p.d.ReleaseMerge(t, v)
		p.o.release(t.ID, v, true)
		p.say("%d merges %x", t.ID, v)
	case 4:
		p.d.ReleaseAcquire(t, v)
		p.o.acquire(t.ID, v)
		p.o.release(t.ID, v, false)
		p.say("%d releases and acquires %x", t.ID, v)
	case 5:
		u := p.threads[p.rand.IntN(len(p.threads))]
		if u != t {
			p.d.Pass(t, u)
			join(p.o.clocks[u.ID], p.o.clocks[t.ID])
			p.o.clocks[t.ID][t.ID]++
			p.say("%d passes to %d", t.ID, u.ID)
		}
	case 6:
		at := p.memory + 8*uintptr(p.rand.IntN(3))
		size := uintptr(8 * (1 + p.rand.IntN(2)))
		p.d.Forget(at, size)
		p.o.forget(at, at+size)
		p.say("forget %x+%d", at, size)
	default:
		return p.access(t)
	}
	return false, false
}

func (p *program) access(t *Thread) (got, want bool) {
	at := p.memory + uintptr(p.rand.IntN(20))
	size, write := uintptr(1), p.rand.IntN(3) == 0
	place := uint32(p.rand.IntN(5))
	atomic := false
	switch p.rand.IntN(4) {
	case 0:
		size = uintptr(1 + p.rand.IntN(12))
		switch {
		case p.d.SeenRange(t, at, size, write):
		case write:
			p.d.WriteRange(t, at, size, place)
		default:
			p.d.ReadRange(t, at, size, place)
		}
	case 1:
		if p.rand.IntN(3) == 0 {
			atomic, size = true, uintptr(4+4*p.rand.IntN(2))
			at = at &^ (size - 1)
			p.d.Atomic(t, at, size, write, place)
			break
		}
		fallthrough
	default:
		switch {
		case write && !p.d.Look(at).SeenWrite(t, at):
			p.d.Write(t, at, place)
		case !write && !p.d.Look(at).SeenRead(t, at):
			p.d.Read(t, at, place)
		}
	}
	p.say("%d accesses %x+%d write=%t atomic=%t", t.ID, at, size, write, atomic)
	want = p.o.access(oracleAccess{thread: t.ID, from: at, to: at + size, write: write, atomic: atomic})
	got = p.d.NFound > 0
	for _, r := range p.d.Found[:p.d.NFound] {
		if r.Later.Thread != t.ID || r.Earlier.Thread == t.ID || r.Addr < at || r.Addr >= at+size || r.Later.Atomic != atomic {
			p.say("strange race %+v", r)
			got = !want
		}
	}
	return got, want
}

func TestDetectorAgreesWithAnOracle(t *testing.T) {
	d := &Detector{}
	d.Init()
	races := 0
	for seed := range uint64(60_000) {
		d.Begin()
		p := &program{d: d, o: newOracle(), rand: rand.New(rand.NewPCG(seed, 1))}
		p.memory = testMemory(seed)
		main := &Thread{}
		d.Start(main, 1)
		p.o.fork(0, 1)
		p.threads = append(p.threads, main)
		most := 2 + p.rand.IntN(4)
		p.stride = []int{1, 16, 97, 4096}[seed%4] // clocks of one level, and of up to four
		for range 150 {
			got, want := p.step(most)
			if got != want {
				t.Fatalf("seed %d: detector says %t, oracle %t\n%s%+v", seed, got, want, p.log.String(), d.Found[:d.NFound])
			}
			if want {
				races++
				break
			}
		}
	}
	if races < 1000 {
		t.Errorf("only %d runs had a race", races)
	}
}

func TestWhoActsForATimerKnowsNothingOfOthersBefore(t *testing.T) {
	d := &Detector{}
	d.Init()
	d.Begin()
	var main, timer Thread
	d.Start(&main, 1)
	memory := testMemory(0)
	d.Write(&main, memory, 1)
	d.Release(&main, 0x5000)

	d.Start(&timer, 0)
	d.Acquire(&timer, 0x5000)
	d.Read(&timer, memory, 2)
	if d.NFound != 0 {
		t.Fatalf("the first one acquired what was released, and yet: %+v", d.Found[:d.NFound])
	}
	d.Start(&timer, 0)
	d.Read(&timer, memory, 3)
	if d.NFound != 1 {
		t.Errorf("the second one acquired nothing, and races with the write; found %+v", d.Found[:d.NFound])
	}
}
