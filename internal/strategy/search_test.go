package strategy

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// guided returns the strategies that go by a survey.
func guided(s *Survey) map[string]Strategy {
	return map[string]Strategy{
		"pct": &PCT{guide: guide{Survey: s}}, "pos": &POS{guide: guide{Survey: s}},
		"urw": &URW{guide: guide{Survey: s}}, "surw": &SURW{guide: guide{Survey: s}},
		"rff": &RFF{guide: guide{Survey: s}},
	}
}

// count runs a program with n seeds and counts what order makes of it.
func count(n int, s Strategy, make func() *program, order func(*program) string) map[string]int {
	counts := map[string]int{}
	for seed := range uint64(n) {
		p := make()
		p.run(s, Derive(1, seed))
		counts[order(p)]++
	}
	return counts
}

// uneven returns the chi-square statistic of counts against an equal chance for each of kinds, in standard deviations above
// what chance would make of it.
func uneven(counts map[string]int, kinds int) float64 {
	total, chi := 0, 0.0
	for _, n := range counts {
		total += n
	}
	want := float64(total) / float64(kinds)
	for _, n := range counts {
		chi += (float64(n) - want) * (float64(n) - want) / want
	}
	chi += want * float64(kinds-len(counts))
	freedom := float64(kinds - 1)
	return (chi - freedom) / math.Sqrt(2*freedom)
}

// chance checks how often something comes.
func chance(t *testing.T, what string, n, of int, want float64) {
	t.Helper()
	sigma := math.Sqrt(float64(of) * want * (1 - want))
	if math.Abs(float64(n)-float64(of)*want) > 5*sigma {
		t.Errorf("%s came %d times of %d, want about %.0f", what, n, of, float64(of)*want)
	}
}

func TestURWGivesEachInterleavingTheSameChance(t *testing.T) {
	const kinds = 60 // 6! / (3! 2! 1!)
	make := func() *program { return newProgram(steps(OpLoad, 3), steps(OpLoad, 1), steps(OpLoad, 2)) }
	urw := &URW{guide: guide{Survey: surveyOf(make())}}
	if off := uneven(count(30_000, urw, make, (*program).order), kinds); off > 5 {
		t.Errorf("chi-square is %.1f standard deviations too large", off)
	}
	if off := uneven(count(30_000, &Random{}, make, (*program).order), kinds); off < 50 {
		t.Errorf("this test does not tell a random walk from a uniform one: %.1f", off)
	}
}

// The events of threads that are yet to be started count for who starts them.
func TestURWIsUniformWhereThreadsAreStarted(t *testing.T) {
	make := func() *program {
		return newActs(
			[]act{{op: OpLoad}, {op: OpGo, starts: 1}, {op: OpLoad}},
			[]act{{op: OpStart}, {op: OpGo, starts: 2}, {op: OpLoad}},
			[]act{{op: OpStart}, {op: OpLoad}})
	}
	all := everyOrder(make)
	urw := &URW{guide: guide{Survey: surveyOf(make())}}
	counts := count(30_000, urw, make, (*program).order)
	for order := range counts {
		if !slices.Contains(all, order) {
			t.Fatalf("order %s is none of %v", order, all)
		}
	}
	if off := uneven(counts, len(all)); off > 5 || len(all) < 10 {
		t.Errorf("%d orders: chi-square is %.1f standard deviations too large", len(all), off)
	}
}

// everyOrder returns all orders of a program, found by trying.
func everyOrder(make func() *program) []string {
	var all []string
	prefixes := [][]int{nil}
	for len(prefixes) > 0 {
		prefix := prefixes[0]
		prefixes = prefixes[1:]
		p := make()
		for _, i := range prefix {
			p.step(always(i))
		}
		for i := range p.Len() {
			prefixes = append(prefixes, append(slices.Clone(prefix), i))
		}
		if p.Len() == 0 {
			all = append(all, p.order())
		}
	}
	return all
}

// always chooses the thread with an index.
type always int

func (a always) Begin(uint64)     {}
func (a always) Next(Enabled) int { return int(a) }
func (a always) Pick(int) int     { return 0 }

