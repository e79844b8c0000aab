//go:build unix

package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/source"
	"github.com/goclew/clew/internal/trace"
)

// kinds are those of the findings of the only test.
func (s *session) kinds() string {
	var kinds []string
	for _, f := range s.result.Tests[0].Findings {
		kinds = append(kinds, f.Kind)
	}
	return strings.Join(kinds, " ")
}

func TestARaceIsFoundAndThenWhatItLeadsTo(t *testing.T) {
	s := newSession(t, "TestRace").run()
	s.expect(1, "--- FAIL: TestRace (", "clew: data race on memory at offset 16 of a 48-byte heap object, found by schedule 4 of 40\n",
		"      main/1 increment  read   ", "counter.go:12\n", "from TestAB ", "started at ",
		"      main/2 increment  wrote  ", "counter.go:12  no lock in common\n", "from Transfer ", "started at ", "holding mutex#1\n",
		"    schedule: 5 steps, 3 switches, 0 preemptions, replayed 3/3\n", "    again:  clew replay testdata/clew/TestRace/",
		"clew: the test failed, found by schedule 10 of 40; the data race on memory leads to it\n",
		"      wrong lock: main/1 uses memory under mutex#1, main/2 under mutex#2: these locks do not keep them apart\n",
		"      main/1 increment  read    memory = 0x0", "      main/1 increment  wrote   memory = 0x1", "      cure: one lock for one variable",
		"    schedule: 9 steps, 5 switches, 1 preemption, replayed 3/3\n", "    again:  clew replay testdata/clew/TestRace/", "FAIL\n")
	f := s.result.Tests[0].Findings
	if len(f) != 2 || f[0].Kind != "race" || f[1].Kind != "failure" {
		t.Fatalf("findings %+v", f)
	}
	if want := (report.Consequence{Kind: "failure", Message: "the test failed", Schedule: f[1].Schedule}); f[0].LeadsTo == nil || *f[0].LeadsTo != want {
		t.Errorf("leads to %+v", f[0].LeadsTo)
	}
	if len(f[1].Story) != 5 || f[1].Class != "wrong lock" || len(f[0].Accesses) != 2 || f[0].Variable == nil {
		t.Errorf("findings %+v", f)
	}
	if got := s.result.Tests[0].Schedules; got != 10 {
		t.Errorf("%d schedules, want those up to the last finding", got)
	}
	files, _ := schedule.List(s.config.Dir, "TestRace")
	points := map[string]int{}
	for _, file := range files {
		saved, err := schedule.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		points[saved.Finding+" "+strings.Join(saved.Points, ",")]++
	}
	if len(files) != 2 || points["race "] != 1 || points["failure "+place(12)] != 1 {
		t.Errorf("saved %v", points)
	}
}

const counterFile = `package bank

type Counter struct {
	name string
	n    int
	more [3]int
}

func increment(c *Counter) {
	// The line of the race is the twelfth.

	c.n++
}
`

