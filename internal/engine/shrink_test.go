package engine

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// What breaks is kept and nothing else, wherever it is in the list.
func TestMinimizeKeepsWhatIsNeeded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		list := r.Perm(1 + r.IntN(200))
		needed := slices.Sorted(slices.Values(list[:r.IntN(min(len(list), 6))]))
		list = slices.Sorted(slices.Values(list))
		tried := 0
		least, err := minimize(list, func(some []int) (bool, error) {
			tried++
			return !slices.ContainsFunc(needed, func(n int) bool { return !slices.Contains(some, n) }), nil
		})
		if err != nil || !slices.Equal(least, needed) {
			t.Fatalf("of %d, %v are left, want %v; error %v", len(list), least, needed, err)
		}
		if most := 40 * (1 + len(needed)); tried > most {
			t.Errorf("%d tries for %d of %d, want at most %d", tried, len(needed), len(list), most)
		}
	}
}

// No part of what is left can be left out, though others might do in its place.
func TestWhatMinimizeLeavesIsNeeded(t *testing.T) {
	breaks := func(some []int) (bool, error) { // three of the even ones, or one that is 99
		even := 0
		for _, n := range some {
			if n%2 == 0 {
				even++
			}
		}
		return even >= 3 || slices.Contains(some, 99), nil
	}
	list := make([]int, 120)
	for i := range list {
		list[i] = i
	}
	least, _ := minimize(list, breaks)
	for i := range least {
		if ok, _ := breaks(slices.Concat(least[:i], least[i+1:])); ok {
			t.Errorf("%v breaks without %d", least, least[i])
		}
	}
}

// When the time is over, what is left by then still breaks.
func TestMinimizeStopsWhenTheTimeIsOver(t *testing.T) {
	list := make([]int, 64)
	for i := range list {
		list[i] = i
	}
	tried := 0
	breaks := func(some []int) (bool, error) {
		if tried++; tried > 7 {
			return false, errNoTime
		}
		return slices.Contains(some, 20) && slices.Contains(some, 50), nil
	}
	least, err := minimize(list, breaks)
	if !errors.Is(err, errNoTime) || !slices.Contains(least, 20) || !slices.Contains(least, 50) || len(least) == len(list) {
		t.Errorf("left %v, error %v", least, err)
	}
}
