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
// [Sometimes] is about the search as a whole: it states that a test is able to reach something. A test that retries
// when two threads collide has to make them collide, or it tests nothing. It fails the test if the search has come to its end,
// some schedules reached the call, and its condition never held. Searches that were cut short say little: with fewer than
// 100 schedules, unless that is all there are, it is a note and no failure. So it is in a single schedule (-schedules=1), and a
// replay does not ask. A call that no schedule reaches is not known to clew, and not told of: to state that a line is reached, have
// Sometimes(true, …) in front of a condition that may keep the line from being reached say nothing of it, but
//
//	collided := false
//	…
//	clew.Sometimes(collided, "two writers collide")
//
// at the end of the test.
//
// # Names
//
// In reports, threads and objects have names that are the same in every schedule: main/2 is the second thread that the test
// started, mutex#1 the first mutex that the run used. [Name] adds the program's own: mutex#1 (accounts). A schedule is
// found and replayed by the former, so that it stays good when the latter change.
package clew