func TestTheVariableOfARaceIsNamed(t *testing.T) {
	s := newSession(t, "TestRace")
	if err := os.WriteFile(filepath.Join(s.config.Dir, "counter.go"), []byte(counterFile), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run()
	s.expect(1, "clew: data race on Counter.n (counter.go:5), found by schedule 4 of 40\n", "counter.go:12\n",
		"; the data race on Counter.n leads to it\n", "uses Counter.n under mutex#1",
		"read    Counter.n = 0  counter.go:12\n", "      main/1 increment  wrote   Counter.n = 1  counter.go:12\n")
	if v := s.result.Tests[0].Findings[0].Variable; v == nil || v.Type != "int" || v.Declared != "counter.go:5" {
		t.Errorf("variable %+v", v)
	}
}

func TestAnAccessWithoutAStackIsLookedForBesideTheOther(t *testing.T) {
	frame := &trace.Frame{Func: "example.com/bank.increment", File: "/p/counter.go", Line: 12}
	known := trace.Access{Op: "write", Stack: []*trace.Frame{{Func: "runtime.clewFound"}, {Func: "runtime.racewritepc"}, {Func: "internal/race.WritePC"},
		{Func: "runtime.mapassign", File: "/go/map.go", Line: 1}, frame}}
	want := source.Access{File: "/p/counter.go", Line: 12, Function: frame.Func, Inside: "runtime.mapassign", Write: true}
	if got := sourceAccess(&known, nil); got != want {
		t.Errorf("with a stack: %+v", got)
	}
	plain := trace.Access{Op: "write", Stack: []*trace.Frame{{Func: "runtime.clewFound"}, {Func: "runtime.racewrite"}, frame}}
	if got := sourceAccess(&plain, nil); got.Inside != "" {
		t.Errorf("by the line itself: %+v", got)
	}
	unknown := trace.Access{Op: "atomic-read", Place: "example.com/bank/bank.go:7"}
	if got := sourceAccess(&unknown, &known); got != (source.Access{File: "/p/bank.go", Line: 7, Atomic: true}) {
		t.Errorf("without one: %+v", got)
	}
	unknown.Place = "example.com/other/bank.go:7"
	if got := sourceAccess(&unknown, &known); got.File != "" {
		t.Errorf("in another package: %+v", got)
	}
}

func TestPointsSayWhichAccessesAreTurns(t *testing.T) {
	s := newSession(t, "TestRace")
	s.config.Options.Points = "sync"
	s.run()
	s.expect(1, "clew: data race on memory", "!leads to it", "!the test failed")
	if got := s.result.Tests[0]; got.Schedules != 40 || s.kinds() != "race" {
		t.Errorf("a race ends the search after %d schedules, with %s", got.Schedules, s.kinds())
	}
	s = newSession(t, "TestRacePlain")
	s.config.Options.Points = "memory"
	s.run()
	s.expect(1, "found by schedule 1 of 40, the plain order\n", "replayed 3/3")
	if saved := s.saved("TestRacePlain"); strings.Join(saved.Points, " ") != schedule.AllMemory || len(saved.Steps) != 9 {
		t.Errorf("saved %+v", saved)
	}
}

func TestWhatIsFoundBehindARaceDoesNotDependOnTheNumberOfWorkers(t *testing.T) {
	for _, workers := range []int{1, 3} {
		s := newSession(t, "TestRaceSlow")
		s.config.Options.Workers, s.config.Options.Schedules = workers, 600
		s.run()
		s.expect(1, "found by schedule 4 of 600", "the test failed, found by schedule 301 of 600")
		if got := s.result.Tests[0].Schedules; got != 301 {
			t.Errorf("%d workers count %d schedules", workers, got)
		}
	}
}

func TestSeveralRacesOfOneRunShareItsSchedule(t *testing.T) {
	s := newSession(t, "TestRaceTwo").run()
	if s.kinds() != "race race deadlock" {
		t.Fatalf("findings: %s", s.kinds())
	}
	f := s.result.Tests[0].Findings
	if f[0].Schedule != f[1].Schedule || f[0].Schedule == f[2].Schedule || f[0].Replayed != 3 || f[1].Replayed != 3 {
		t.Errorf("schedules %q, %q and %q", f[0].Schedule, f[1].Schedule, f[2].Schedule)
	}
	if f[0].LeadsTo == nil || f[1].LeadsTo == nil || f[1].LeadsTo.Kind != "deadlock" {
		t.Errorf("lead to %+v and %+v", f[0].LeadsTo, f[1].LeadsTo)
	}
}

func TestARunMayRaceAndBreakAtOnce(t *testing.T) {
	for _, name := range []string{"TestRaceFail", "TestRacePanic"} {
		s := newSession(t, name).run()
		f := s.result.Tests[0].Findings
		if len(f) != 2 || f[0].Kind != "race" || f[0].FoundAt != 6 || f[1].FoundAt != 6 || f[0].Schedule != f[1].Schedule {
			t.Fatalf("%s: %+v", name, f)
		}
		if f[0].Replayed != 3 || f[1].Replayed != 3 || f[0].LeadsTo == nil {
			t.Errorf("%s: replayed %d and %d, leads to %+v", name, f[0].Replayed, f[1].Replayed, f[0].LeadsTo)
		}
	}
}

func TestARaceLeadsToNothingThatDoesNotMeetItsVariable(t *testing.T) {
	s := newSession(t, "TestRaceApart").run()
	s.expect(1, "clew: the test failed, found by schedule 10 of 40\n", "!leads to it")
	if f := s.result.Tests[0].Findings; len(f) != 2 || f[0].LeadsTo != nil {
		t.Errorf("findings %+v", f)
	}
}

func TestRunsAreTheSameIfARaceIs(t *testing.T) {
	races := func(keys ...string) *candidate { return &candidate{kind: "race", races: keys} }
	leak := leakCandidate(batch{points: []string{"a"}}, 3, "")
	leak.races = []string{"a|b"}
	for _, tt := range []struct {
		name    string
		found   *candidate
		another *candidate
		want    bool
	}{
		{"one of them", races("a|b", "b|c"), races("x|y", "b|c"), true},
		{"others", races("a|b"), races("x|y"), false},
		{"nothing", races("a|b"), nil, false},
		{"beside a leak", races("a|b"), leak, true},
		{"a leak for itself", leak, races("a|b"), false},
	} {
		if got := tt.found.same(tt.another); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if len(leak.points) != 1 {
		t.Error("a leak's points are lost")
	}
}

func TestALeakIsFoundBesideARace(t *testing.T) {
	s := newSession(t, "TestRaceLeak")
	s.config.Options.Points = "sync"
	s.run()
	if s.kinds() != "race leak" || s.result.Tests[0].Schedules != 40 {
		t.Errorf("%d schedules: %s", s.result.Tests[0].Schedules, s.kinds())
	}
	for _, f := range s.result.Tests[0].Findings {
		if f.Kind == "race" {
			os.Remove(filepath.Join(s.config.Dir, f.Schedule))
		}
	}
	s.run()
	if f := s.result.Tests[0].Findings; s.kinds() != "race leak" || f[0].Replayed != 3 || f[1].Replayed != 3 {
		t.Errorf("by the leak's schedule alone: %+v", f)
	}
}

func TestALeakFromBeforeARaceIsRepeatedWithoutItsPoints(t *testing.T) {
	s := newSession(t, "TestRaceLate").run()
	f := s.result.Tests[0].Findings
	if s.kinds() != "race leak" || f[1].Replayed != 3 || f[1].FoundAt != 3 {
		t.Fatalf("findings %+v", f)
	}
	if saved, err := schedule.Load(filepath.Join(s.config.Dir, f[1].Schedule)); err != nil || len(saved.Points) != 0 {
		t.Errorf("saved %+v, %v", saved, err)
	}
}

func TestOfTwoRacesOneMayNotComeBack(t *testing.T) {
	s := newSession(t, "TestRaceHalf").run()
	f := s.result.Tests[0].Findings
	if len(f) != 2 || f[0].Replayed != 3 || f[1].Replayed != 0 {
		t.Fatalf("findings %+v", f)
	}
	s.expect(1, "clew: data race on memory", "replayed 3/3", "clew: data race between counter.go:12 and counter.go:14, found by schedule 6", "replayed 0/3")
}

func TestRacesThatDoNotComeBackAreFewToo(t *testing.T) {
	s := newSession(t, "TestRaceVague").run()
	if n := strings.Count(s.stdout.String(), "but never in a process of its own"); n != mostRaces {
		t.Errorf("%d are told", n)
	}
	s.expect(0, "clew: note: 19 data races more, beside the 20 that are told\n")
}

func TestLearningARace(t *testing.T) {
	e := &engine{options: Default()}
	run := &testRun{e: e, batch: batch{steps: 7}}
	run.learn([]string{"b|a"}, nil)
	if run.batch.steps != 7 || run.batch.points != nil || !run.batch.knows("b|a") || run.batch.knows("a|a") {
		t.Errorf("a race that is not told: %+v", run.batch)
	}
	before := run.batch
	run.learn([]string{"a|c"}, []string{"a", "c"})
	run.learn([]string{"a|a"}, []string{"a", "a"})
	if got := strings.Join(run.batch.points, " "); got != "a c" || run.batch.steps != plainSteps || before.knows("a|c") {
		t.Errorf("points %s, %d steps; before %+v", got, run.batch.steps, before)
	}
	run.races.more = mostMore
	run.learn([]string{"x|x"}, nil)
	if !run.batch.knows("whatever") || len(run.batch.known) != 1 {
		t.Errorf("known %v", run.batch.known)
	}
	e.options.Steps = 100
	run = &testRun{e: e, batch: batch{steps: 100}}
	if run.learn(nil, []string{"a"}); run.batch.steps != 100 {
		t.Errorf("-steps does not hold: %d", run.batch.steps)
	}
}

func TestWhatIsTriedBehindAFindingDoesNotCount(t *testing.T) {
	s := &search{e: &engine{progress: newProgressFile("", "p")}, settled: 1, stats: newStats(),
		portfolio: newPortfolio("random")}
	tried := func(first uint64, runs int) {
		s.record(batch{first: first}, &outcome{runs: runs, done: &done{Runs: runs, LeakFirst: -1}}, 0)
	}
	tried(17, 16)
	tried(33, 16)
	if s.stats.schedules != 0 {
		t.Errorf("%d schedules count before those in front of them were tried", s.stats.schedules)
	}
	tried(1, 16)
	if s.stats.schedules != 48 || len(s.waiting) != 0 {
		t.Errorf("%d schedules count, %d stretches wait", s.stats.schedules, len(s.waiting))
	}
	tried(81, 16)
	tried(49, 3)
	s.keep(&candidate{origin: schedule.Origin{Index: 51}})
	if s.settle(); s.stats.schedules != 51 {
		t.Errorf("%d schedules count, want those up to the finding", s.stats.schedules)
	}
}

func TestASavedRaceIsTriedFirst(t *testing.T) {
	s := newSession(t, "TestRace").run()
	s.run()
	s.expect(1, "clew: data race on memory", "by the saved schedule testdata/clew/TestRace/", "replayed 3/3",
		"clew: the test failed, by the saved schedule testdata/clew/TestRace/")
	if s.kinds() != "race failure" || s.result.Tests[0].Schedules != 0 {
		t.Errorf("%s, %d schedules", s.kinds(), s.result.Tests[0].Schedules)
	}
	if files, _ := schedule.List(s.config.Dir, "TestRace"); len(files) != 2 {
		t.Errorf("saved once more: %v", files)
	}
	alone := newSession(t, "TestRacePlain").run().run()
	alone.expect(1, "run 0\n", "by the saved schedule testdata/clew/TestRacePlain/")
	if alone.kinds() != "race" || alone.result.Tests[0].Schedules != 0 {
		t.Errorf("%s, %d schedules", alone.kinds(), alone.result.Tests[0].Schedules)
	}
	s.config.Env = append(s.config.Env, "FAKE_FIXED=1")
	s.run()
	s.expect(0, "PASS", "!clew")
}

func TestRacesBeyondAScreenAreCounted(t *testing.T) {
	s := newSession(t, "TestRaceMany").run()
	if got := s.result.Tests[0]; len(got.Findings) != mostRaces || got.Schedules != 40 {
		t.Errorf("%d findings in %d schedules", len(got.Findings), got.Schedules)
	}
	s.expect(1, "clew: note: 19 data races more, beside the 20 that are told\n")
	s = newSession(t, "TestRaceMany")
	s.config.Options.Schedules = 400
	s.run()
	s.expect(1, "clew: note: at least 100 data races more, beside the 20 that are told\n")
	if got := s.result.Tests[0]; got.Schedules != 400 {
		t.Errorf("%d schedules", got.Schedules)
	}
}

func TestIgnoredRacesAreANote(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSession(t, "TestRace")
	s.config.Options.RaceIgnore = patterns{"example.com/bank.Transfer"}
	s.run()
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	s.expect(0, "clew: note: 1 data race ignored (-race-ignore)\n", "PASS", "!data race on", "!leads to it")
	if files, _ := schedule.List(s.config.Dir, "TestRace"); len(files) != 0 || s.result.Tests[0].Schedules != 40 {
		t.Errorf("saved %v, %d schedules", files, s.result.Tests[0].Schedules)
	}
	s = newSession(t, "TestRaceFail")
	s.config.Options.RaceIgnore = patterns{"*increment"}
	if s.run(); s.kinds() != "failure" {
		t.Errorf("with a failure beside it: %s", s.kinds())
	}
}

func TestAnIgnoredRaceOfASavedScheduleIsANote(t *testing.T) {
	s := newSession(t, "TestRacePlain").run()
	s.config.Options.RaceIgnore = patterns{"example.com/bank.*"}
	s.run()
	s.expect(0, "clew: note: 1 data race ignored", "PASS")
	if got := s.result.Tests[0].Schedules; got != 40 {
		t.Errorf("%d schedules", got)
	}
}

func TestARaceThatDoesNotComeBackIsSaid(t *testing.T) {
	s := newSession(t, "TestRaceOnce").run()
	s.expect(0, "clew: note: data race between counter.go:12 and counter.go:12, found by schedule 6 of 40, but never in a process of its own, and not behind the same runs again", "PASS")
	if files, _ := schedule.List(s.config.Dir, "TestRaceOnce"); len(files) != 0 {
		t.Errorf("saved as a regression test: %v", files)
	}
}

func TestARaceIsKeptWhenStoppedBeforeItIsConfirmed(t *testing.T) {
	s := newSession(t, "TestRace")
	e, err := newEngine(s.config)
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	key := place(12) + "|" + place(12)
	run := &testRun{e: e, options: e.options, batch: batch{test: testID{"TestRace", "test"}, strategy: "random", points: []string{place(9)}}}
	found := candidateOf(run.batch, &outcome{done: &done{}, races: []raceMessage{{3, key}}})
	if err := run.meet(ctx, found); err == nil {
		t.Error("being stopped is not reported")
	}
	text := strings.Join(run.result.Lines(), "\n")
	if !strings.Contains(text, "clew: data race between counter.go:12 and counter.go:12, found by schedule 4 of 40") ||
		!strings.Contains(text, "clew was stopped before") || !strings.Contains(text, "again:  clew replay testdata/clew/TestRace/") {
		t.Errorf("finding:\n%s", text)
	}
	if saved := s.saved("TestRace"); !saved.Partial() || saved.Origin.Index != 3 || len(saved.Points) != 1 {
		t.Errorf("saved %+v", saved)
	}
}

func TestReplayRepeatsARace(t *testing.T) {
	s := newSession(t, "TestRacePlain").run()
	files, _ := schedule.List(s.config.Dir, "TestRacePlain")
	replay := func() {
		s.stdout.Reset()
		s.stderr.Reset()
		s.code = Replay(context.Background(), s.config, files[0], Replaying{})
	}
	replay()
	s.expect(1, "--- FAIL: TestRacePlain", "clew: data race on memory at offset 16", "main/1 increment  read", "replayed 1/1")
	s.config.Env = append(s.config.Env, "FAKE_FIXED=1")
	replay()
	s.expect(0, "clew: race did not come again in 5 steps")
	s = newSession(t, "TestRaceFail").run()
	files, _ = schedule.List(s.config.Dir, "TestRaceFail")
	replay()
	s.expect(1, "clew: data race on memory", "clew: the test failed", "!did not come again")
	s.config.Env = append(s.config.Env, "FAKE_RACE_ONLY=1")
	replay()
	s.expect(1, "clew: data race on memory", "clew: failure did not come again in 5 steps", "!the test failed")
}
