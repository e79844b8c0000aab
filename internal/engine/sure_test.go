package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
	"testing"
)

// A lottery draws classes with given chances.
type lottery struct {
	chances []float64
	upTo    []float64 // sums
}

func newLottery(classes int, weight func(i int) float64) *lottery {
	l := &lottery{}
	total := 0.0
	for i := range classes {
		l.chances = append(l.chances, weight(i))
		total += weight(i)
	}
	sum := 0.0
	for i := range l.chances {
		l.chances[i] /= total
		sum += l.chances[i]
		l.upTo = append(l.upTo, sum)
	}
	return l
}

// draw draws n times into s.
func (l *lottery) draw(r *rand.Rand, n int, add func(class string)) {
	for range n {
		add(strconv.Itoa(min(sort.SearchFloat64s(l.upTo, r.Float64()), len(l.upTo)-1)))
	}
}

// unseen is the true chance that one more draw shows a new class.
func (l *lottery) unseen(d *draws) float64 {
	left := 0.0
	for i, chance := range l.chances {
		if d.classes[strconv.Itoa(i)].runs == 0 {
			left += chance
		}
	}
	return left
}

func even(int) float64            { return 1 }
func zipf(i int) float64          { return 1 / float64(i+1) }
func steep(i int) float64         { return math.Pow(float64(i+1), -2) }
func oneAndCrumbs(i int) float64  { return map[bool]float64{true: 1000, false: 1}[i == 0] }
func geometrically(i int) float64 { return math.Pow(0.7, float64(i)) }
func lotteries() map[string]*lottery {
	all := map[string]*lottery{"one class": newLottery(1, even), "one and crumbs": newLottery(500, oneAndCrumbs), "geometric": newLottery(60, geometrically)}
	for _, classes := range []int{2, 20, 100, 20000} {
		all[fmt.Sprint("even ", classes)] = newLottery(classes, even)
		all[fmt.Sprint("zipf ", classes)] = newLottery(classes, zipf)
		all[fmt.Sprint("steep ", classes)] = newLottery(classes, steep)
	}
	return all
}

// The true chance lies below the interval's upper end, 95 times of 100 at least, whatever is drawn from and however often.
func TestTheIntervalHoldsTheChance(t *testing.T) {
	const trials = 200
	for name, l := range lotteries() {
		for _, runs := range []int{10, 100, 1000} {
			missed, wide := 0, 0.0
			for trial := range uint64(trials) {
				d := newDraws()
				l.draw(rand.New(rand.NewPCG(trial, uint64(runs))), runs, func(class string) { d.add(class, 1, "random") })
				chance, high := d.all.unseen()
				if l.unseen(d) > high {
					missed++
				}
				if high < chance {
					t.Fatalf("%s: %g is below the estimate %g", name, high, chance)
				}
				wide += (high - chance) / trials
			}
			t.Logf("%s, %d runs: missed %d of %d, %.4f above the estimate", name, runs, missed, trials, wide)
			if missed > trials/20 {
				t.Errorf("%s: of %d trials with %d runs, %d missed the chance", name, trials, runs, missed)
			}
		}
	}
}

// Nothing shown once is no proof of nothing new: the upper end is no less than the rule of three has it.
func TestNothingShownOnceIsNotNothingNew(t *testing.T) {
	for _, runs := range []int{10, 100, 1000, 100_000} {
		s := sample{runs: runs}
		chance, high := s.unseen()
		if least, most := 1-math.Pow(0.05, 1/float64(runs)), 4/float64(runs); chance != 0 || high < least || high > most {
			t.Errorf("%d runs: %g to %g, want 0 to something from %g to %g", runs, chance, high, least, most)
		}
	}
	if chance, high := new(sample).unseen(); chance != 1 || high != 1 {
		t.Errorf("without a run: %g, %g", chance, high)
	}
}

// What is shown once or twice is counted for who showed it, if nobody else did, however many runs come at once.
func TestClassesAreCountedForWhoShowedThem(t *testing.T) {
	d := newDraws()
	for _, tt := range []struct {
		class    string
		runs     int
		strategy string
		want     string // once and twice of all, of p and of q
	}{
		{"a", 1, "p", "1 0, 1 0, 0 0"}, {"b", 2, "q", "1 1, 1 0, 0 1"}, {"a", 1, "q", "0 2, 0 0, 0 1"}, {"c", 5, "q", "0 2, 0 0, 0 1"},
		{"d", 1, "q", "1 2, 0 0, 1 1"}, {"d", 1, "q", "0 3, 0 0, 0 2"}, {"b", 3, "q", "0 2, 0 0, 0 1"}, {"a", 1, "p", "0 1, 0 0, 0 1"},
	} {
		d.add(tt.class, tt.runs, tt.strategy)
		p, q := new(sample), new(sample)
		if d.by["p"] != nil {
			p = d.by["p"]
		}
		if d.by["q"] != nil {
			q = d.by["q"]
		}
		if got := fmt.Sprintf("%d %d, %d %d, %d %d", d.all.once, d.all.twice, p.once, p.twice, q.once, q.twice); got != tt.want {
			t.Errorf("after %d of %s by %s: %s, want %s", tt.runs, tt.class, tt.strategy, got, tt.want)
		}
	}
	if d.all.runs != 15 || d.by["p"].runs != 2 || d.by["q"].runs != 13 {
		t.Errorf("%d runs, %d by p, %d by q", d.all.runs, d.by["p"].runs, d.by["q"].runs)
	}
}

