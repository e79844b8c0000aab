package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

const computing = "github.com/goclew/clew/bench/cpu"

// BenchmarkCPU measures tests that compute: under go test, under go test -race, and once under clew, all three
// detecting what they detect. One operation is a round of the three. The figures are the best of all rounds: the
// time of the test itself, as each of them reports it, and the peak memory of the process that it ran in.
func BenchmarkCPU(b *testing.B) {
	clew := build(b)
	dir := b.TempDir()
	ways := []way{{name: "go", run: compiled(b, filepath.Join(dir, "plain.test"))}}
	if race() {
		ways = append(ways, way{name: "race", run: compiled(b, filepath.Join(dir, "race.test"), "-race")})
	} else {
		b.Log("go test -race is left out: it needs cgo and a C compiler here")
	}
	ways = append(ways, way{name: "clew", run: func(b *testing.B, test string) time.Duration {
		return once(b, clew, test)
	}})
	for _, test := range []string{"TestSort", "TestJSON", "TestMaps", "TestTree", "TestShared"} {
		b.Run(test[len("Test"):], func(b *testing.B) { compare(b, test, ways) })
	}
}

// A way is one way to run a test, and the best figures of it.
type way struct {
	name string
	run  func(b *testing.B, test string) time.Duration
	time time.Duration
	peak float64 // MB
}

// compare runs a test in all ways by turns.
func compare(b *testing.B, test string, ways []way) {
	best := make(map[string]way)
	peak := filepath.Join(b.TempDir(), "peak")
	b.Setenv("BENCH_PEAK", peak)
	for b.Loop() {
		for _, w := range ways {
			w.time = w.run(b, test)
			w.peak = megabytes(b, peak)
			if old, seen := best[w.name]; seen {
				w.time, w.peak = min(w.time, old.time), min(w.peak, old.peak)
			}
			best[w.name] = w
		}
	}
	b.ReportMetric(0, "ns/op")
	for name, w := range best {
		b.ReportMetric(float64(w.time.Milliseconds()), name+"-ms")
		b.ReportMetric(w.peak, name+"-MB")
	}
	if race, ok := best["race"]; ok {
		b.ReportMetric(best["clew"].time.Seconds()/race.time.Seconds(), "clew/race")
	}
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
