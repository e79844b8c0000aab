package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/explain"
)

func race() *Finding {
	return &Finding{Kind: "race", Message: "data race on count (counter.go:9)", FoundAt: 3, Of: 1000,
		Steps: 9, Switches: 2, Preempts: 1, Replayed: 3, Replays: 3, Schedule: "testdata/clew/TestCounter/3f2a9c10",
		Variable: &explain.Variable{Name: "count", Type: "int", Declared: "counter.go:9", Kind: "int", Size: 8},
		Accesses: []explain.Access{
			{Thread: "main/1", Function: "increment", Op: "read", Place: "counter.go:12", Started: "counter_test.go:15",
				Stack: []string{"increment counter.go:12", "TestCounter.func1 counter_test.go:16"}, Locks: []string{"mutex#1"}},
			{Thread: "main/2", Function: "report", Op: "write", Place: "counter.go:120", Started: "counter_test.go:18",
				Stack: []string{"report counter.go:120"}, Locks: []string{}},
		},
		LeadsTo: &Consequence{"failure", "the test failed", "testdata/clew/TestCounter/77aa0011"}}
}

func TestARaceAsText(t *testing.T) {
	want := `clew: data race on count (counter.go:9), found by schedule 3 of 1000
  main/1 increment  read   counter.go:12
    from TestCounter.func1 counter_test.go:16
    started at counter_test.go:15
    holding mutex#1
  main/2 report     wrote  counter.go:120  no lock in common
    started at counter_test.go:18
schedule: 9 steps, 2 switches, 1 preemption, replayed 3/3
again:  clew replay testdata/clew/TestCounter/3f2a9c10
look:   clew view testdata/clew/TestCounter/3f2a9c10`
	if got := strings.Join(race().Lines(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f := race()
	f.Common = []string{"mutex#1"}
	if got := strings.Join(f.Lines(), "\n"); strings.Contains(got, "no lock in common") {
		t.Errorf("there is one:\n%s", got)
	}
}

func TestWhatARaceLeadsToAsText(t *testing.T) {
	f := &Finding{Kind: "failure", Message: "the test failed", FoundAt: 23, Of: 1000, Steps: 12, Switches: 3, Replayed: 3, Replays: 3,
		Schedule: "testdata/clew/TestCounter/77aa0011", Races: []string{"count"},
		Class: "lost update", Says: "main/1 writes back what it read", Cure: "Add",
		Story: []explain.Line{
			{Thread: "main/1", Function: "increment", Op: "read", Object: "count", Value: "0", Place: "counter.go:12", LeftOut: 3},
			{Thread: "main/2", Function: "increment", Op: "write", Object: "count", Value: "10", Place: "counter.go:12", LeftOut: 7},
			{Thread: "main/1", Function: "increment", Op: "write", Object: "count", Value: "1", Place: "counter.go:12", LeftOut: 1,
				Comment: "10 increments of main/2 are lost"}}}
	want := `clew: the test failed, found by schedule 23 of 1000; the data race on count leads to it
  lost update: main/1 writes back what it read
  main/1 increment  read   count = 0   counter.go:12
  … 7 steps
  main/2 increment  wrote  count = 10  counter.go:12
  … 1 step
  main/1 increment  wrote  count = 1   counter.go:12  10 increments of main/2 are lost
  cure: Add
schedule: 12 steps, 3 switches, 0 preemptions, replayed 3/3
again:  clew replay testdata/clew/TestCounter/77aa0011
look:   clew view testdata/clew/TestCounter/77aa0011`
	if got := strings.Join(f.Lines(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f.Races = []string{"a", "b"}
	if got := f.Lines()[0]; !strings.HasSuffix(got, "; the data races on a, b lead to it") {
		t.Errorf("two races: %q", got)
	}
}

func TestARaceAsJSON(t *testing.T) {
	data, err := json.Marshal(race())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"variable":{"name":"count","type":"int","declared":"counter.go:9"}`,
		`"accesses":[{"thread":"main/1","function":"increment","op":"read","place":"counter.go:12","stack":["increment counter.go:12",` +
			`"TestCounter.func1 counter_test.go:16"],"started":"counter_test.go:15","locks":["mutex#1"]}`,
		`"locks":[]`,
		`"leads_to":{"kind":"failure","message":"the test failed","schedule":"testdata/clew/TestCounter/77aa0011"}`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}
