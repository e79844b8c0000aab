package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/goclew/clew/internal/cli" // a change of clew makes cached results of this test invalid
	"github.com/goclew/clew/internal/lab"
)

func TestMeansAndDeviations(t *testing.T) {
	// Worked out by hand: mean 5, squares of the differences 9+1+1+1+0+0+4+16, which is 32, by 7.
	numbers := []int{2, 4, 4, 4, 5, 5, 7, 9}
	check := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	check("the mean", mean(numbers), 5)
	check("the deviation", deviation(numbers), math.Sqrt(32.0/7))
	check("the deviation of one number", deviation([]int{7}), 0)
	check("the geometric mean", geometricMean([]float64{1, 10, 100}), 10)
	check("the geometric mean of equal numbers", geometricMean([]float64{3, 3, 3, 3}), 3)
}

func TestCells(t *testing.T) {
	for _, test := range []struct {
		found  []int
		trials int
		want   string
	}{
		{nil, 20, "none"},
		{[]int{1, 1}, 2, "1.00 ± 0.00"},
		{[]int{10, 20}, 2, "15.0 ± 7.07"},
		{[]int{5000}, 3, "5000 ± 0.00 (1 of 3)"},
	} {
		if got := cell(test.found, test.trials); got != test.want {
			t.Errorf("cell(%v, %d) is %q, want %q", test.found, test.trials, got, test.want)
		}
	}
}

func TestFoundAt(t *testing.T) {
	for _, test := range []struct {
		name   string
		report string
		at     int
		fails  bool
	}{
		{"a failed check", `{"status":"fail","schedules":7,"findings":[{"kind":"failure","found_at":7,"replayed":3}]}`, 7, false},
		{"a panic", `{"status":"fail","schedules":1,"findings":[{"kind":"panic","found_at":1,"replayed":3}]}`, 1, false},
		{"a deadlock", `{"status":"fail","schedules":2,"findings":[{"kind":"deadlock","found_at":2,"replayed":3}]}`, 2, false},
		{"nothing in all schedules", `{"status":"pass","schedules":100,"findings":[]}`, 0, false},
		{"nothing in too few schedules", `{"status":"pass","schedules":99}`, 0, true},
		{"a test that is not in the report", `{}`, 0, true},
		{"a failure without a finding", `{"status":"fail","schedules":100}`, 0, true},
		{"a race", `{"status":"fail","schedules":7,"findings":[{"kind":"race","found_at":7,"replayed":3}]}`, 0, true},
		{"a race before a failure", `{"status":"fail","schedules":7,"findings":[{"kind":"race","found_at":1,"replayed":3},
			{"kind":"failure","found_at":7,"replayed":3}]}`, 0, true},
		{"a livelock", `{"status":"fail","schedules":7,"findings":[{"kind":"livelock","found_at":7,"replayed":3}]}`, 0, true},
		{"a failure that does not repeat", `{"status":"fail","schedules":7,"findings":[{"kind":"failure","found_at":7}]}`, 0, true},
	} {
		var one lab.Test
		if err := json.Unmarshal([]byte(test.report), &one); err != nil {
			t.Fatal(err)
		}
		if at, err := foundAt(one, 100); at != test.at || (err != nil) != test.fails {
			t.Errorf("%s: found at %d, error %v", test.name, at, err)
		}
	}
}

