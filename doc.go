// Package clew lets a test say more to clew than plain Go can: what it may choose, what must hold, how things are called,
// and how much searching it is worth.
//
// No test needs it: clew explores any Go test as it is. And it costs nothing elsewhere. Under plain go test, and in a
// program, each call here is a constant, or nothing at all, after the compiler has been over it; there is no build tag
// to set, and the package imports next to nothing.
//
// # Under clew, and not
//
//	                     under clew                                    elsewhere
//	Under()              true                                          false, a constant
//	Choose(n)            each of 0 to n-1, in some schedule            0
//	Always(c, name)      ends the run as a failure unless c holds      panics unless c holds
//	Sometimes(c, name)   the test fails if c never holds               nothing
//	Name(name, x)        x has this name in reports                    nothing
//	Explore(t, o, f)     runs f; the test's search goes by o           runs f
//
// Under clew means: in a test binary that clew test or clew replay runs. Some of that binary's work is not part of any
// schedule: TestMain, package initialisation, benchmarks, tests that are too long to be explored, and goroutines from
// before the test. There, calls do what they do elsewhere, but for Under.
//
// # Runs and searches
//
// clew runs a test many times, each time under another schedule: the search. [Choose] and [Always] are about one run.
// A number that was chosen is a step of the schedule, and so it is replayed, and made as small as the failure allows.
// Enumerated are the numbers by clew test -prove; other strategies draw them by lot, each with the same chance.
//
// [Sometimes] is about the search as a whole: it states that the test is able to reach something. A test of what happens when two
// writers collide has to make them collide, or it tests nothing:
//
//	clew.Sometimes(retries > 0, "a writer has to retry")
//
// The test fails if its search is over, some of its schedules reached the call, and the condition held in none of them. A search
// that was cut short says little: with fewer than 100 schedules it is a note, and no failure, unless there are no more of them. So it
// is with -schedules=1, and a replay does not ask. A call that no schedule reaches is not known to clew, and not told of: the call belongs
// where every schedule comes along, with a condition that says what happened, and not into the branch that may never be taken.
//
// # Names
//
// In reports, threads and objects have names that are the same in every schedule: main/2 is the second thread that the test
// started, mutex#1 the first mutex that the run used. [Name] adds the program's own: mutex#1 (accounts). A schedule is
// found and replayed by the former, so that it stays good when the latter change.
package clew
