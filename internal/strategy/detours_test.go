package strategy

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// record runs a program by s and returns the steps that a replay follows.
func record(code [][]instr, s Strategy, seed uint64) []Step {
	var steps []Step
	s.Begin(seed)
	m := newMachine(code...)
	m.chosen = func(n int) int {
		pick := s.Pick(n)
		steps[len(steps)-1].Pick = int32(pick)
		return pick
	}
	m.run(func() int {
		i := s.Next(m)
		p := m.At(i)
		steps = append(steps, Step{p.Key, p.Op, -1})
		return i
	})
	return steps
}

// Any schedule is the plain order with its detours; without them it is the plain order.
func TestDetoursMakeAnySchedule(t *testing.T) {
	for seed := range uint64(300) {
		code := randomProgram(rand.New(rand.NewPCG(seed, 2)), false)
		steps := record(code, new(Random), seed)
		var noted []Detour
		replay := &Replay{Steps: steps}
		way := &Detours{Way: replay, Note: func(d Detour) { noted = append(noted, d) }}
		if got := record(code, way, 0); !slices.Equal(got, steps) || replay.Stale {
			t.Fatalf("seed %d: it went\n%v, want\n%v", seed, got, steps)
		}
		var again Detours
		again.Take(noted)
		if got := record(code, &again, 0); !slices.Equal(got, steps) {
			t.Fatalf("seed %d: with all detours it went\n%v, want\n%v", seed, got, steps)
		}
		again.Take(nil)
		if got, want := record(code, &again, 0), record(code, new(Plain), 0); !slices.Equal(got, want) {
			t.Fatalf("seed %d: without detours it went\n%v, want\n%v", seed, got, want)
		}
	}
}

// A detour can be taken without those before it, and one to a thread that cannot go on is not taken.
func TestADetourNeedsNoOther(t *testing.T) {
	code := [][]instr{{start(2), start(3), store(1), store(1)}, {store(2), store(2)}, {store(3)}}
	plain := record(code, new(Plain), 0)
	var d Detours
	d.Take([]Detour{{After: keyOf(2), Count: 2, To: keyOf(3), Pick: -1}, {After: keyOf(1), Count: 1, To: keyOf(3), Pick: -1}})
	got := record(code, &d, 0)
	if slices.Equal(got, plain) {
		t.Fatal("no detour was taken")
	}
	for i, s := range got {
		if s.Key == keyOf(2) && s.Op == OpStore {
			if got[i+1].Key != keyOf(3) {
				t.Errorf("after its second step, thread 2 was followed by %v", got)
			}
			break
		}
	}
}

// Switches away from who could have gone on are told from those that had to be.
func TestDetoursTellPreemptions(t *testing.T) {
	code := [][]instr{{start(2), store(1)}, {store(2)}}
	count := func(steps []Step) (preempts int) {
		way := &Detours{Way: &Replay{Steps: steps}, Note: func(d Detour) {
			if d.Preempts {
				preempts++
			}
		}}
		record(code, way, 0)
		return preempts
	}
	if n := count(record(code, new(Plain), 0)); n != 0 {
		t.Errorf("the plain order has %d preemptions", n)
	}
	one := []Step{{keyOf(1), OpStart, -1}, {keyOf(1), OpGo, -1}, {keyOf(2), OpStart, -1}, {keyOf(2), OpStore, -1}, {keyOf(1), OpStore, -1}}
	if n := count(one); n != 1 {
		t.Errorf("%d preemptions, want 1", n)
	}
}

// Blocks are followed as far as their threads can go on.
func TestBlocksAreFollowed(t *testing.T) {
	code := [][]instr{{start(2), lock(1), store(2), unlock(1)}, {lock(1), store(2), unlock(1)}}
	var b Blocks
	b.List = []Block{{keyOf(1), 3}, {keyOf(2), 9}, {keyOf(1), 1}, {keyOf(2), 2}}
	got := record(code, &b, 0)
	var order []uint64
	for _, s := range got {
		order = append(order, s.Key)
	}
	one, two := keyOf(1), keyOf(2)
	// Thread 2 can but start while 1 has the lock, and neither 1's one more step nor 2's two take it from there to its end.
	want := []uint64{one, one, one, two, one, one, two, two, two}
	if !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}
