// Package schedule keeps the choices that make a run repeatable.
//
// A schedule is a list of steps: which thread went next and what it did. Saved as text it is a
// regression test that people can read, diff and commit; given back to a worker it makes the same
// failure happen again, in any process.
//
// # The file
//
//	clew schedule v1
//	test TestCounter
//	package example.com/counter
//	go go1.26.8
//	finding deadlock
//	clock 1795400000000000000
//	procs 2/4
//	points example.com/counter/counter.go:9
//	origin random seed=1 index=17
//	steps 41
//
//	main        go       -          counter_test.go:14
//	main/1      lock     mutex#1    counter.go:9
//	main        select   -          x.go:9        pick=1
//
// The first line is the version. Header lines are a key and a value; an empty line ends them. Then comes
// one line a step, in order: the thread, its operation, the object ("-" for none), the place ("-" for
// none) and, where a select chose among several ready cases, pick=N. Columns are separated by blanks and a
// place holds none: a blank in a path is written %20. A line that begins with # is a comment: what the
// program calls threads and objects is told in such lines ("# mutex#1: accounts"), so that other names make no other schedule.
//
// delay=THREAD:Nms at the end of a line says that after this step, and before the next, the thread is held back for so long, while the
// clock goes on. With @K behind it, it is held back at its K-th look at the clock after the step. There may be several. The origin of a
// run with delays ends with slow=BUDGET/POINTS/LOOKS: how long all of them may take, and from how many places they were drawn.
//
// "procs" is GOMAXPROCS and the number of CPUs that the test saw: a replay shows it the same, wherever it runs.
//
// Lines "points" say which accesses to memory were scheduling points, beside synchronisation: those at a place, PACKAGE/FILE:LINE
// (a line for each), or all of them ("points memory"). It is the only key that may come more than once.
//
// A run of more than [MaxSteps] steps lists only its first ones, and "steps" gives the full number. Such a
// schedule is [Schedule.Partial]: it is repeated from its origin (strategy, seed and index), and its list
// serves only as a check.
//
// # Names and keys
//
// A thread is named by how it came to be: main, main/1, main/1/2 (the second thread that main/1
// started), main/t1 (the first timer callback of main). The worker knows threads by a 64-bit key made of the same path; [Key]
// computes it from the name, so that a file needs to hold only names.
//
// The package knows nothing of Go's runtime and imports none of clew's other packages.
package schedule