// TestSums takes three programs through two trials.
func TestSums(t *testing.T) {
	m := &measurement{
		options: &options{trials: 2, schedules: 100, strategies: []string{"random"}, programs: []program{
			{name: "easy", test: "TestEasy", set: common},
			{name: "hard", test: "TestHard", set: common},
			{name: "big", test: "TestBig", set: core, budget: 3},
			{name: "slow", test: "TestSlow", seeds: 1},
		}},
		results: map[string]results{"random": {found: map[string][]int{}}},
	}
	bug := func(at int) lab.Test {
		return lab.Test{Status: "fail", Schedules: at, Findings: []lab.Finding{{Kind: "failure", FoundAt: at, Replayed: 3}}}
	}
	silent := func(schedules int) lab.Test { return lab.Test{Status: "pass", Schedules: schedules} }
	twins := func(tests map[string]lab.Test) map[string]lab.Test {
		for _, p := range m.programs {
			tests[p.twin()] = silent(100)
		}
		return tests
	}
	m.add(trial{"random", 1}, twins(map[string]lab.Test{"TestEasy": bug(3), "TestHard": silent(100), "TestBig": bug(250), "TestSlow": bug(9)}))
	m.add(trial{"random", 2}, twins(map[string]lab.Test{"TestEasy": bug(5), "TestHard": bug(60), "TestBig": silent(300)}))
	if wrong := m.wrong(); len(wrong) > 0 {
		t.Errorf("all is as it should be, but it says %q", wrong)
	}
	// Easy takes 4, hard 80 with the search in vain; their geometric mean is the root of 320.
	got := m.sum("random")
	if want := "3 (of 3)"; got.found != want {
		t.Errorf("found is %q, want %q", got.found, want)
	}
	if want := "more than 17.9 (of 2); searches in vain: 1"; got.mean != want {
		t.Errorf("the mean is %q, want %q", got.mean, want)
	}
	for _, line := range []string{
		"| easy | 0 | 4.00 ± 1.41 |  |  |  |  |  |",
		"| hard | 0 | 60.0 ± 0.00 (1 of 2) |  |  |  |  |  |",
		"| big (2 × 300 schedules) | 0 | 250 ± 0.00 (1 of 2) |  |  |  |  |  |",
		"| slow | 0 | 9.00 ± 0.00 |  |  |  |  |  |",
		"| 0 of 7, in 700 schedules |",
	} {
		if !strings.Contains(m.document(), line) {
			t.Errorf("the document lacks the line %s:\n%s", line, m.document())
		}
	}
}

// TestATwinThatIsReportedIsWrong also counts a twin that was not tried to the end.
func TestATwinThatIsReportedIsWrong(t *testing.T) {
	m := &measurement{
		options: &options{trials: 2, schedules: 100, strategies: []string{"random"}, programs: []program{{name: "easy", test: "TestEasy"}}},
		results: map[string]results{"random": {found: map[string][]int{}}},
	}
	bug := lab.Test{Status: "fail", Schedules: 2, Findings: []lab.Finding{{Kind: "failure", Message: "it failed", FoundAt: 2, Replayed: 3}}}
	m.add(trial{"random", 1}, map[string]lab.Test{"TestEasy": bug, "TestEasyCorrect": bug})
	m.add(trial{"random", 2}, map[string]lab.Test{"TestEasy": bug, "TestEasyCorrect": {Status: "pass", Schedules: 50}})
	want := []string{
		"TestEasyCorrect: it failed (random, seed 1)",
		`TestEasyCorrect: status is "pass" after 50 of 100 schedules, without a finding (random, seed 2)`,
	}
	if wrong := m.wrong(); !slices.Equal(wrong, want) {
		t.Errorf("wrong is %q, want %q", wrong, want)
	}
}

// TestTrialsAreKept lets a second measurement take over what a first one has kept: trials that have all that it asks for.
func TestTrialsAreKept(t *testing.T) {
	o := options{trials: 3, twins: 1, schedules: 100, strategies: []string{"pos"}, file: filepath.Join(t.TempDir(), "trials"),
		programs: []program{{name: "easy", test: "TestEasy"}}}
	bug := lab.Test{Status: "fail", Schedules: 2, Findings: []lab.Finding{{Kind: "failure", FoundAt: 2, Replayed: 3}}}
	with := map[string]lab.Test{"TestEasy": bug, "TestEasyCorrect": {Status: "pass", Schedules: 100}}
	first := &measurement{options: &o, release: "go1"}
	for seed, tests := range map[int]map[string]lab.Test{1: with, 2: {"TestEasy": bug}} {
		if err := first.keep(trial{"pos", seed}, tests); err != nil {
			t.Fatal(err)
		}
	}
	recalled := func(o options, release string) int {
		trials, err := (&measurement{options: &o, release: release}).recall()
		if err != nil {
			t.Fatal(err)
		}
		for at, tests := range trials {
			if found, err := foundAt(tests["TestEasy"], o.schedules); found != 2 || err != nil {
				t.Errorf("%+v: found at %d, error %v", at, found, err)
			}
		}
		return len(trials)
	}
	if n := recalled(o, "go1"); n != 2 {
		t.Errorf("%d trials, want 2", n)
	}
	if n := recalled(o, "go2"); n != 0 {
		t.Errorf("%d trials of another release, want none", n)
	}
	all, longer := o, o
	all.twins, longer.schedules = 0, 200
	if n := recalled(all, "go1"); n != 1 {
		t.Errorf("%d trials with all twins, want 1", n)
	}
	if n := recalled(longer, "go1"); n != 0 {
		t.Errorf("%d trials with other schedules, want none", n)
	}
}

