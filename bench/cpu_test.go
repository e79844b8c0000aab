package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const computing = "github.com/goclew/clew/bench/cpu"

// BenchmarkCPU measures tests that compute, on one core: under go test, under go test -race, and once under clew, which
// always detects races. One operation is a round of the three, so that what slows the machine down slows down all of
// them. The figures are the medians of all rounds: processor time and peak memory of the process that ran the test, and
// what clew needs of both as a part of what go test -race needs.
func BenchmarkCPU(b *testing.B) {
	clew := build(b)
	ways := []*way{{name: "go", run: compiled(b)}}
	if race() {
		ways = append(ways, &way{name: "race", run: compiled(b, "-race")})
	} else {
		b.Log("go test -race is left out: it needs cgo and a C compiler here")
	}
	ways = append(ways, &way{name: "clew", run: func(b *testing.B, test string) { once(b, clew, test) }})
	b.Setenv("GOMAXPROCS", "1")
	for _, test := range []string{"TestSort", "TestJSON", "TestMaps", "TestTree", "TestShared"} {
		b.Run(test[len("Test"):], func(b *testing.B) { compare(b, test, ways) })
	}
}

// A way is one way to run a test, and the figures of all rounds.
type way struct {
	name  string
	run   func(b *testing.B, test string)
	times []float64 // ms
	peaks []float64 // MB
}

// compare runs a test in all ways by turns.
func compare(b *testing.B, test string, ways []*way) {
	file := filepath.Join(b.TempDir(), "used")
	b.Setenv("BENCH_USED", file)
	for _, w := range ways {
		w.times, w.peaks = nil, nil
	}
	for b.Loop() {
		for _, w := range ways {
			w.run(b, test)
			time, peak := used(b, file)
			w.times, w.peaks = append(w.times, time), append(w.peaks, peak)
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, w := range ways {
		b.ReportMetric(median(w.times), w.name+"-ms")
		b.ReportMetric(median(w.peaks), w.name+"-MB")
	}
	if race, clew := ways[1], ways[len(ways)-1]; race != clew {
		b.ReportMetric(median(clew.times)/median(race.times), "time-of-race")
		b.ReportMetric(median(clew.peaks)/median(race.peaks), "memory-of-race")
	}
}

// used reads what a test's process has written about its processor time, in ms, and its peak memory, in MB.
func used(b *testing.B, file string) (time, peak float64) {
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	os.Remove(file)
	var kilobytes, ticks int
	if _, err := fmt.Sscan(string(text), &kilobytes, &ticks); err != nil {
		b.Fatalf("%q: %v", text, err)
	}
	return float64(ticks) * 10, float64(kilobytes) / 1024
}

// compiled builds the tests with go test and the given flags, and returns what runs one of them.
func compiled(b *testing.B, flags ...string) func(*testing.B, string) {
	binary := compile(b, computing, flags...)
	return func(b *testing.B, test string) { run(b, binary, "-test.run=^"+test+"$") }
}

// once lets clew run one schedule of a test.
func once(b *testing.B, clew, test string) {
	if r := report(b, clew, "-schedules=1", "-run=^"+test+"$", computing); r.Schedules != 1 {
		b.Fatalf("clew ran %d schedules of %s, want 1", r.Schedules, test)
	}
}
