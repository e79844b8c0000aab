package strategy

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestRandomIsAFunctionOfItsSeed(t *testing.T) {
	once, again, other := twoByFour(), twoByFour(), twoByFour()
	var r Random
	once.run(&r, 7)
	again.run(&r, 7)
	other.run(&r, 8)
	if once.order() != again.order() {
		t.Errorf("seed 7 gave %s, then %s", once.order(), again.order())
	}
	if once.order() == other.order() {
		t.Errorf("seeds 7 and 8 both gave %s", once.order())
	}
}

func twoByFour() *program { return newProgram(steps(OpLoad, 4), steps(OpStore, 4)) }

// A random walk takes each branch with equal chance: of the orders of two threads with
// two steps each, those that begin 11 or 22 have probability 1/4, the others 1/8.
func TestRandomWalksWithEqualChance(t *testing.T) {
	const n = 40_000
	counts := map[string]int{}
	for seed := range uint64(n) {
		p := newProgram(steps(OpLoad, 2), steps(OpLoad, 2))
		var r Random
		p.run(&r, Derive(1, seed))
		counts[p.order()]++
	}
	want := map[string]float64{"1122": 1. / 4, "2211": 1. / 4, "1212": 1. / 8, "1221": 1. / 8, "2112": 1. / 8, "2121": 1. / 8}
	if len(counts) != len(want) {
		t.Fatalf("orders seen: %v", counts)
	}
	for order, chance := range want {
		sigma := math.Sqrt(n * chance * (1 - chance))
		if off := float64(counts[order]) - n*chance; math.Abs(off) > 5*sigma {
			t.Errorf("order %s came %d times of %d, want about %.0f", order, counts[order], n, n*chance)
		}
	}
}

func TestRandomPicksCasesWithEqualChance(t *testing.T) {
	var r Random
	r.Begin(1)
	var counts [3]int
	for range 30_000 {
		counts[r.Pick(3)]++
	}
	for i, c := range counts {
		if c < 9_500 || c > 10_500 {
			t.Errorf("case %d was picked %d times of 30000", i, c)
		}
	}
}

func TestPlainRunsAThreadUntilItBlocks(t *testing.T) {
	p := newProgram(
		[]Op{OpLock, OpLoad, OpUnlock, OpLoad},
		[]Op{OpLock, OpUnlock},
	)
	p.run(&Plain{}, 0)
	if got := p.order(); got != "111122" {
		t.Errorf("order %s, want no preemption", got)
	}
}

func TestPlainGoesOnToTheNextThreadAtAYield(t *testing.T) {
	p := newProgram([]Op{OpLoad, OpYield, OpLoad}, []Op{OpLoad, OpYield}, []Op{OpLoad})
	p.run(&Plain{}, 0)
	if got := p.order(); got != "123112" {
		t.Errorf("order %s, want each thread to make room where it yields", got)
	}
}

// A thread that spins, waiting for another without ever blocking, must not keep that
// other from running for ever.
func TestPlainInterruptsASpinningThread(t *testing.T) {
	p := newProgram(steps(OpLoad, 3*plainSlice), steps(OpStore, 1))
	p.run(&Plain{}, 0)
	if at := strings.Index(p.order(), "2"); at < 0 || at > plainSlice+1 {
		t.Errorf("the second thread ran first at step %d, want at most %d", at, plainSlice+1)
	}
}

func TestReplayFollowsWhatRandomDid(t *testing.T) {
	for seed := range uint64(100) {
		found := lockers()
		found.run(&Random{}, seed)
		replay := Replay{Steps: found.taken}
		again := lockers()
		again.run(&replay, 0)
		if !slices.Equal(found.trace, again.trace) {
			t.Fatalf("seed %d: replayed %v as %v", seed, found.trace, again.trace)
		}
		if replay.Stale || replay.Followed != len(found.taken) {
			t.Fatalf("seed %d: followed %d of %d steps, stale %t", seed, replay.Followed, len(found.taken), replay.Stale)
		}
	}
}

func lockers() *program {
	ops := []Op{OpLock, OpLoad, OpUnlock, OpAdd}
	return newProgram(ops, ops, ops)
}

