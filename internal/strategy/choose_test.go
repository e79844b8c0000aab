package strategy

import (
	"reflect"
	"testing"
)

// picksOf runs a program by s, and returns what it picked.
func picksOf(code [][]instr, s Strategy, seed uint64) (picks []int) {
	for _, step := range record(code, s, seed) {
		if step.Pick >= 0 {
			picks = append(picks, int(step.Pick))
		}
	}
	return picks
}

// In the plain order a program that chooses is given 0, whatever selects have taken: so it is without clew, and there shrinking goes.
func TestThePlainOrderChoosesZero(t *testing.T) {
	full := []instr{send(1, 4), send(1, 4), send(1, 4), send(2, 4), send(2, 4), send(2, 4)}
	code := [][]instr{append(full, choice(1, 2), number(3), choice(1, 2), number(3), number(3), choice(1, 2))}
	want := []int{0, 0, 1, 0, 0, 0}
	var detours Detours
	detours.Take(nil)
	for _, s := range []Strategy{new(Plain), new(Surveyor), &detours, new(Replay), new(Blocks)} {
		if got := picksOf(code, s, 0); !reflect.DeepEqual(got, want) {
			t.Errorf("%T picks %v, want %v", s, got, want)
		}
	}
}

// A number that was chosen is a detour of its own, which can be taken by itself, and lowered.
func TestADetourChoosesANumber(t *testing.T) {
	code := [][]instr{{number(9), number(9)}}
	var noted []Detour
	steps := []Step{{keyOf(1), OpStart, -1}, {keyOf(1), OpChoose, 8}, {keyOf(1), OpChoose, 5}}
	way := &Detours{Way: &Replay{Steps: steps}, Note: func(d Detour) { noted = append(noted, d) }}
	if got := picksOf(code, way, 0); !reflect.DeepEqual(got, []int{8, 5}) || len(noted) != 2 {
		t.Fatalf("replayed %v, noted %v", got, noted)
	}
	noted[1].Pick = 3
	var d Detours
	d.Take(noted[1:])
	if got := picksOf(code, &d, 0); !reflect.DeepEqual(got, []int{0, 3}) {
		t.Errorf("with a detour to 3, picked %v", got)
	}
}

// It is 0 for a thread that was held up just before it chooses, too.
func TestWhoWasHeldUpChoosesZero(t *testing.T) {
	code := [][]instr{{send(1, 1), send(2, 1), choice(1, 2), start(2), store(3), load(3)}, {store(3), number(3)}}
	var d Detours
	d.Take([]Detour{{After: keyOf(1), Count: 5, To: keyOf(2), Pick: -1}, {After: keyOf(2), Count: 2, To: keyOf(1), Pick: -1}})
	steps := record(code, &d, 0)
	last := steps[len(steps)-1]
	if before := steps[len(steps)-2]; before.Key != keyOf(1) || last.Op != OpChoose {
		t.Fatalf("the thread was not held up: %v", steps)
	}
	if last.Pick != 0 {
		t.Errorf("it chose %d", last.Pick)
	}
}

// Every strategy that searches by lot chooses each number about as often as the others.
func TestNumbersAreChosenWithEqualChance(t *testing.T) {
	code := [][]instr{{start(2), number(4), store(1)}, {store(1), number(4)}}
	survey := new(Surveyor)
	record(code, survey, 0)
	survey.Survey.End(true)
	const runs = 4000
	all := guided(&survey.Survey)
	all["random"] = new(Random)
	for name, s := range all {
		var counts [4][4]int
		for seed := range uint64(runs) {
			picks := picksOf(code, s, Derive(1, seed))
			counts[picks[0]][picks[1]]++
		}
		for a := range counts {
			for b, n := range counts[a] {
				if n < runs/16*3/4 || n > runs/16*5/4 {
					t.Errorf("%s: %d and %d in %d of %d runs", name, a, b, n, runs)
				}
			}
		}
	}
}