func TestEveryProgramIsListedAndHasATwin(t *testing.T) {
	tests := testsOf(t, "programs")
	for _, p := range programs {
		for _, name := range []string{p.test, p.twin()} {
			if !slices.Contains(tests, name) {
				t.Errorf("%s is listed, but package programs has no such test", name)
			}
		}
	}
	if len(tests) != 2*len(programs) {
		t.Errorf("package programs has %d tests, want two for each of %d programs", len(tests), len(programs))
	}
	if n := len(in(programs, core)); n != 38 {
		t.Errorf("%d programs are counted, want 38", n)
	}
	if n := len(in(programs, common)); n != 26 {
		t.Errorf("the mean is of %d programs, want 26", n)
	}
}

// testsOf returns the names of a folder's tests.
func testsOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var tests []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				tests = append(tests, f.Name.Name)
			}
		}
	}
	return tests
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{{"-trials=0"}, {"-schedules=x"}, {"-programs=("}, {"-programs=nosuch"}, {"-nosuch"}, {"more"}} {
		_, err := parse(args)
		if !errors.As(err, new(usageError)) {
			t.Errorf("%q: error %v, want one for wrong usage", args, err)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: the error is more than a line: %v", args, err)
		}
	}
}

// beyondRandom are the programs whose bugs a random walk may well miss.
var beyondRandom = []string{"reorder_5", "reorder_10", "reorder_20", "reorder_50", "reorder_100", "twostage_20", "twostage_50", "twostage_100",
	"wsq", "iwsq", "iwsqws", "qsort_mt", "SafeStack"}

// TestBugsAreFoundAndTwinsAreSilent searches every program once, with clew. A bug that a random walk finds is found, and none is
// reported of a twin.
func TestBugsAreFoundAndTwinsAreSilent(t *testing.T) {
	if testing.Short() {
		t.Skip("runs clew")
	}
	o := &options{trials: 1, schedules: 1000, parallel: 1, strategies: []string{"random"}}
	for _, p := range programs {
		p.budget = 1
		o.programs = append(o.programs, p)
	}
	m, err := measure(o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range m.wrong() {
		t.Error(line)
	}
	for _, p := range programs {
		if len(m.results["random"].found[p.name]) == 0 && !slices.Contains(beyondRandom, p.name) {
			t.Errorf("the bug of %s was not found", p.name)
		}
	}
}

// TestATrialKnowsNothingOfEarlierOnes searches a program twice from one seed, in one place. The second search would try first what the first
// one saved, if that were still there.
func TestATrialKnowsNothingOfEarlierOnes(t *testing.T) {
	if testing.Short() {
		t.Skip("runs clew")
	}
	l, err := lab.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p, err := newPlace(l, "place")
	if err != nil {
		t.Fatal(err)
	}
	var at [2]int
	for i := range at {
		report, err := p.searchTests(trial{"random", 1}, 1000, []string{"TestReorder3"})
		if err != nil {
			t.Fatal(err)
		}
		if at[i], err = foundAt(report.Tests[0], 1000); err != nil {
			t.Fatal(err)
		}
	}
	if at[0] < 2 || at[0] != at[1] {
		t.Errorf("the bug is found by schedules %d and %d, want the same one, beyond the first", at[0], at[1])
	}
}

func TestAStrategyThatClewDoesNotKnow(t *testing.T) {
	if testing.Short() {
		t.Skip("runs clew")
	}
	_, err := measure(&options{trials: 1, schedules: 1, parallel: 1, strategies: []string{"nosuch"}, programs: programs[:1]}, io.Discard)
	if !errors.As(err, new(usageError)) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), `"nosuch"`) {
		t.Errorf("error %v, want a line that names the strategy", err)
	}
}
