package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

const computing = "github.com/goclew/clew/bench/cpu"

// BenchmarkCPU measures tests that compute, on one core: under go test, under go test -race, and once under clew, which
// always detects races. One operation is a round of the three, so that what slows the machine down slows down all of
// them. The figures are the medians of all rounds: the time of the test itself, as each of them reports it, the peak
// memory of the process that it ran in, and what clew needs of both as a part of what go test -race needs.
func BenchmarkCPU(b *testing.B) {
	clew := build(b)
	dir := b.TempDir()
	ways := []*way{{name: "go", run: compiled(b, filepath.Join(dir, "plain.test"))}}
	if race() {
		ways = append(ways, &way{name: "race", run: compiled(b, filepath.Join(dir, "race.test"), "-race")})
	} else {
		b.Log("go test -race is left out: it needs cgo and a C compiler here")
	}
	ways = append(ways, &way{name: "clew", run: func(b *testing.B, test string) time.Duration {
		return once(b, clew, test)
	}})
	b.Setenv("GOMAXPROCS", "1")
	for _, test := range []string{"TestSort", "TestJSON", "TestMaps", "TestTree", "TestShared"} {
		b.Run(test[len("Test"):], func(b *testing.B) { compare(b, test, ways) })
	}
}

// A way is one way to run a test, and the figures of all rounds.
type way struct {
	name  string
	run   func(b *testing.B, test string) time.Duration
	times []float64 // ms
	peaks []float64 // MB
}

// compare runs a test in all ways by turns.
func compare(b *testing.B, test string, ways []*way) {
	peak := filepath.Join(b.TempDir(), "peak")
	b.Setenv("BENCH_PEAK", peak)
	for _, w := range ways {
		w.times, w.peaks = nil, nil
	}
	for b.Loop() {
		for _, w := range ways {
			w.times = append(w.times, float64(w.run(b, test).Milliseconds()))
			w.peaks = append(w.peaks, megabytes(b, peak))
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

func median(figures []float64) float64 {
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// compiled builds the tests with go test and the given flags, and returns what runs one of them.
func compiled(b *testing.B, binary string, flags ...string) func(*testing.B, string) time.Duration {
	run(b, append(append([]string{"go", "test", "-c", "-o", binary}, flags...), computing)...)
	return func(b *testing.B, test string) time.Duration {
		out, err := exec.Command(binary, "-test.v", "-test.run=^"+test+"$").CombinedOutput()
		if err != nil {
			b.Fatalf("%s: %v\n%s", test, err, out)
		}
		took := regexp.MustCompile(`--- PASS: \w+ \((.*)\)`).FindSubmatch(out)
		if took == nil {
			b.Fatalf("%s did not say how long it took:\n%s", test, out)
		}
		d, err := time.ParseDuration(string(took[1]))
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
}

// megabytes reads what a test's process has written about its peak memory.
func megabytes(b *testing.B, file string) float64 {
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	kilobytes, err := strconv.Atoi(string(bytes.TrimSuffix(text, []byte(" kB"))))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kilobytes) / 1024
}

// once lets clew run one schedule of a test, and returns how long that took.
func once(b *testing.B, clew, test string) time.Duration {
	r := report(b, clew, "-schedules=1", "-run=^"+test+"$", computing)
	if r.Schedules != 1 {
		b.Fatalf("clew ran %d schedules of %s, want 1", r.Schedules, test)
	}
	return time.Duration(r.ElapsedMS) * time.Millisecond
}
