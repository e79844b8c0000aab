package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
	place         uint32
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

// saw reports whether there was such an access to the word of a byte: of those to its other bytes in the same segment the last
// one's place is kept. So it is of all atomic accesses.
func (o *oracle) saw(a Access, at uintptr) bool {
	for _, e := range o.accesses {
		if e.thread == a.Thread && e.from < at&^7+8 && at&^7 < e.to && e.write == a.Write && (a.Atomic || e.place == a.Place) {
			return true
		}
	}
	return false
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
	reads   int // accesses for each write
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
		if p.rand.IntN(p.reads) > 30 {
			break // who nearly only reads gives memory up as rarely
		}
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
	size, write := uintptr(1), p.rand.IntN(p.reads) == 0
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
	want = p.o.access(oracleAccess{thread: t.ID, from: at, to: at + size, write: write, atomic: atomic, place: place})
	got = p.d.NFound > 0
	for _, r := range p.d.Found[:p.d.NFound] {
		if r.Later.Thread != t.ID || r.Earlier.Thread == t.ID || r.Addr < at || r.Addr >= at+size || r.Later.Atomic != atomic || !p.o.saw(r.Earlier, r.Addr) {
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
		p := &program{d: d, o: newOracle(), rand: rand.New(rand.NewPCG(seed, 1)), reads: 3}
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

// Many threads that nearly only read make sets of readers that grow, are thinned, and are given up.
func TestReadersAgreeWithAnOracle(t *testing.T) {
	defer func(limit uint64) { setsLimit = limit }(setsLimit)
	setsLimit = 20
	d := &Detector{}
	d.Init()
	races, thinned, reused := 0, 0, 0
	for seed := range uint64(200) {
		d.Begin()
		p := &program{d: d, o: newOracle(), rand: rand.New(rand.NewPCG(seed, 2)), reads: 1500, stride: []int{1, 97}[seed%2]}
		p.memory = testMemory(seed)
		main := &Thread{}
		d.Start(main, 1)
		p.o.fork(0, 1)
		p.threads = append(p.threads, main)
		for range 3000 {
			got, want := p.step(40)
			if got != want {
				t.Fatalf("seed %d: detector says %t, oracle %t\n%s%+v", seed, got, want, p.log.String(), d.Found[:d.NFound])
			}
			if want {
				races++
				break
			}
		}
		for i := uint64(1); i <= d.sets.n; i++ {
			if d.sets.at(i).thinned > 0 {
				thinned++
				break
			}
		}
		if d.sets.free != 0 {
			reused++
		}
	}
	t.Logf("%d races, %d runs with a thinned set, %d with sets given up", races, thinned, reused)
	if races < 50 || thinned < 50 || reused < 50 {
		t.Errorf("%d races, %d runs with a thinned set, %d with sets given up: that is no test", races, thinned, reused)
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

// Who uses the same memory over and over for something new needs no more each time, in the same run.
func TestMemoryThatIsForgottenCostsNothing(t *testing.T) {
	d := &Detector{}
	d.Init()
	d.Begin()
	memory := testMemory(0)
	threads := make([]Thread, 8)
	d.Start(&threads[0], 1)
	for i := range threads[1:] {
		d.Fork(&threads[0], &threads[i+1], uint32(i+2))
	}
	var first uint32
	for round := range 200_000 {
		for i := range threads {
			d.Read(&threads[i], memory, 1)
			d.Read(&threads[i], memory+9, 2)
			d.Atomic(&threads[i], memory+16, 8, i == 0, 3)
			d.Release(&threads[i], 0x5000)
		}
		d.ReadRange(&threads[0], memory+8, 8, 4)
		d.Forget(memory, 24)
		if round == 50_000 {
			first = d.nodes.n
		}
	}
	if d.parts.n > 100 || d.parts.atomics.n > 100 || d.nodes.n > first+100 {
		t.Errorf("%d parts, %d atomics, %d nodes where %d were enough", d.parts.n, d.parts.atomics.n, d.nodes.n, first)
	}
	if d.NFound > 0 {
		t.Errorf("found %v", d.Found[0])
	}
}

func TestMarkedWordsAreFoundOnce(t *testing.T) {
	d := &Detector{}
	d.Init()
	d.Begin()
	border := testMemory(0)&^(chunkSize-1) + chunkSize
	marked := []uintptr{border - 520, border - 512, border - 8, border, border + 8, border + 2*chunkSize}
	for _, word := range marked {
		d.Mark(word + 3)
	}
	all := func(from, end uintptr) (found []uintptr) {
		for word := d.NextMarked(from, end); word < end; word = d.NextMarked(word+8, end) {
			found = append(found, word)
		}
		return found
	}
	if got := all(border-8, border+8); !slices.Equal(got, marked[2:4]) {
		t.Errorf("found %x about the border, want %x", got, marked[2:4])
	}
	if got, want := all(border-chunkSize, border+4*chunkSize), slices.Concat(marked[:2], marked[4:]); !slices.Equal(got, want) {
		t.Errorf("found %x, want %x: the others were found before", got, want)
	}
}

func TestNobodyIsOrderedByWhatLayInMemoryBefore(t *testing.T) {
	for _, renewed := range []bool{false, true} {
		d := &Detector{}
		d.Init()
		d.Begin()
		var main, other Thread
		d.Start(&main, 1)
		d.Fork(&main, &other, 2)
		memory := testMemory(0)
		d.Write(&main, memory, 1)
		d.Release(&main, memory+64)
		if renewed {
			if word := d.NextMarked(memory, memory+128); word != memory+64 {
				t.Fatalf("marked is %x, want %x", word, memory+64)
			}
			d.Renew(memory + 64)
		}
		d.Acquire(&other, memory+64)
		d.Read(&other, memory, 2)
		if got := d.NFound > 0; got != renewed {
			t.Errorf("renewed %t: race %t", renewed, got)
		}
	}
}