func TestReplayKnowsAStaleSchedule(t *testing.T) {
	found := lockers()
	found.run(&Random{}, 3)
	changed := slices.Clone(found.taken)
	changed[5].Op = OpClose // the program has no such operation any more
	replay := Replay{Steps: changed}
	again := lockers()
	again.run(&replay, 0)
	if !replay.Stale || replay.Followed != 5 {
		t.Errorf("followed %d steps, stale %t; want 5 and stale", replay.Followed, replay.Stale)
	}
	if len(again.trace) != len(found.trace) {
		t.Errorf("the run ended after %d steps of %d: a stale replay must go on", len(again.trace), len(found.trace))
	}
}

func TestReplayPicksWhatWasPicked(t *testing.T) {
	replay := Replay{Steps: []Step{{Key: keyOf(0), Op: OpSelect, Pick: 2}, {Key: keyOf(0), Op: OpLoad, Pick: -1}}}
	p := newProgram([]Op{OpSelect, OpLoad})
	replay.Begin(0)
	replay.Next(p)
	if got := replay.Pick(3); got != 2 {
		t.Errorf("picked case %d, want 2", got)
	}
	if got := replay.Pick(2); got != 0 {
		t.Errorf("picked case %d of 2 where the schedule says 2, want the plain choice 0", got)
	}
}

func TestKeysOfThreadsDiffer(t *testing.T) {
	seen := map[uint64]bool{MainKey: true}
	var grow func(parent uint64, depth int)
	grow = func(parent uint64, depth int) {
		for n := uint32(1); n <= 30; n++ {
			for _, timer := range []bool{false, true} {
				key := ChildKey(parent, n, timer)
				if seen[key] {
					t.Fatalf("key %x comes twice", key)
				}
				seen[key] = true
				if depth > 1 {
					grow(key, depth-1)
				}
			}
		}
	}
	grow(MainKey, 3)
}

func TestNamesOfOperationsAndKindsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for op := OpNone; op < OpCount; op++ {
		if name := op.String(); name == "" || strings.ContainsAny(name, " \t") || seen[name] {
			t.Errorf("operation %d has the name %q", op, name)
		}
		seen[op.String()] = true
	}
	for k := KindNone; k < KindCount; k++ {
		if name := k.String(); name == "" || strings.ContainsAny(name, " \t#") {
			t.Errorf("kind %d has the name %q", k, name)
		}
	}
}

// The choice is made millions of times a second, in the middle of a run.
func TestChoosingAllocatesNothing(t *testing.T) {
	p := &many{n: 100}
	all := []Strategy{&Random{}, &Plain{}, &Replay{Steps: make([]Step, 10_000)}, &Surveyor{}}
	for _, s := range guided(surveyOf(twoByFour())) {
		all = append(all, s)
	}
	for _, s := range all {
		s.Begin(1)
		if n := testing.AllocsPerRun(100, func() { s.Next(p); s.Pick(3); s.Begin(2) }); n != 0 {
			t.Errorf("%T allocates %.0f times a choice", s, n)
		}
	}
}

// Many is n enabled threads that never end.
type many struct{ n int }

func (c *many) Len() int            { return c.n }
func (c *many) At(i int) Pending    { return Pending{Thread: uint32(i + 1)} }
func (c *many) Thread(i int) uint32 { return c.At(i).Thread }
func (c *many) Current() int        { return -1 }
func (c *many) Rests() int          { return 0 }
func (c *many) Threads() int        { return c.n }

func TestSourcesNeedNothing(t *testing.T) {
	files, err := Sources.ReadDir(".")
	if err != nil || len(files) < 5 {
		t.Fatalf("only %d files: %v", len(files), err)
	}
	for _, file := range files {
		name := file.Name()
		text, err := Sources.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nimport ") {
			t.Errorf("%s imports something: it cannot be compiled into package runtime", name)
		}
	}
}

// In a crowd, too, each thread gets its turn.
func TestPlainIsFairInACrowd(t *testing.T) {
	const n = 2 * plainCrowd
	threads := make([][]Op, n)
	for i := range threads {
		threads[i] = steps(OpYield, 3)
	}
	p := newProgram(threads...)
	s := &Plain{}
	s.Begin(0)
	ran := map[uint32]bool{}
	for range n {
		i := s.Next(p)
		ran[p.At(i).Thread] = true
		p.last = int(p.At(i).Thread) - 1
	}
	if len(ran) < n-2 {
		t.Errorf("only %d of %d threads ran in %d steps", len(ran), n, n)
	}
}
