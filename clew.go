package clew

import (
	"strconv"
	"time"
)

// Under reports whether clew runs the process.
//
//	rounds := 1000
//	if clew.Under() {
//		rounds = 3 // clew has its own ways to make things happen
//	}
func Under() bool { return under() }

// Choose returns a number from 0 to n-1: under clew every one of them in some schedule, elsewhere 0. So 0 should be the ordinary case.
// It panics unless n is from 1 to 2147483647.
//
//	if clew.Choose(2) == 1 {
//		conn.Close() // the peer may be gone by now, or not
//	}
func Choose(n int) int {
	if n < 1 || n > mostChoices {
		refuse(n)
	}
	return choose(n)
}

const mostChoices = 1<<31 - 1

func refuse(n int) {
	panic("clew.Choose: n is " + strconv.Itoa(n) + ", and must be from 1 to " + strconv.Itoa(mostChoices))
}

// Always states that cond holds whenever the call is reached; name says what that means. If it does not, the run ends at once, and
// the test has failed: under clew with name and the place of the call, whichever thread it is. Elsewhere Always panics: there
// is no test at hand that could fail. Code that must not panic in production keeps it behind [Under].
func Always(cond bool, name string) {
	if !cond {
		broken(name)
	}
}

// Sometimes states that cond holds, in one of the schedules of a test at least, when a call with that name is reached. See the
// package's text for when the test fails, and when that is only told.
func Sometimes(cond bool, name string) { sometimes(cond, name) }

// Name names the calling thread or, if there are any, the objects: pointers to mutexes, wait groups, atomics and
// whatever else threads meet at, or channels. Reports show the name beside clew's own. An object that has a name is kept
// until the run is over.
//
//	clew.Name("accounts", &b.mu)
//	go func() {
//		clew.Name("writer")
//		…
func Name(name string, objects ...any) { setName(name, objects) }

// Options say how much searching a test is worth. What is zero is as the command line has it.
type Options struct {
	Schedules int           // as -schedules
	Time      time.Duration // as -time
	Strategy  string        // as -strategy
	Seed      uint64        // as -seed
}

// Explore calls f. Under clew, the test that it is called in is searched as o says: the whole test, of which f is a part, as if o
// were given on the command line for this test alone. Flags that are given on the command line take precedence.
//
// It is the plain order, the first schedule of the search, that tells of o, wherever in the test the call is. Saved schedules are
// tried before, in any case. A test has one search: a second call with other options, in a subtest say, fails the test.
//
//	func TestQueue(t *testing.T) {
//		clew.Explore(t, clew.Options{Schedules: 100_000, Time: time.Minute}, func(t *testing.T) {
//			…
//		})
//	}
func Explore[T interface {
	Fatal(args ...any)
	Helper()
}](t T, o Options, f func(t T)) {
	t.Helper()
	if o.Schedules < 0 || o.Time < 0 {
		t.Fatal("clew.Explore: options must not be below zero")
	}
	if trouble := explore(o); trouble != "" {
		t.Fatal("clew.Explore: " + trouble)
	}
	f(t)
}
