//go:build unix

package engine

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
)

// A session is one coordinator run against the fake worker.
type session struct {
	t      *testing.T
	config Config
	stdout bytes.Buffer
	stderr bytes.Buffer
	code   int
	result *report.Package
}

// newSession prepares a run of the fake's tests, with settings as KEY=value for its environment and flags for the binary.
func newSession(t *testing.T, tests string, settings ...string) *session {
	t.Helper()
	s := &session{t: t}
	dir := t.TempDir()
	o := Default()
	o.Overlay, o.Session, o.Workers, o.Schedules = "HASH", t.TempDir(), 1, 40
	o.Dir = dir
	env := append(os.Environ(), "FAKE_TESTS="+tests, "FAKE_DIR="+t.TempDir())
	s.config = Config{Options: o, Binary: os.Args[0], Dir: dir, Stdout: &s.stdout, Stderr: &s.stderr, wall: 500 * time.Millisecond}
	for _, set := range settings {
		if strings.HasPrefix(set, "-") {
			s.config.Args = append(s.config.Args, set)
		} else {
			env = append(env, set)
		}
	}
	s.config.Env = env
	return s
}

func (s *session) run() *session {
	s.t.Helper()
	return s.runCtx(context.Background())
}

func (s *session) runCtx(ctx context.Context) *session {
	s.t.Helper()
	s.stdout.Reset()
	s.stderr.Reset()
	s.code = Run(ctx, s.config)
	packages, err := report.ReadSession(s.config.Options.Session)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(packages) == 1 {
		s.result = packages[0]
	}
	left, _ := filepath.Glob(filepath.Join(s.config.Options.Session, "progress-*"))
	if len(left) > 0 {
		s.t.Errorf("left behind: %v", left)
	}
	return s
}

// expect checks the exit code and that stdout and stderr hold the texts, in order. "!text" must not be there.
func (s *session) expect(code int, texts ...string) {
	s.t.Helper()
	all := s.stdout.String() + s.stderr.String()
	if s.code != code {
		s.t.Errorf("exit code %d, want %d", s.code, code)
	}
	rest := all
	for _, text := range texts {
		if absent, no := strings.CutPrefix(text, "!"); no {
			if strings.Contains(all, absent) {
				s.t.Errorf("%q is printed", absent)
			}
			continue
		}
		_, after, found := strings.Cut(rest, text)
		if !found {
			s.t.Errorf("%q is not printed, or not in this order", text)
		} else {
			rest = after
		}
	}
	if s.t.Failed() {
		s.t.Logf("printed:\n%s", all)
	}
}

