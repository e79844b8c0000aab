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

// BenchmarkRuns counts whole runs a second of one core: two threads, three locked
// increments each. One operation is one run.
func BenchmarkRuns(b *testing.B) {
	b.Run("clew", func(b *testing.B) {
		clew := build(b)
		elapsed, _ := search(b, clew, "TestIncrements", b.N)
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
// and with many. One operation is one run of a million steps.
func BenchmarkSwitch(b *testing.B) {
	clew := build(b)
	for _, test := range []string{"Test10Threads", "Test100000Threads"} {
		b.Run(test[len("Test"):], func(b *testing.B) {
			elapsed, steps := search(b, clew, test, b.N)
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
func search(b *testing.B, clew, test string, n int) (time.Duration, int64) {
	report := filepath.Join(b.TempDir(), "report.json")
	run(b, clew, "test", "-workers=1", "-time=1h", "-steps=100000000", fmt.Sprintf("-schedules=%d", max(2, n)),
		"-run=^"+test+"$", "-report="+report, subject)
	data, err := os.ReadFile(report)
	if err != nil {
		b.Fatal(err)
	}
	var r struct {
		Tests []struct {
			Schedules int
			Steps     int64
			ElapsedMS int64 `json:"elapsed_ms"`
		}
	}
	if err := json.Unmarshal(data, &r); err != nil {
		b.Fatal(err)
	}
	if len(r.Tests) != 1 || r.Tests[0].Schedules < n {
		b.Fatalf("clew did not run %d schedules of %s: %s", n, test, data)
	}
	return max(1, time.Duration(r.Tests[0].ElapsedMS)) * time.Millisecond, r.Tests[0].Steps
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
