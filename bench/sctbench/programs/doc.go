// Package programs holds the programs that research on concurrency testing is measured with, written anew in Go from what they
// mean: SCTBench (Thomson, Donaldson, Betts: "Concurrency Testing Using Controlled Schedulers: An Empirical Study", 2016) and
// ConVul (Cai et al.: "Detecting Concurrency Memory Corruption Vulnerabilities", 2019), as the papers on RFF and SURW
// use them. Command bench/sctbench counts how many schedules clew needs to find each bug.
//
// Each program is a test, TestReorder100 say, and has a correct twin, TestReorder100Correct, which no tool may ever report. A plain
// go test runs the twins alone: the bugs are there to be found, and one of them may show itself at any time.
//
// # How the originals became Go
//
//   - A pthread is a goroutine, a pthread mutex a sync.Mutex, a condition variable a sync.Cond. The number of threads is the original's,
//     and so is the order in which they are started. Blocks that the originals mark as atomic take one lock that all blocks share.
//   - The originals keep shared variables in plain memory, and tools for C take each access for a scheduling point. Here they
//     are values of sync/atomic ([cell], atomic.Bool, atomic.Pointer), one load or store for each access of the original, so that x++ is
//     a load and a store ([plus]). In plain memory most of these programs have a data race, which clew would tell after the first
//     run. What counts here is how many schedules it takes to reach what the race leads to: the check that fails.
//   - A failed assertion is a failure of the test, a null pointer is a nil pointer (a panic), and memory that is freed is a [block], which
//     fails the test when it is used or freed once more.
//   - Every run ends by itself: loops that wait for another thread to make progress give up after a few rounds.
//
// Where the original's numbers could not be found out, the program's comment says what was taken. Figures compare
// with the published ones as far as programs do: the points of a Go program are not exactly those of its original.
package programs