// saved returns the only schedule saved for a test.
func (s *session) saved(test string) *schedule.Schedule {
	s.t.Helper()
	files, err := schedule.List(s.config.Dir, test)
	if err != nil || len(files) != 1 {
		s.t.Fatalf("saved %v, %v; want one schedule", files, err)
	}
	saved, err := schedule.Load(files[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return saved
}

func TestAPassingTestIsPrintedAsGoTestDoes(t *testing.T) {
	s := newSession(t, "TestPass,TestSingle,TestSinglePicks").run()
	s.expect(0, "setup\n", "run 0\n", "run 0\n", "run 0\n", "PASS\n", "teardown\n", "!clew", "!---", "!coverage")
	if got := s.result.Tests[0]; got.Schedules != 40 || got.Status != "pass" || got.Distinct < 2 {
		t.Errorf("result %+v", got)
	}
	if got := s.result.Tests[1]; got.Schedules != 1 {
		t.Errorf("a test with one thread took %d schedules", got.Schedules)
	}
	if got := s.result.Tests[2]; got.Schedules != 40 {
		t.Errorf("a test with one thread whose selects have a choice took %d schedules", got.Schedules)
	}
}

func TestVerboseSaysWhatPassingIsWorth(t *testing.T) {
	s := newSession(t, "TestPass,TestSkip", "-test.v=true").run()
	s.expect(0, "=== RUN   TestPass\n=== PAUSE TestPass\n=== RUN   TestSkip\nrun 0\n--- SKIP: TestSkip (",
		"=== CONT  TestPass\nrun 0\n    clew: 40 schedules, ", " distinct, one more is new with a chance of ", " % (at most ", " %), nothing found (",
		"--- PASS: TestPass (", "PASS\n")
	s = newSession(t, "TestPass", "-test.v=true").run()
	s.expect(0, "=== RUN   TestPass\nrun 0\n    clew: 40 schedules, ", "--- PASS: TestPass (", "!PAUSE", "!CONT")
}

// Where a search is sure and ends does not depend on who made its runs, nor on how they were handed out.
func TestASureSearchEndsWhereItIs(t *testing.T) {
	for _, workers := range []int{1, 2, 3} {
		s := newSession(t, "TestSame,TestSlowSame", "-test.v=true")
		o := &s.config.Options
		o.Workers, o.Schedules, o.Strategy, o.Sure = workers, 1000, "random", 1
		s.run().expect(0, "=== CONT  TestSame", "clew: 386 schedules, 1 distinct, one more is new with a chance of 0 % (at most 0.99 %), which is sure enough, nothing found (",
			"=== CONT  TestSlowSame", "clew: 386 schedules")
		for _, got := range s.result.Tests {
			if !got.Sure || got.Unseen != 0 || got.UnseenHigh >= 0.01 {
				t.Errorf("%d workers: %+v", workers, got)
			}
		}
	}
	s := newSession(t, "TestSame")
	s.config.Options.Schedules, s.config.Options.Strategy, s.config.Options.Sure = 300, "random", 0
	if s.run(); s.result.Tests[0].Schedules != 300 || s.result.Tests[0].Sure {
		t.Errorf("with -sure=0 it ended after %d schedules", s.result.Tests[0].Schedules)
	}
}

func TestADeadlockIsExplainedSavedAndReplayed(t *testing.T) {
	s := newSession(t, "TestDeadlock,TestPass").run()
	s.expect(1, "run 17\n--- FAIL: TestDeadlock (", "s)\n    x_test.go:3: broken\n",
		"    clew: deadlock: main/1 and main/2 wait for each other, found by schedule 18 of 40\n",
		"      AB-BA deadlock: main/1 has mutex#1 and wants mutex#2, main/2 has mutex#2 and wants mutex#1\n",
		"      main/1 TestAB (", "waits to lock mutex#2, held by main/2\n", "at   Transfer", "holds mutex#1, taken\n",
		"    schedule: 4 steps, 2 switches, 0 preemptions, replayed 3/3\n",
		"    again:  clew replay testdata/clew/TestDeadlock/", "\nrun 0\nFAIL\n")
	saved := s.saved("TestDeadlock")
	if saved.Origin.Index != 17 || saved.Finding != "deadlock" || len(saved.Steps) != 4 || saved.Steps[2].Thread != "main/1" {
		t.Errorf("saved %+v", saved)
	}
	f := s.result.Tests[0].Findings[0]
	if f.Kind != "deadlock" || f.FoundAt != 18 || f.Replayed != 3 || len(f.Threads) != 2 || !s.result.Failed {
		t.Errorf("finding %+v", f)
	}
}

func TestASavedScheduleIsTriedFirst(t *testing.T) {
	s := newSession(t, "TestDeadlock").run()
	s.run()
	s.expect(1, "by the saved schedule testdata/clew/TestDeadlock/", "replayed 3/3")
	if got := s.result.Tests[0]; got.Schedules != 0 || got.Saved != 1 {
		t.Errorf("%d schedules and %d saved ones, want none and one", got.Schedules, got.Saved)
	}
	s.saved("TestDeadlock") // and no second one
	s.config.Env = append(s.config.Env, "FAKE_FIXED=1")
	s.run()
	s.expect(0, "PASS", "!clew")
}

func TestAStaleScheduleIsANote(t *testing.T) {
	s := newSession(t, "TestStaleDeadlock").run()
	s.config.Env = append(s.config.Env, "FAKE_FIXED=1")
	s.run()
	s.expect(0, "clew: note: testdata/clew/TestStaleDeadlock/", "is stale, it was followed for 2 of 4 steps", "PASS")
	if n := s.result.Tests[0].Notes; len(n) != 1 || n[0].Kind != "stale" {
		t.Errorf("notes %+v", n)
	}
}

func TestABrokenScheduleIsOneLineAndExitCode2(t *testing.T) {
	s := newSession(t, "TestPass")
	dir := schedule.Dir(s.config.Dir, "TestPass")
	os.MkdirAll(dir, 0o700)
	os.WriteFile(filepath.Join(dir, "deadbeef"), []byte("garbage\n"), 0o600)
	s.run()
	s.expect(2, "run 0\n", `clew: schedule testdata/clew/TestPass/deadbeef: line 1: "garbage" is not the first line`)
	if got := s.result.Tests[0]; got.Schedules != 40 {
		t.Errorf("the search did not go on: %d schedules", got.Schedules)
	}
}

func TestDeathsCostOnlyTheirRun(t *testing.T) {
	tests := []struct {
		name  string
		texts []string
		kind  string
	}{
		{"TestExit", []string{"clew: the test called os.Exit(3), found by schedule 18 of 40"}, "failure"},
		{"TestPanic", []string{"clew: panic: no money, found by schedule 18 of 40", "at   deepPanic ", "fake_test.go:"}, "panic"},
		{"TestFatal", []string{"clew: fatal error: sync: unlock of unlocked mutex, found by schedule 18"}, "fatal"},
		{"TestKilled", []string{"clew: the worker was killed (signal: killed); out of memory?, found by schedule 18"}, "failure"},
		{"TestBetween", []string{"clew: the test called os.Exit(1), between two runs"}, "failure"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSession(t, tt.name+",TestPass").run()
			s.expect(1, append(append([]string{"run 17\n", "--- FAIL: " + tt.name}, tt.texts...), "replayed 3/3", "again:  clew replay testdata/clew/"+tt.name, "run 0\nFAIL\n")...)
			if f := s.result.Tests[0].Findings[0]; f.Kind != tt.kind {
				t.Errorf("kind %q", f.Kind)
			}
			if got := s.result.Tests[0].Schedules; got != 18 && tt.name != "TestBetween" {
				t.Errorf("%d schedules, want the 17 that passed and the one that died", got)
			}
			if s.result.Tests[1].Status != "pass" || s.result.Tests[1].Schedules != 40 {
				t.Errorf("the next test: %+v", s.result.Tests[1])
			}
			s.saved(tt.name)
		})
	}
}

func TestAKillFromOutsideIsTriedAgain(t *testing.T) {
	s := newSession(t, "TestKilledOnce", "-test.v=true").run()
	s.expect(0, "ended from outside (the worker was killed (signal: killed)", "--- PASS: TestKilledOnce")
	if got := s.result.Tests[0]; got.Schedules != 40 {
		t.Errorf("%d schedules, want all 40, and each counted once", got.Schedules)
	}
}

func TestALoopWithoutStepsIsALivelockWithItsStack(t *testing.T) {
	s := newSession(t, "TestHang").run()
	s.expect(1, "clew: livelock: no step for ", "at   spin ", "replayed 1/1", "again:  clew replay")
}

func TestAFindingOfADirtyProcessIsSaid(t *testing.T) {
	s := newSession(t, "TestFlaky").run()
	s.expect(0, "clew: note: the test failed, found by schedule 18 of 40, but never in a process of its own, and not behind the same runs again: ",
		"; each schedule got a process of its own then\n", "!--- FAIL", "!remedy")
	if got := s.result.Tests[0]; got.Schedules != 18+40 || len(got.Notes) != 1 {
		t.Errorf("it was not searched again, a process a schedule: %+v", got)
	}
	if files, _ := schedule.List(s.config.Dir, "TestFlaky"); len(files) != 0 {
		t.Errorf("saved as a regression test: %v", files)
	}
}

// What earlier runs leave behind is told with what shows it, and how to repeat that.
func TestStateBetweenRuns(t *testing.T) {
	for test, want := range map[string][]string{
		"TestState2":  {"found by schedule 2 of 40, but never", "  shown by: every run that is not the first in its process, in the plain order, too\n", "-schedules=2 -workers=1"},
		"TestState18": {"found by schedule 18 of 40, but never", "  shown by: schedule 18 behind any other run\n", "-schedules=18 -workers=1"},
		"TestStateOf": {"found by schedule 18 of 40, but never", "  shown by: schedule 18 behind the 17 before it\n", "-schedules=18 -workers=1"},
	} {
		s := newSession(t, test).run()
		s.expect(0, "clew: note: the test failed, ", want[0], "it depends on what earlier runs leave behind there; each schedule got a process of its own then\n",
			want[1], "  remedy: ", "use -isolate\n", "again:  clew test -run='^"+test+"$' -seed=1 "+want[2], "PASS", "!--- FAIL")
		s = newSession(t, test)
		s.config.Options.Isolate = true
		s.run().expect(0, "PASS", "!clew:")
		if got := s.result.Tests[0].Schedules; got != 40 {
			t.Errorf("%d schedules with -isolate, want all", got)
		}
	}
}

// The plain order that fails behind the tests before it does so under go test, too.
func TestAPlainFailureBehindOtherTestsStaysOne(t *testing.T) {
	s := newSession(t, "TestPass,TestStatePlain").run()
	s.expect(1, "--- FAIL: TestStatePlain", "schedule: behind 1 test before it in the same process, as under go test; alone, it came back 0 of 3 times\n")
	newSession(t, "TestStatePlain").run().expect(0, "PASS", "!clew:")
}

func TestAnOrdinaryFailureIsLeftToGoTest(t *testing.T) {
	s := newSession(t, "TestSingleFail").run()
	s.expect(1, "--- FAIL: TestSingleFail", "broken\n", "FAIL\n", "!clew")
	if f := s.result.Tests[0].Findings; len(f) != 1 || f[0].Kind != "failure" {
		t.Errorf("findings %+v", f)
	}
}

func TestAFailureInThePlainOrderSaysSo(t *testing.T) {
	s := newSession(t, "TestPlainFail").run()
	s.expect(1, "found by schedule 1 of 40, the plain order")
}

func TestTheLeakRule(t *testing.T) {
	some := newSession(t, "TestLeakSome").run()
	some.expect(1, "clew: leak: ", "found by schedule 4 of 40")
	once := newSession(t, "TestLeakOnce", "-test.v=true").run()
	once.expect(0, "clew: note: a thread leaks in schedule 2, but only if that is the first run in its process", "in 40 of 40 schedules", "--- PASS: TestLeakOnce")
	all := newSession(t, "TestLeakAll", "-test.v=true").run()
	all.expect(0, "clew: note: ", "in 40 of 40 schedules", "--- PASS: TestLeakAll")
	if n := all.result.Tests[0].Notes; len(n) != 1 || n[0].Kind != "leak" {
		t.Errorf("notes %+v", n)
	}
	for _, rule := range []string{"note", "off"} {
		s := newSession(t, "TestLeakSome")
		s.config.Options.Leaks = rule
		s.run().expect(0, "PASS")
	}
}

func TestABinaryThatIsNotUnderControlIsRefused(t *testing.T) {
	for start, reason := range map[string]string{
		"mute": "it ended without saying hello", "wrong hash": `it was built with overlay "other", want "HASH"`,
	} {
		s := newSession(t, "TestPass", "FAKE_START="+start).run()
		s.expect(3, "clew: the test binary is not under control ("+reason+"); build and run it through `clew test`", "!PASS\n")
		if s.result.Error == "" {
			t.Error("the result holds no error")
		}
	}
}

func TestABinaryThatCannotBeStartedIsClewsOwnFailure(t *testing.T) {
	s := newSession(t, "TestPass")
	s.config.Binary = filepath.Join(t.TempDir(), "missing.test")
	s.run().expect(3, "clew: cannot start the test binary: ", "no such file")
}

func TestATestMainThatEndsEarlyDecides(t *testing.T) {
	newSession(t, "TestPass", "FAKE_START=early").run().expect(1, "setup\n", "FAIL\n", "!clew")
	newSession(t, "TestPass", "FAKE_START=init").run().expect(1, "panic: no database\n", "FAIL\n", "!clew")
}

func TestTeardownCanFailThePackage(t *testing.T) {
	newSession(t, "TestPass", "FAKE_EXIT=1").run().expect(1, "run 0\n", "FAIL\n", "teardown\n")
}

func TestWorkersDoNotChangeTheFinding(t *testing.T) {
	s := newSession(t, "TestSlow,TestDeadlock")
	s.config.Options.Workers, s.config.Options.Schedules = 3, 600
	s.run()
	s.expect(1, "found by schedule 18 of 600")
	if got := s.result.Tests[0]; got.Schedules != 600 {
		t.Errorf("%d schedules by three workers, want 600", got.Schedules)
	}
}

func TestCoverageIsJoined(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "c.out")
	s := newSession(t, "TestSlow", "-test.coverprofile="+profile)
	s.config.Options.Workers, s.config.Options.Schedules = 2, 400
	s.run().expect(0, "PASS\ncoverage: 75.0% of statements in ./...\nteardown\n")
	data, err := os.ReadFile(profile)
	if err != nil || !strings.HasPrefix(string(data), "mode: count\np/a.go:1.1,2.2 3 2\n") {
		t.Errorf("profile %q, %v; two workers' counts must add up", data, err)
	}
}

