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
// For a data race it answers who accessed what, where, started by whom and holding which locks (race.go); and, for the run
// that the race leads to, what the threads did to the variable and which update was lost (memory.go): an update is lost if
// its variable is overwritten by a thread that read it before, and nobody saw it. What a variable is called, and how
// its value reads, the caller knows.
//
// Frames of the runtime, the testing package and the insides of sync are left out of stacks, unless nothing else is left.
package explain
