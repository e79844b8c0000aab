// Package bench measures clew beside what its users have today, in one run:
//
//	go test -bench=. ./bench
//
// Figures are whole processes at work on the packages in bench/subject and bench/cpu. Compare ratios
// within one run, and medians of several rounds (-benchtime=5x): machines are noisy.
// Nothing here asserts a time.
package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

const subject = "github.com/goclew/clew/bench/subject"

// BenchmarkRuns counts whole runs a second of one core: two threads, three increments each, with a lock or
// without. One operation is a round of many runs each. The race of those without a lock is known after the first run; its
// accesses are no scheduling points here, so that runs have the same steps as go test's. The figures are medians.
func BenchmarkRuns(b *testing.B) {
	clew := build(b)
	names := []string{"clew", "clew-unlocked", "go"}
	ways := []func() float64{
		func() float64 { return searched(b, clew, "TestIncrements") },
		func() float64 { return searched(b, clew, "TestUnlocked", "-points=sync") },
		counted(b, compile(b, subject)),
	}
	if race() {
		names, ways = append(names, "go-race"), append(ways, counted(b, compile(b, subject, "-race")))
	} else {
		b.Log("go test -race is left out: it needs cgo and a C compiler here")
	}
	rates := make([][]float64, len(ways))
	for b.Loop() {
		for i, run := range ways {
			rates[i] = append(rates[i], run())
		}
	}
	b.ReportMetric(0, "ns/op")
	for i, name := range names {
		b.ReportMetric(median(rates[i]), name+"-runs/s")
	}
}

// searched returns how many runs of a test a second clew makes.
func searched(b *testing.B, clew, test string, flags ...string) float64 {
	const runs = 200_000
	elapsed, _ := search(b, clew, test, runs, flags...)
	return runs / elapsed.Seconds()
}

// counted returns what finds out how many runs of the increments a second a binary makes with go test's own -count. The second that
// the race detector sleeps when a process ends does not count.
func counted(b *testing.B, binary string) func() float64 {
	const runs = 20_000
	b.Setenv("GORACE", "atexit_sleep_ms=0")
	return func() float64 {
		began := time.Now()
		run(b, binary, "-test.run=^TestIncrements$", "-test.cpu=1", "-test.count="+strconv.Itoa(runs))
		return runs / time.Since(began).Seconds()
	}
}

// BenchmarkProof counts the orders a second that a proof runs on one core: three threads, four increments each, under a lock. One
// operation is a whole proof. The figure is the median.
func BenchmarkProof(b *testing.B) {
	clew := build(b)
	var rates []float64
	for b.Loop() {
		r := report(b, clew, "-prove", "-run=^TestProof$", subject)
		rates = append(rates, 1000*float64(r.Schedules)/float64(max(1, r.ElapsedMS)))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(rates), "orders/s")
}

// BenchmarkSwitch measures a step of which nearly every one is a switch, with few threads
// and with many. One operation is one run of ten million steps.
func BenchmarkSwitch(b *testing.B) {
	clew := build(b)
	for _, test := range []string{"Test10Threads", "Test100000Threads"} {
		b.Run(test[len("Test"):], func(b *testing.B) {
			elapsed, steps := search(b, clew, test, max(8, b.N)) // the plain order, which comes first, is another matter
			b.ReportMetric(float64(elapsed.Nanoseconds())/float64(steps), "ns/step")
		})
	}
}

// BenchmarkStart measures a whole warm command that runs one test once.
func BenchmarkStart(b *testing.B) {
	b.Run("clew-test", func(b *testing.B) {
		clew := build(b)
		start(b, clew, "test", "-schedules=1", "-run=^TestIncrements$", subject)
	})
	b.Run("go-test-race", func(b *testing.B) {
		if !race() {
			b.Skip("go test -race needs cgo and a C compiler here")
		}
		start(b, "go", "test", "-race", "-count=1", "-run=^TestIncrements$", subject)
	})
	b.Run("go-test", func(b *testing.B) {
		start(b, "go", "test", "-count=1", "-run=^TestIncrements$", subject)
	})
}

func start(b *testing.B, command ...string) {
	run(b, command...) // builds what is not yet built
	for b.Loop() {
		run(b, command...)
	}
}

// compile builds the tests of a package with go test and the given flags, and returns the binary.
func compile(b *testing.B, pkg string, flags ...string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "bench.test")
	run(b, append(append([]string{"go", "test", "-c", "-o", binary}, flags...), pkg)...)
	return binary
}

func median(figures []float64) float64 {
	slices.Sort(figures)
	return figures[len(figures)/2]
}

// search lets clew try n schedules of a test with one worker, and returns the time that
// took and the steps.
func search(b *testing.B, clew, test string, n int, flags ...string) (time.Duration, int64) {
	flags = append(flags, "-sure=0", "-steps=100000000", fmt.Sprintf("-schedules=%d", max(2, n)), "-run=^"+test+"$", subject)
	r := report(b, clew, flags...)
	if r.Schedules < n {
		b.Fatalf("clew ran %d schedules of %s, want %d", r.Schedules, test, n)
	}
	return max(1, time.Duration(r.ElapsedMS)) * time.Millisecond, r.Steps
}

// A tested is what clew reports of a test.
type tested struct {
	Schedules int
	Steps     int64
	ElapsedMS int64 `json:"elapsed_ms"`
}

// report runs clew test with one worker and the given arguments, which choose one test, and returns its report.
// That clew finds something is fine.
func report(b *testing.B, clew string, args ...string) tested {
	file := filepath.Join(b.TempDir(), "report.json")
	command := exec.Command(clew, append([]string{"test", "-workers=1", "-time=1h", "-report=" + file}, args...)...)
	defer os.RemoveAll(filepath.Join("subject", "testdata")) // the schedules that it saved would come first next time
	if out, err := command.CombinedOutput(); err != nil && command.ProcessState.ExitCode() != 1 {
		b.Fatalf("%v: %v\n%s", command, err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var r struct{ Tests []tested }
	if err := json.Unmarshal(data, &r); err != nil {
		b.Fatal(err)
	}
	if len(r.Tests) != 1 {
		b.Fatalf("clew reports of %d tests, want 1: %s", len(r.Tests), data)
	}
	return r.Tests[0]
}

// build builds clew, once.
func build(b *testing.B) string {
	b.Helper()
	if built == "" {
		dir, err := os.MkdirTemp("", "clew-bench")
		if err != nil {
			b.Fatal(err)
		}
		name := filepath.Join(dir, "clew")
		run(b, "go", "build", "-o", name, "github.com/goclew/clew/cmd/clew")
		built = name
	}
	b.ResetTimer()
	return built
}

var built string

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

// race reports whether go test -race can be built.
func race() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	if err != nil || len(out) == 0 || out[0] != '1' {
		return runtime.GOOS == "darwin"
	}
	_, err = exec.LookPath("cc")
	return err == nil
}

func run(b *testing.B, command ...string) {
	b.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", command, err, out)
	}
}