func TestASaveThatFailsLosesNothing(t *testing.T) {
	s := newSession(t, "TestDeadlock")
	os.WriteFile(filepath.Join(s.config.Dir, "testdata"), nil, 0o600) // no folder can be made here
	t.Setenv("TMPDIR", t.TempDir())
	s.run()
	s.expect(1, "clew: note: cannot save the schedule in testdata/clew/TestDeadlock: not a directory; it is in "+os.TempDir(),
		"clew: deadlock: main/1 and main/2", "replayed 3/3", "again:  clew replay "+os.TempDir())
	path := regexp.MustCompile(`clew replay (\S+)`).FindStringSubmatch(s.stdout.String())
	if path == nil {
		t.Fatal("no command to repeat it")
	}
	if _, err := schedule.Load(path[1]); err != nil {
		t.Error(err)
	}
}

func TestAFindingIsKeptWhenStoppedBeforeItIsConfirmed(t *testing.T) {
	s := newSession(t, "TestDeadlock")
	e, err := newEngine(s.config)
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	found := &candidate{test: testID{"TestDeadlock", "test"}, kind: "deadlock", steps: 4, origin: schedule.Origin{Strategy: "random", Seed: 3, Index: 17}}
	c, err := e.confirm(ctx, batch{test: found.test, strategy: "random", seed: 3}, found, 40)
	if err == nil {
		t.Error("being stopped is not reported")
	}
	if text := strings.Join(c.finding.Lines(), "\n"); !strings.Contains(text, "clew was stopped before") || !strings.Contains(text, "again:  clew replay testdata/clew/TestDeadlock/") {
		t.Errorf("finding:\n%s", text)
	}
	if saved := s.saved("TestDeadlock"); !saved.Partial() || saved.Origin != found.origin {
		t.Errorf("saved %+v", saved)
	}
}