// However many other steps the threads take, all orders of the events on the object are equally likely.
func TestSURWGivesTheOrdersOfAnObjectsEventsTheSameChance(t *testing.T) {
	const x = 9
	make := func() *program {
		return newActs(
			[]act{{op: OpGo, starts: 1}, {op: OpGo, starts: 2}, {op: OpGo, starts: 3}},
			slices.Concat(acts(OpAdd, 1, 20), acts(OpStore, x, 1), acts(OpAdd, 1, 3)),
			slices.Concat(acts(OpStore, x, 2), acts(OpAdd, 2, 7)),
			slices.Concat(acts(OpAdd, 3, 2), acts(OpStore, x, 1), acts(OpAdd, 3, 1), acts(OpStore, x, 1)))
	}
	const kinds = 30 // 5! / (1! 2! 2!)
	order := func(p *program) string { return p.orderOf(OpStore) }
	surw := &SURW{guide: guide{Survey: surveyOf(make())}}
	if off := uneven(count(15_000, surw, make, order), kinds); off > 5 {
		t.Errorf("chi-square is %.1f standard deviations too large", off)
	}
	if off := uneven(count(15_000, &Random{}, make, order), kinds); off < 50 {
		t.Errorf("this test does not tell a random walk from a uniform one: %.1f", off)
	}
}

// An object that one thread uses alone is never drawn, nor one that all only look at; WaitGroups seldom.
func TestSURWDrawsObjectsByTheirEvents(t *testing.T) {
	s := surveyOf(newActs(
		slices.Concat(acts(OpStore, 1, 2), acts(OpLoad, 2, 5), acts(OpAdd, 3, 50), acts(OpStore, 4, 3), acts(OpAdd, 5, 9)),
		slices.Concat(acts(OpLoad, 1, 1), acts(OpLoad, 2, 5), acts(OpStore, 4, 3), acts(OpWait, 5, 1))))
	var counts [6]int
	var lot Lot
	const n = 30_000
	for range n {
		counts[s.draw(&lot)]++
	}
	chance(t, "object 1", counts[1], n, 3./10)
	chance(t, "object 4", counts[4], n, 6./10)
	chance(t, "object 5", counts[5], n, 1./10)
	if counts[0]+counts[2]+counts[3] > 0 {
		t.Errorf("drawn: %v", counts)
	}
}

// Of operations that race, each is the first with equal chance, and so again for what is left.
func TestPOSDrawsAnewAmongRacingOperations(t *testing.T) {
	make := func() *program { return newActs(acts(OpStore, 1, 3), acts(OpStore, 1, 3)) }
	pos := &POS{guide: guide{Survey: &Survey{}}}
	const n = 20_000
	counts := count(n, pos, make, (*program).order)
	chance(t, "111222", counts["111222"], n, 1./8)
	chance(t, "121212", counts["121212"], n, 1./32)
}

// Looks do not race: what was held back keeps its low priority.
func TestPOSKeepsPrioritiesOfWhatDoesNotRace(t *testing.T) {
	make := func() *program { return newActs(acts(OpLoad, 1, 1), acts(OpLoad, 1, 3)) }
	pos := &POS{guide: guide{Survey: &Survey{}}}
	const n = 20_000
	chance(t, "2221", count(n, pos, make, (*program).order)["2221"], n, 1./4) // the lowest of four; by lot 1/8
}

// A bug of depth d shows itself at least once in n·k^(d-1) of the runs with that depth, which are a third of all.
func TestPCTFindsBugsAsOftenAsItPromises(t *testing.T) {
	make := func() *program { return newProgram(steps(OpLoad, 8), steps(OpStore, 6), steps(OpLoad, 4)) }
	survey := surveyOf(make())
	n, k := 3., float64(survey.choices)
	const runs = 60_000
	order := func(p *program) string { return strings.ReplaceAll(p.order(), "3", "") }
	counts := count(runs, &PCT{guide: guide{Survey: survey}}, make, order)
	for order, chance := range map[string]float64{
		"11111222222111": 1 / (n * k),     // 1 is held up once
		"11111222111222": 1 / (n * k * k), // and so is 2
	} {
		if least := runs * chance / 3; float64(counts[order]) < least-5*math.Sqrt(least) {
			t.Errorf("%s came %d times of %d, want at least %.0f", order, counts[order], runs, least)
		}
	}
	if once := count(runs, &Random{}, make, order)["11111222222111"]; once > runs/int(3*n*k)/2 {
		t.Errorf("this test does not tell a random walk from PCT: %d", once)
	}
}

