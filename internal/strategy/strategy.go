// Package strategy chooses which thread runs next.
//
// A run of a program is a sequence of steps. Before each step the scheduler
// asks a [Strategy] which of the enabled threads may take it; a thread is
// enabled when its pending operation could be carried out now, so a thread
// that waits for a held lock is not among them. Replay is a strategy like the
// others: it answers what a saved schedule says.
//
// The files of this package lead two lives. Here they are ordinary Go, tested
// against simulated programs. At build time they are also compiled into package
// runtime of the program under test, where the real scheduler calls them with
// the turn in hand. Therefore they import nothing, allocate nothing while they
// choose, start no goroutine, and give their top-level names no prefix that
// package runtime uses.
//
// A strategy must be a pure function of its seed and of what it is shown: the
// same seed and the same program give the same schedule in every process.
package strategy

// Pending is a thread that can go on, and what it is about to do.
type Pending struct {
	Key    uint64 // name of the thread as a number, the same in every schedule
	Place  uint64 // where in the program the operation stands, 0 if that is not known: good for comparing, and for nothing else
	Thread uint32 // number of the thread in this run, main is 1
	Parent uint32 // number of the thread that started it, 0 for main; always the smaller one
	Object uint32 // number of the operation's object in this run, 0 if none
	Op     Op     // the operation it is about to carry out
}

// Enabled shows a strategy the threads that can take the next step.
type Enabled interface {
	// Len is the number of enabled threads, at least 1.
	Len() int
	// At returns the i-th of them. The order is the same whenever the same
	// steps led here, and means nothing else.
	At(i int) Pending
	// Thread is At(i).Thread, in less time.
	Thread(i int) uint32
	// Threads is the number of threads that the run has had so far, those that have
	// ended too: they are numbered from 1 to it.
	Threads() int
	// Current is the index of the thread that took the last step, or -1 when
	// it cannot go on.
	Current() int
	// Rests is how often in this run nobody could go on, and the clock went on to the next timer.
	Rests() int
}

// Strategy chooses the schedule of a run, a step at a time.
type Strategy interface {
	// Begin starts a run. Everything the strategy draws by lot comes from seed.
	Begin(seed uint64)
	// Next returns the index in e of the thread that takes the next step. It
	// is asked also when there is only one.
	Next(e Enabled) int
	// Pick chooses one of n ways that the last step can go, n at least 1: the ready cases of a select, or the numbers
	// that a program chooses from.
	Pick(n int) int
}