func TestReplayRepeatsASavedSchedule(t *testing.T) {
	s := newSession(t, "TestDeadlock").run()
	files, _ := schedule.List(s.config.Dir, "TestDeadlock")
	replay := func(file string) int {
		s.stdout.Reset()
		s.stderr.Reset()
		s.code = Replay(context.Background(), s.config, file, Replaying{Verbose: true})
		return s.code
	}
	replay(files[0])
	s.expect(1, "main/1  lock   mutex#1  ", "clew: deadlock: main/1 and main/2", "replayed 1/1")
	s.config.Env = append(s.config.Env, "FAKE_FIXED=1")
	replay(files[0])
	s.expect(0, "clew: deadlock did not come again in 4 steps")
	s.config.Env = append(s.config.Env, "FAKE_TESTS=TestOther")
	replay(files[0])
	s.expect(2, "is stale: package", "has no test TestDeadlock")
	os.WriteFile(files[0], []byte("clew schedule v1\n"), 0o600)
	replay(files[0])
	s.expect(2, `: the header has no "test" line`)
}

func TestRoundsAndFailfast(t *testing.T) {
	s := newSession(t, "TestPass", "-test.count=3", "-test.cpu=1,2").run()
	if len(s.result.Tests) != 6 {
		t.Errorf("%d results, want 3 rounds for each of 2 values of -cpu", len(s.result.Tests))
	}
	s = newSession(t, "TestSingleFail,TestPass", "-test.failfast").run()
	s.expect(1, "FAIL")
	if len(s.result.Tests) != 1 {
		t.Errorf("%d tests ran, want 1", len(s.result.Tests))
	}
}