// Threads that wait for another one without blocking must not keep it from running.
func TestLoopsThatWaitComeToAnEnd(t *testing.T) {
	const lock, flag, other = 1, 2, 3
	set := func(p *program) bool { return p.ended(0) }
	loops := map[string]func() *program{
		"loads": func() *program { return waiters([]act{{op: OpLoad, object: flag, until: set}}) },
		"two loads": func() *program {
			return waiters([]act{{op: OpLoad, object: flag}, {op: OpLoad, object: other, until: again(1, set)}})
		},
		"yields": func() *program { return waiters([]act{{op: OpYield, until: set}}) },
		"swaps":  func() *program { return waiters([]act{{op: OpCAS, object: flag, until: set}}) },
		"adds":   func() *program { return waiters([]act{{op: OpAdd, object: flag, until: set}}) },
		"locks": func() *program {
			return waiters([]act{{op: OpLock, object: lock}, {op: OpLoad, object: flag}, {op: OpUnlock, object: lock, until: again(2, set)}})
		},
	}
	for loop, make := range loops {
		for name, s := range guided(surveyOf(make())) {
			longest := 0
			for seed := range uint64(300) {
				p := make()
				for s.Begin(seed); p.Len() > 0 && len(p.trace) < 50_000; {
					p.step(s)
				}
				longest = max(longest, len(p.trace))
			}
			if longest > 20_000 {
				t.Errorf("%s: a loop of %s took %d steps", name, loop, longest)
			}
		}
	}
}

// waiters returns a program of one thread that does something, and five that wait for it by a loop.
func waiters(loop []act) *program {
	one := acts(OpStore, 2, 5)
	return newActs(one, loop, slices.Clone(loop), slices.Clone(loop), slices.Clone(loop), slices.Clone(loop))
}

// again makes an act the end of a loop of n+1: the thread goes back unless done holds.
func again(n int, done func(p *program) bool) func(p *program) bool {
	return func(p *program) bool {
		if done(p) {
			return true
		}
		p.at[p.turn] -= n
		return false
	}
}

func TestSearchIsAFunctionOfItsSeed(t *testing.T) {
	make := func() *program {
		return newActs(
			[]act{{op: OpGo, starts: 1}, {op: OpGo, starts: 2}, {op: OpStore, object: 1}, {op: OpYield}, {op: OpLoad, object: 2}},
			slices.Concat(acts(OpLoad, 1, 2), acts(OpStore, 2, 2)),
			[]act{{op: OpLock, object: 3}, {op: OpStore, object: 1}, {op: OpUnlock, object: 3}, {op: OpStore, object: 2}})
	}
	for name, s := range guided(surveyOf(make())) {
		other := guided(surveyOf(make()))[name]
		seen := map[string]bool{}
		for seed := range uint64(50) {
			p, q := make(), make()
			p.run(s, seed)
			q.run(other, seed+1000) // leaves something behind
			q = make()
			q.run(other, seed)
			if p.order() != q.order() {
				t.Fatalf("%s: seed %d gave %s, then %s", name, seed, p.order(), q.order())
			}
			seen[p.order()] = true
		}
		if len(seen) < 5 {
			t.Errorf("%s: only %d orders from 50 seeds", name, len(seen))
		}
	}
}

// More threads than there is room for are taken by lot; nobody is left out.
func TestCrowdsAreTakenByLot(t *testing.T) {
	for name, s := range guided(&Survey{}) {
		s.Begin(1)
		p, seen := &many{n: 2 * crowd}, map[int]bool{}
		for range 20 * crowd {
			seen[s.Next(p)] = true
		}
		if len(seen) < 2*crowd-10 {
			t.Errorf("%s: only %d of %d threads ran", name, len(seen), 2*crowd)
		}
		p.n = crowd - 1
		s.Begin(1)
		s.Next(p)
	}
}

// A survey of a test with more of everything than there is room for does what it can.
func TestSurveysHaveRoomForWhatTheyCanHold(t *testing.T) {
	var s Surveyor
	s.Begin(0)
	for i := range uint32(4 * surveyVisits) {
		p := Pending{Thread: 1 + i%(2*crowd), Key: uint64(i%(2*crowd)) + 1, Op: OpStore, Object: 1 + i%100, Place: uint64(i)}
		s.Survey.note(&p, 2*crowd)
	}
	s.Survey.End(true)
	for _, g := range guided(&s.Survey) {
		newActs(acts(OpStore, 1, 3), acts(OpStore, 1, 3)).run(g, 1)
	}
	if s.Survey.nvisits != surveyVisits {
		t.Errorf("%d visits, want all places taken", s.Survey.nvisits)
	}
}
