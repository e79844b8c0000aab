package strategy

import (
	"fmt"
	"slices"
	"testing"
)

// What the programs below share, and where they write and read it.
const (
	objA, objB, lock1, lock2 = 1, 2, 3, 4

	writesA, writesB, readsA, readsB = 11, 12, 13, 14
)

// A reader is a program of writers that set a and then b, and one that reads both, each under a lock of its own if there are to be locks.
// The reader is the last to be started, or the first if it is early.
func reader(writers int, locks, early bool) *program {
	under := func(lock uint32, place uint64, a act) []act {
		if !locks {
			return []act{a}
		}
		return []act{{op: OpLock, object: lock, place: 10 * place}, a, {op: OpUnlock, object: lock, place: 10*place + 1}}
	}
	read := slices.Concat(under(lock1, readsA, act{op: OpLoad, object: objA, place: readsA}),
		under(lock2, readsB, act{op: OpLoad, object: objB, place: readsB}))
	write := slices.Concat(under(lock1, writesA, act{op: OpStore, object: objA, place: writesA}),
		under(lock2, writesB, act{op: OpStore, object: objB, place: writesB}))
	threads := slices.Repeat([][]act{write}, writers)
	if early {
		threads = slices.Insert(threads, 0, read)
	} else {
		threads = append(threads, read)
	}
	var main []act
	for i := range threads {
		main = append(main, act{op: OpGo, starts: i + 1})
	}
	return newActs(slices.Insert(threads, 0, main)...)
}

// saw says what the reader has read: "a", "b", "ab", or nothing.
func saw(p *program) string {
	set, seen := "", ""
	for _, place := range p.places {
		switch place {
		case writesA, writesB:
			set += string(rune('a' + place - writesA))
		case readsA, readsB:
			if name := string(rune('a' + place - readsA)); slices.Contains([]byte(set), name[0]) {
				seen += name
			}
		}
	}
	return seen
}

// One thread gets between the two steps of another before any of many others has taken its second: some wish makes that come about, and
// no lot does.
func TestRFFHoldsManyBackForOne(t *testing.T) {
	for _, locks := range []bool{false, true} {
		make := func() *program { return reader(30, locks, false) }
		survey := surveyOf(make())
		if n := count(150, &RFF{guide: guide{Survey: survey}}, make, saw)["a"]; n < 5 {
			t.Errorf("locks %t: the reader came in between in %d runs of 150, want at least 5", locks, n)
		}
		if n := count(150, &POS{guide: guide{Survey: survey}}, make, saw)["a"]; n > 1 {
			t.Errorf("this test does not tell POS from RFF: %d of 150", n)
		}
	}
}

// wisher is RFF with the same wishes in each run.
type wisher struct {
	RFF
	fixed []wish
}

func (w *wisher) Begin(seed uint64) {
	w.RFF.Begin(seed)
	w.RFF.n = copy(w.wishes[:], w.fixed)
	w.spoils.clear()
	w.guard()
}

// A wish comes true in each run in which it may.
func TestWishesComeTrue(t *testing.T) {
	first := func(c byte) func(string) bool { return func(saw string) bool { return saw != "" && saw[0] == c } }
	for _, how := range []struct{ locks, early bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		make := func() *program { return reader(5, how.locks, how.early) }
		survey := surveyOf(make())
		wished := func(write, read uint64, never bool) wish {
			if how.locks { // it is locks that are waited for
				write, read = 10*write+min(write, 1), 10*read
			}
			return wish{pair: pair{write, read}, never: never}
		}
		for name, c := range map[string]struct {
			fixed []wish
			want  func(saw string) bool
		}{
			"a is set":              {[]wish{wished(writesA, readsA, false)}, first('a')},
			"a is not unset":        {[]wish{wished(0, readsA, true)}, first('a')},
			"b is not set":          {[]wish{wished(0, readsB, false)}, func(saw string) bool { return saw == "" || saw == "a" }},
			"a is set and b is not": {[]wish{wished(writesA, readsA, false), wished(0, readsB, false)}, func(saw string) bool { return saw == "a" }},
		} {
			for got, n := range count(200, &wisher{RFF{guide: guide{Survey: survey}}, c.fixed}, make, saw) {
				if !c.want(got) {
					t.Errorf("%+v, %s: the reader saw %q in %d of 200 runs", how, name, got, n)
				}
			}
		}
	}
}

// A wish that has come true holds nobody back any more.
func TestGrantedWishesAreOver(t *testing.T) {
	const one, two, load = 21, 22, 23
	make := func() *program {
		return newActs(
			[]act{{op: OpStore, object: objA, place: one}},
			slices.Concat([]act{{op: OpLoad, object: objA, place: load}}, acts(OpStore, objB, 5)),
			[]act{{op: OpStore, object: objA, place: two}})
	}
	counts := count(200, &wisher{RFF{guide: guide{Survey: surveyOf(make())}}, []wish{{pair: pair{one, load}}}}, make, (*program).order)
	if n := counts["1222222"+"3"]; n > 150 {
		t.Errorf("the second write came last in %d of 200 runs", n)
	}
	if n := counts["1232222"+"2"]; n == 0 {
		t.Errorf("the second write never came right after the read: %v", counts)
	}
}

// A survey knows which pairs its run has shown, and which others there may be; not that somebody reads what was there before they were
// started, nor that a lock is taken that nobody has given back.
func TestPairs(t *testing.T) {
	const init, store, load, take, drop = 21, 22, 23, 24, 25
	s := surveyOf(newActs(
		[]act{{op: OpStore, object: objA, place: init}, {op: OpGo, starts: 1}, {op: OpGo, starts: 2}},
		[]act{{op: OpLock, object: lock1, place: take}, {op: OpStore, object: objA, place: store}, {op: OpUnlock, object: lock1, place: drop}},
		[]act{{op: OpLock, object: lock1, place: take + 100}, {op: OpLoad, object: objA, place: load}, {op: OpUnlock, object: lock1, place: drop + 100}}))
	got := func(list []pair) string {
		slices.SortFunc(list, func(a, b pair) int { return int(1000*a.read+a.write) - int(1000*b.read+b.write) })
		return fmt.Sprint(list)
	}
	all := s.pairs.list[:s.pairs.n]
	if shown, want := got(slices.Clone(all[:s.pairs.shown])), fmt.Sprint([]pair{{store, load}, {0, take}, {drop, take + 100}}); shown != want {
		t.Errorf("shown: %s, want %s", shown, want)
	}
	if others, want := got(slices.Clone(all[s.pairs.shown:])), fmt.Sprint([]pair{{init, load}, {drop + 100, take}, {0, take + 100}}); others != want {
		t.Errorf("others: %s, want %s", others, want)
	}
}
