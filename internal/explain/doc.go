// Package explain turns a trace into a story that a tired engineer can follow.
//
// For a run that could not end it answers, for each thread that is stuck: what it waits for, who holds
// that, where it waits, where the lock was taken; and, where threads wait in a cycle, the cycle. The words are the
// trace's own: threads by name, objects by kind and number.
//
// Who waits for whom:
//
//   - a thread at a lock waits for the threads that hold it. A lock held by a thread that has ended will never come
//     free, and the story says so;
//   - a reader at a lock that is only held for reading waits for the writer that came before it: that is how two
//     reads of one thread deadlock with a writer in between;
//   - at channels, wait groups and conditions nobody holds anything: such a thread may be stuck because of a
//     cycle, but is not part of one.
//
// For a data race it answers who accessed what, where, started by whom and holding which locks (race.go). What a variable is called, and how
// its value reads, the caller knows.
//
// For every finding it says which kind of bug it is, if that is certain (class.go): its [Class], with the usual cure. A recogniser knows one kind,
// and asks for evidence in the run: who waits for whom at its end (locks.go, channels.go), what the runtime says of a misuse (misuse.go), what a race
// is about (racing.go), and what threads did to one variable before, in and after a gap, where one of them was held up for others though it could have
// gone on (updates.go). Schedules are shrunk before they are explained, so that the bug does not do without its gaps; where there are many, they tell
// nothing. When in doubt a recogniser says nothing, and the report has no class.
//
// The steps that show the class are those that matter; they are told line by line, and the rest is counted (steps.go).
//
// Frames of the runtime, the testing package and the insides of sync are left out of stacks, unless nothing else is left.
package explain