// A search that looks from time to time and ends when it is sure is right about it, 95 times of 100 at least.
func TestWhoIsSureIsRight(t *testing.T) {
	const trials, limit = 100, 0.02
	for name, l := range lotteries() {
		wrong, stopped := 0, 0
		for trial := range uint64(trials) {
			d, r := newDraws(), rand.New(rand.NewPCG(trial, 7))
			at := uint64(1)
			for look := firstLook(at, 1, limit); look < 20_000; look = nextLook(look) {
				l.draw(r, int(look-at), func(class string) { d.add(class, 1, "random") })
				at = look
				if d.sure([]string{"random"}, limit) {
					stopped++
					if l.unseen(d) > limit {
						wrong++
					}
					break
				}
			}
		}
		t.Logf("%s: sure %d times, wrong %d times", name, stopped, wrong)
		if wrong > trials/20 {
			t.Errorf("%s: of %d searches that were sure, %d were wrong", name, stopped, wrong)
		}
		if name == "one class" && stopped < trials {
			t.Errorf("with one class, %d of %d searches were sure", stopped, trials)
		}
	}
}

// So is one with two strategies that know of each other's classes, for either of them.
func TestTwoWhoAreSureAreRight(t *testing.T) {
	const trials, limit, classes = 200, 0.02, 300
	upwards := newLottery(classes, func(i int) float64 { return 1 / float64(i+1) })
	downwards := newLottery(classes, func(i int) float64 { return 1 / float64(classes-i) })
	wrong, stopped, last := 0, 0, 0
	for trial := range uint64(trials) {
		d, r := newDraws(), rand.New(rand.NewPCG(trial, 8))
		at := uint64(1)
		for look := firstLook(at, 2, limit); look < 20_000; look = nextLook(look) {
			for ; at < look; at += 8 { // they take turns, one more often
				upwards.draw(r, 7, func(class string) { d.add(class, 1, "up") })
				downwards.draw(r, 1, func(class string) { d.add(class, 1, "down") })
			}
			if d.sure([]string{"up", "down"}, limit) {
				stopped, last = stopped+1, max(last, int(look))
				if upwards.unseen(d) > limit || downwards.unseen(d) > limit {
					wrong++
				}
				break
			}
		}
	}
	t.Logf("sure %d times, the last at %d, wrong %d times", stopped, last, wrong)
	if wrong > trials/20 || stopped == 0 {
		t.Errorf("of %d searches that were sure, %d were wrong", stopped, wrong)
	}
}

// All strategies have to be sure, each by what it drew itself; the plain order is not drawn.
func TestEachStrategyHasToBeSure(t *testing.T) {
	d := newDraws()
	d.add("x", 1, plainly)
	d.add("a", 5000, "random")
	if d.all.runs != 5000 || !d.sure([]string{"random"}, 0.001) {
		t.Errorf("%d runs, not sure", d.all.runs)
	}
	if d.sure([]string{"random", "pct"}, 0.001) {
		t.Error("sure of a strategy that drew nothing")
	}
	d.add("a", 1000, "pct")
	if d.sure([]string{"random", "pct"}, 0.001) {
		t.Error("sure of a strategy that drew too little")
	}
	d.add("a", 4000, "pct")
	if !d.sure([]string{"random", "pct"}, 0.001) {
		t.Error("not sure, though both are")
	}
}

func TestLooks(t *testing.T) {
	if got := firstLook(1, 2, 0.001); got != 1+2*3842 {
		t.Errorf("the first look is at %d", got)
	}
	if got := firstLook(1, 2, 0); got != math.MaxUint64 {
		t.Errorf("who is never to be sure looks at %d", got)
	}
	if got := nextLook(100); got != 164 {
		t.Errorf("the look after 100 is at %d", got)
	}
	if got := nextLook(8000); got != 9000 {
		t.Errorf("the look after 8000 is at %d", got)
	}
}
