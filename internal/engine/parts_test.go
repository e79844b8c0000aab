package engine

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goclew/clew/internal/report"
)

func TestOptionsGoThroughFlagsAndBack(t *testing.T) {
	want := Options{Schedules: 7, Time: 3 * time.Minute, Strategy: "random", Seed: 1 << 63, Steps: 9, Leaks: "off", Workers: 2,
		Points: "memory", Sure: 0.25, Given: words{"seed", "sure"}, RaceIgnore: patterns{"example.com/bank.*", "main.f"},
		Overlay: "abc", Session: "/s", Go: "go1.26.8", Dir: "/d e", Refuges: "/r", Foreign: "/go:/mod"}
	var got Options
	fs := flag.NewFlagSet("exec", flag.ContinueOnError)
	got.ExecFlags(fs)
	if err := fs.Parse(want.Args()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestBadOptionsNameWhatIsAllowed(t *testing.T) {
	for arg, want := range map[string]string{
		"-schedules=0": "from 1", "-schedules=many": "whole number", "-time=-1s": "above 0", "-time=5": "with its unit",
		"-leaks=maybe": "fail or note or off", "-steps=-1": "from 0", "-workers=-1": "from 0",
		"-strategy=luck": "auto or random", "-points=all": "auto or sync or memory", "-race-ignore=": "full name", "-race-ignore=Deposit": "full name",
	} {
		o := Default()
		fs := flag.NewFlagSet("test", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
		o.Flags(fs)
		if err := fs.Parse([]string{arg}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", arg, err, want)
		}
	}
}

func TestCommandsQuoteWhatNeedsIt(t *testing.T) {
	b := batch{test: testID{"TestA/ b=c", "test"}, strategy: "random", seed: 5, first: 1, count: 2, trace: true, leaks: "fail"}
	want := `run test="TestA/ b=c" kind=test strategy=random seed=5 first=1 count=2 ms=0 steps=0 wall=0 clock=0 trace=1 leaks=fail`
	if got := b.command(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	b.points, b.known = []string{"p/a.go:1", "p/b.go:2"}, []string{"p/a.go:1|p/b.go:2", "p/a.go:1|p/a.go:1"}
	if got := b.command(); got != want+` at="p/a.go:1,p/b.go:2" known="p/a.go:1|p/b.go:2;p/a.go:1|p/a.go:1"` {
		t.Errorf("got %s", got)
	}
	b.points, b.known = []string{"memory"}, []string{allKnown}
	if got := b.command(); got != want+` points=memory known="*"` {
		t.Errorf("got %s", got)
	}
	b.replay = "/tmp/plan-1"
	if got := b.command(); !strings.Contains(got, " replay=/tmp/plan-1 ") || strings.Contains(got, "strategy") {
		t.Errorf("got %s", got)
	}
}

func TestAStarStandsForAnyText(t *testing.T) {
	const name = "example.com/bank.(*Account).Deposit.func1"
	for pattern, want := range map[string]bool{
		name: true, "example.com/bank.(*Account).Deposit": false, "example.com/bank.*": true, "*.Deposit*": true, "*": true,
		"*Deposit": false, "bank.*": false, "example.com/*Dep*func*": true, "example.com/*func2": false, "*func1*": true,
	} {
		if got := (patterns{"other.F", pattern}).match(name); got != want {
			t.Errorf("%q matches: %v, want %v", pattern, got, want)
		}
	}
	if (patterns)(nil).match(name) {
		t.Error("no pattern matches")
	}
}

func TestRepliesSurviveNoise(t *testing.T) {
	replies := make(chan reply, 9)
	readReplies(strings.NewReader("{\"ready\":true}\nnoise\n\n{\"listed\":3}\n{\"cut"), replies)
	var got []reply
	for r := range replies {
		got = append(got, r)
	}
	if len(got) != 3 || !got[0].Ready || got[2].Listed == nil || !reflect.DeepEqual(got[1], reply{}) {
		t.Errorf("got %+v", got)
	}
}

func TestTestFlagsArePartedByWhomTheyConcern(t *testing.T) {
	f := parseTestFlags([]string{"-test.v=test2json", "-test.run=X", "-update", "-test.count", "3", "-test.cpu=1,2",
		"-test.timeout=90s", "-test.failfast", "-test.cpuprofile=c.prof", "-test.coverprofile=c.out", "-test.testlogfile=/t",
		"-test.shuffle=7", "--", "-test.short"}, "/pkg")
	if !f.json || f.count != 3 || f.timeout != 90*time.Second || !f.failfast || f.coverProfile != "/pkg/c.out" || f.shuffle != "7" {
		t.Errorf("flags %+v", f)
	}
	first := f.worker(true, "2", "/cov")
	want := []string{"-test.cpuprofile=c.prof", "-test.cpu=2", "-test.coverprofile=/cov/profile", "-test.shuffle=7",
		"-test.run=X", "-test.v=test2json", "-test.timeout=0", "-test.count=1", "-update", "--", "-test.short"}
	if !slices.Equal(first, want) {
		t.Errorf("first worker\n got %q\nwant %q", first, want)
	}
	if other := f.worker(false, "", ""); slices.Contains(other, want[0]) || other[0] != "-test.shuffle=7" {
		t.Errorf("other worker %q", other)
	}
}

func TestTestTextForTest2json(t *testing.T) {
	var b bytes.Buffer
	o := &output{w: &b, verbose: true, marker: "\x16"}
	o.begin("TestA")
	o.end(testText{name: "TestA", status: "fail", elapsed: time.Second, lines: []string{"clew: x"},
		captured: "\x16=== RUN   TestA\n\x16=== RUN   TestA/sub\nno newline\x16--- PASS: TestA (0.00s)\n    \x16--- PASS: TestA/sub (0.00s)\n"})
	want := "\x16=== RUN   TestA\n\x16=== RUN   TestA/sub\nno newline\n\x16=== NAME  TestA\n    clew: x\n" +
		"\x16--- FAIL: TestA (1.00s)\n    \x16--- PASS: TestA/sub (0.00s)\n"
	if b.String() != want {
		t.Errorf("got  %q\nwant %q", b.String(), want)
	}
}

func TestAFindingWithoutAResultLineGetsOne(t *testing.T) {
	var b bytes.Buffer
	o := &output{w: &b}
	o.end(testText{name: "TestA", status: "fail", captured: "half a line", lines: []string{"clew: deadlock"}})
	if want := "half a line\n--- FAIL: TestA (0.00s)\n    clew: deadlock\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

const crashText = `before
panic: looks like one, but was recovered
goroutine-free text
panic: boom [recovered, repanicked]

goroutine 7 [running]:
testing.tRunner.func1.2({0x5, 0x6})
	/go/src/testing/testing.go:1 +0x1
panic({0x5?, 0x6?})
	/go/src/runtime/panic.go:2 +0x2
example.com/bank.(*Account).Deposit(0xc000012345, {0x1, 0x2})
	/p/bank.go:31 +0x25
example.com/bank.TestA(0xc00001)
	/p/bank_test.go:9 +0x1d
created by testing.(*T).Run in goroutine 1
	/go/src/testing/testing.go:3 +0x3

goroutine 1 [chan receive]:
main.main()
	/x.go:1 +0x1
`

func TestACrashReportIsRead(t *testing.T) {
	before, crash := splitCrash(crashText)
	if !strings.HasPrefix(before, "before\n") || crashHead(crash) != "panic: boom" {
		t.Errorf("head %q, before %q", crashHead(crash), before)
	}
	want := []crashFrame{{"example.com/bank.(*Account).Deposit", "/p/bank.go", "31"}, {"example.com/bank.TestA", "/p/bank_test.go", "9"}}
	if got := crashStack(crash); !slices.Equal(got, want) {
		t.Errorf("stack %+v", got)
	}
	if _, crash := splitCrash("panic: printed by the test\n"); crash != "" {
		t.Errorf("text without a stack passes for a crash: %q", crash)
	}
}

func TestTheRunningThreadOfADump(t *testing.T) {
	dump := "SIGQUIT: quit\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t/m.go:1 +0x1\n\n" +
		"goroutine 5 [select]:\nexample.com/p.wait()\n\t/p.go:2 +0x1\n\n" +
		"goroutine 6 gp=0x1 m=3 mp=0x2 [running]:\nexample.com/p.spin(...)\n\t/p.go:7 fp=0x1 sp=0x2\n"
	if got := runningStack(dump, ownFrame); len(got) != 1 || got[0].function != "example.com/p.spin" || got[0].line != "7" {
		t.Errorf("got %+v", got)
	}
	if got := runningStack(strings.ReplaceAll(dump, "[running]", "[IO wait]"), ownFrame); len(got) != 1 || got[0].function != "example.com/p.wait" {
		t.Errorf("with nobody running: %+v", got)
	}
}

func TestCoverageModes(t *testing.T) {
	for mode, want := range map[string]string{"set": "mode: set\na.go:1.1,2.2 3 1\n", "atomic": "mode: atomic\na.go:1.1,2.2 3 2\n"} {
		var c coverage
		for range 2 {
			dir := t.TempDir()
			os.WriteFile(filepath.Join(dir, "profile"), []byte("mode: "+mode+"\na.go:1.1,2.2 3 1\n"), 0o600)
			if err := c.add(dir); err != nil {
				t.Fatal(err)
			}
		}
		out := filepath.Join(t.TempDir(), "out")
		if err := c.write(out); err != nil {
			t.Fatal(err)
		}
		if data, _ := os.ReadFile(out); string(data) != want {
			t.Errorf("got %q, want %q", data, want)
		}
	}
	if err := new(coverage).add(t.TempDir()); err != nil {
		t.Errorf("a worker that died before it wrote a profile: %v", err)
	}
}

func TestChunksGrowToTheirTime(t *testing.T) {
	if got := nextChunk(16, time.Microsecond); got != 64 {
		t.Errorf("after a quick chunk of 16: %d", got)
	}
	if got := nextChunk(64, time.Second); got != 6 {
		t.Errorf("after a slow chunk of 64: %d", got)
	}
	if got := nextChunk(1, time.Minute); got != 1 {
		t.Errorf("at least one: %d", got)
	}
}

func TestTheDeadlineCutsTheSearch(t *testing.T) {
	if got, cut := enoughTime(5*time.Second, time.Time{}); cut || got != 5*time.Second {
		t.Errorf("without a deadline: %v, %v", got, cut)
	}
	if got, cut := enoughTime(5*time.Second, time.Now().Add(3*time.Second)); !cut || got > 2*time.Second {
		t.Errorf("3 s before the deadline: %v, %v", got, cut)
	}
	if got, cut := enoughTime(5*time.Second, time.Now().Add(-time.Second)); !cut || got != 0 {
		t.Errorf("after the deadline: %v, %v", got, cut)
	}
}

func TestSeedsDependOnWhatTheyAreFor(t *testing.T) {
	seen := map[uint64]bool{}
	for _, seed := range []uint64{seedOf(1, "p", "TestA", 0), seedOf(1, "p", "TestA", 1), seedOf(1, "p", "TestB", 0),
		seedOf(1, "q", "TestA", 0), seedOf(2, "p", "TestA", 0)} {
		seen[seed] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d different seeds of 5", len(seen))
	}
	if got := seedOf(1, "p", "TestA", 0); got != 0x4bceec4627921d71 {
		t.Errorf("the seed is %#x: saved schedules and reports of earlier versions name another", got)
	}
}

func TestPathsForPeople(t *testing.T) {
	for file, want := range map[string]string{
		"/w/mod/pkg/a.go":                            "a.go",
		"/w/mod/other/b.go":                          "../other/b.go",
		"/home/me/go/pkg/mod/github.com/x/y@v1/z.go": "github.com/x/y@v1/z.go",
		"/usr/local/go/src/sync/mutex.go":            "sync/mutex.go",
		"/opt/else.go":                               "/opt/else.go",
	} {
		if got := shortPath(file, "/w/mod/pkg", "/w/mod"); got != want {
			t.Errorf("%s is %q, want %q", file, got, want)
		}
	}
}

func TestStrayOutputKeepsItsEnds(t *testing.T) {
	s, err := newStray()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.write.WriteString("first line\n")
	for range 5 * strayLimit / 1024 {
		s.write.WriteString(strings.Repeat("x", 1023) + "\n")
	}
	s.write.WriteString("last line\n")
	text := s.take()
	if !strings.HasPrefix(text, "first line\n") || !strings.HasSuffix(text, "last line\n") || !strings.Contains(text, "bytes left out") || len(text) > 4*strayLimit {
		t.Errorf("%d bytes, from %q to %q", len(text), text[:20], text[len(text)-20:])
	}
	if again := s.take(); again != "" {
		t.Errorf("taken twice: %q", again)
	}
}

func TestAPercentageHasItsSign(t *testing.T) {
	for text, want := range map[string]float64{"0.1%": 0.1, "0": 0, "0%": 0, "100%": 100, "1e-3%": 0.001,
		"0.001": -1, "5": -1, "-1%": -1, "101%": -1, "%": -1, "": -1, "NaN%": -1, "many": -1} {
		got := -1.0
		if err := (percent{&got}).Set(text); (err == nil) != (want >= 0) || got != want {
			t.Errorf("%q is %g (%v), want %g", text, got, err, want)
		}
	}
}

func TestFlagsThatContradictEachOther(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{Prove: true}, ""},
		{Options{Strategy: "pct", Given: words{"strategy"}}, ""},
		{Options{Prove: true, Given: words{"time", "strategy"}}, "-strategy"},
		{Options{Prove: true, Given: words{"schedules"}}, "-schedules"},
		{Options{Prove: true, Given: words{"sure"}}, "-sure"},
		{Options{Prove: true, Isolate: true}, "-isolate"},
		{Options{Prove: true, Slow: 1, Given: words{"slow"}}, "-slow"},
		{Options{Prove: true, Slow: 0, Given: words{"slow"}}, ""},
		{Options{Prove: true, Slow: 1}, ""},
		{Options{Prove: true, CheckDeterminism: true}, "-check-determinism"},
	} {
		err := tt.o.Contradiction()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), "-prove and "+tt.want+" contradict") {
			t.Errorf("%+v: %v, want %q", tt.o, err, tt.want)
		}
	}
}

// What a test asks for holds for it alone, but for what the user said.
func TestATestIsHeeded(t *testing.T) {
	want := Default()
	want.Given, want.Schedules = words{"schedules"}, 7
	run := &testRun{e: &engine{result: &report.Package{}}, options: want, batch: batch{strategy: auto}, portfolio: newPortfolio(auto)}
	run.heed(nil)
	if run.heed(&asked{}); run.portfolio == nil || !reflect.DeepEqual(run.options, want) {
		t.Errorf("nothing was asked for: %+v", run.options)
	}
	seed := run.newSeed()
	run.heed(&asked{Schedules: 99, Time: time.Minute, Strategy: "random", Seed: 5})
	want.Time, want.Strategy, want.Seed = time.Minute, "random", 5
	if !reflect.DeepEqual(run.options, want) || run.batch.strategy != "random" || run.portfolio != nil {
		t.Errorf("got %+v, batch %+v, portfolio %v", run.options, run.batch, run.portfolio)
	}
	if run.batch.seed != run.seed || run.seed == seed {
		t.Errorf("the seed is %d, in the batch %d", run.seed, run.batch.seed)
	}
}

// Claims are joined by their names.
func TestClaimsAreAddedUp(t *testing.T) {
	got := addClaims(nil, []claim{{Name: "a", Reached: 2}, {Name: "b", Reached: 1, Held: 1}})
	got = addClaims(got, []claim{{Name: "b", Reached: 3}, {Name: "c"}, {Name: "a", Reached: 1, Held: 1}})
	want := []claim{{Name: "a", Reached: 3, Held: 1}, {Name: "b", Reached: 4, Held: 1}, {Name: "c"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}
