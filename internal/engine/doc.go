// Package engine is the coordinator: it runs one test binary through many schedules, in worker processes, and
// prints what go test expects of a test binary.
//
// # How a test is run
//
// A worker is the test binary itself, started with CLEW_WORKER set (worker.go). It must say hello with the overlay's
// hash: a binary that is not under control is refused (handshake.go). The main worker lists the tests, and takes each one
// through what go test would do, in its order:
//
//  1. its saved schedules, testdata/clew/TEST/*, as regression tests (keep.go, saved.go);
//  2. the plain run, schedule 0, whose output is what a passing test shows (test.go).
//
// A test whose plain run spends its budget is too long to be explored, unless that run goes round for ever: it is run once without
// control (long.go). A test of a single thread needs no more, and is printed. The others are then searched: schedules 1 and on, in batches that
// grow (search.go). Tests that keep to their process are searched side by side, by a worker for each core; they share their time,
// which goes to those that still show something new (share.go). Tests that make system calls may meet outside, so one worker
// searches them, one after the other. Schedule i is a function of seed, test and i, and the finding with the lowest
// index wins, so the result does not depend on how many workers there are.
//
// # State
//
// Workers run one schedule after another. What runs leave behind must not pass for a finding (state.go): one that never comes in a
// process of its own becomes a note, and the test gets a process for each schedule, as with -isolate it has from the start. A worker
// that has grown much is replaced, so memory does not grow with the number of runs (pool.go).
//
// # What is found
//
// A run that breaks is a candidate (candidate.go). Deadlocks, failures and spent budgets are told by the worker; a
// panic, a fatal error, os.Exit or a signal ends it, and costs only its run: what is left in shared memory (shm.go), in the
// stray output (stray.go) and in the exit status says what it was (death.go). A worker whose steps stand still is made to
// show its stacks, and ended.
//
// Each candidate is confirmed (confirm.go): called back from its origin in a fresh process, with a step log; saved,
// before anything is printed; and replayed from the file, three times. One that does not come back is reported as such, never
// dropped. Saving that fails costs the place, not the schedule: it goes to a folder of clew's own (keep.go).
//
// # Races
//
// A data race does not end the search. It is confirmed like any candidate (race.go), its variable is looked up in the source
// (variable.go), and the schedules behind it are searched with what it taught: workers tell known races no more, and with
// -points auto accesses at its two places are scheduling points from then on. What is found next, of another kind, is what
// the races lead to, if its run met their variables. What other workers tried behind a race in the meantime does not count, so that
// neither races nor what they lead to depend on how many there are.
//
// A race that shows in any replay of a saved schedule is a finding; of a run that dies, races are known from its step log alone.
//
// # What is guaranteed
//
// No worker outlives the coordinator, however that ends: a worker exits when its commands end. Workers have a process group
// of their own, so that Ctrl-C at a terminal reaches the coordinator alone; it ends them, keeps what was found, and says
// where. All choices derive from one seed. Clew's own failures (exit code 3) are never mixed up with the user's (1),
// nor with broken input (2).
package engine