func TestWhatIsNotATestRunsPlainly(t *testing.T) {
	newSession(t, "TestPass", "-test.list=.").run().expect(4, "plainly -test.list=.")
	newSession(t, "TestPass", "-test.bench=.").run().expect(4, "run 0\n", "plainly -test.bench=. -test.run=^$", "!\nPASS\n")
	newSession(t, "TestSingleFail", "-test.bench=.").run().expect(1, "FAIL\n", "!plainly")
}

func TestCtrlCStopsAtOnceAndLeavesNoWorker(t *testing.T) {
	s := newSession(t, "TestDeadlock,TestSlow")
	s.config.Options.Schedules, s.config.Options.Time = 1_000_000, time.Hour
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		waitFor(t, func() bool {
			files, _ := filepath.Glob(filepath.Join(s.config.Options.Session, "progress-*"))
			data, _ := os.ReadFile(strings.Join(files, ""))
			return strings.Contains(string(data), "TestSlow")
		})
		cancel()
	}()
	s.runCtx(ctx).expect(1, "clew: deadlock", "clew: interrupted; kept: testdata/clew/TestDeadlock/")
	if !s.result.Interrupted {
		t.Error("the result does not say that it was interrupted")
	}
	children := childProcesses()
	if len(children) > 0 {
		t.Errorf("workers left: %v", children)
	}
}

func TestAWorkerEndsWithItsCoordinator(t *testing.T) {
	w, err := startWorker(context.Background(), workerSpec{binary: os.Args[0], dir: t.TempDir(), temp: t.TempDir(), name: "shm",
		overlay: "HASH", env: append(os.Environ(), "FAKE_TESTS=TestPass")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.kill()
	w.commands.Close() // as when the coordinator is killed
	waitFor(t, func() bool { return syscall.Kill(w.cmd.Process.Pid, 0) != nil })
}

// waitFor waits until a condition holds, and fails only when all patience is gone.
func waitFor(t *testing.T, holds func() bool) {
	for range 3000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("waited in vain")
}

// childProcesses returns the process ids of this process's children, where the system tells.
func childProcesses() []string {
	var children []string
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, file := range files {
		data, _ := os.ReadFile(file)
		children = append(children, strings.Fields(string(data))...)
	}
	return children
}
