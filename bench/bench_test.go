// Package bench measures clew beside what its users have today, in one run:
//
//	go test -bench=. ./bench
//
// Figures are whole processes at work on the packages in bench/subject. Compare ratios
// within one run, and medians of several (-count=10, with benchstat): machines are noisy.
// Nothing here asserts a time.
package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

const subject = "github.com/goclew/clew/bench/subject"

// BenchmarkRuns counts whole runs a second of one core: two threads, three increments each, with a lock or
// without. One operation is one run. The race of those without a lock is known after the first run; its
// accesses are no scheduling points here, so that runs have the same steps as go test's.
func BenchmarkRuns(b *testing.B) {
	b.Run("clew", func(b *testing.B) {
		clew := build(b)
		elapsed, _ := search(b, clew, "TestIncrements", b.N)
		perSecond(b, elapsed)
	})
	b.Run("clew-race", func(b *testing.B) {
		clew := build(b)
		elapsed, _ := search(b, clew, "TestUnlocked", b.N, "-points=sync")
		perSecond(b, elapsed)
	})
	b.Run("go-test-count", func(b *testing.B) { count(b) })
	b.Run("go-test-race-count", func(b *testing.B) {
		if !race() {
			b.Skip("go test -race needs cgo and a C compiler here")
		}
		count(b, "-race")
	})
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

// count runs the increments b.N times under go test's own -count.
func count(b *testing.B, flags ...string) {
	binary := filepath.Join(b.TempDir(), "subject.test")
	run(b, append(append([]string{"go", "test", "-c", "-o", binary}, flags...), subject)...)
	b.ResetTimer()
	began := time.Now()
	command := exec.Command(binary, "-test.run=^TestIncrements$", "-test.cpu=1", "-test.count="+strconv.Itoa(b.N))
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", command, err, out)
	}
	perSecond(b, time.Since(began))
}

func perSecond(b *testing.B, elapsed time.Duration) {
	b.ReportMetric(float64(b.N)/elapsed.Seconds(), "runs/s")
}

// search lets clew try n schedules of a test with one worker, and returns the time that
// took and the steps.
func search(b *testing.B, clew, test string, n int, flags ...string) (time.Duration, int64) {
	flags = append(flags, "-steps=100000000", fmt.Sprintf("-schedules=%d", max(2, n)), "-run=^"+test+"$", subject)
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
