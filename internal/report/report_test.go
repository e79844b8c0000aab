package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goclew/clew/internal/explain"
)

func deadlock() *Finding {
	return &Finding{Kind: "deadlock", Message: "deadlock: main/1 and main/2 wait for each other", FoundAt: 18, Of: 1000,
		Steps: 41, Switches: 1, Replayed: 3, Replays: 3, Schedule: "testdata/clew/TestX/3f2a9c10",
		Cycle: "main/1 waits for mutex#2, held by main/2; main/2 waits for mutex#1, held by main/1",
		Threads: []explain.Thread{{Name: "main/1", Function: "move (bank.go:9)", State: "blocked",
			WaitsFor: "to lock mutex#2, held by main/2", Stack: []string{"move bank.go:11"},
			Holds: []explain.Hold{{Object: "mutex#1", Stack: []string{"move bank.go:10"}}}}},
		Others: []string{"main/3 tick (bank.go:30): timed"}}
}

func TestADeadlockAsText(t *testing.T) {
	want := `clew: deadlock: main/1 and main/2 wait for each other, found by schedule 18 of 1000
  main/1 move (bank.go:9) waits to lock mutex#2, held by main/2
    at   move bank.go:11
    holds mutex#1, taken
      at   move bank.go:10
  cycle: main/1 waits for mutex#2, held by main/2; main/2 waits for mutex#1, held by main/1
  also alive: main/3 tick (bank.go:30): timed
schedule: 41 steps, 1 switch, 0 preemptions, replayed 3/3
again:  clew replay testdata/clew/TestX/3f2a9c10
look:   clew view testdata/clew/TestX/3f2a9c10`
	if got := strings.Join(deadlock().Lines(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAFindingFitsAScreen(t *testing.T) {
	f := deadlock()
	long := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	f.Threads = nil
	for i := range 500 {
		f.Threads = append(f.Threads, explain.Thread{Name: fmt.Sprintf("main/%d", i+1), State: "blocked",
			WaitsFor: fmt.Sprintf("to lock mutex#%d", i), Stack: long})
	}
	lines := f.Lines()
	if len(lines) > 30 {
		t.Errorf("%d lines", len(lines))
	}
	if !strings.Contains(strings.Join(lines, "\n"), "more threads") {
		t.Error("it is not said that threads are left out")
	}
	for i := range f.Threads {
		f.Threads[i].WaitsFor = "to send on chan#1"
	}
	if text := strings.Join(f.Lines(), "\n"); !strings.Contains(text, "main/1, and 499 more like it, waits to send") {
		t.Errorf("threads that do the same are not told together:\n%s", text)
	}
}

func TestWhatAReplayIsWorth(t *testing.T) {
	for _, tt := range []struct {
		f    Finding
		want string
	}{
		{Finding{Steps: 4, Switches: 2, Replayed: 2, Replays: 3}, "replayed 2/3, so it depends on something outside"},
		{Finding{Replays: 3}, "found once, came back 0 of 3 times"},
		{Finding{}, "not replayed, clew was stopped before"},
	} {
		if got := strings.Join(tt.f.Lines(), "\n"); !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.f, got, tt.want)
		}
	}
}

func TestResultsComeBackFromTheSession(t *testing.T) {
	session := t.TempDir()
	for _, p := range []*Package{
		{Package: "example.com/b/c", Go: "go1.26.8", Failed: true, Tests: []Test{{Test: "TestX", Status: "fail", Schedules: 18, Saved: 1, Findings: []Finding{*deadlock()}, Notes: []Note{{Kind: "leak"}}}}},
		{Package: "example.com/a", Go: "go1.26.8", Broken: []string{"x"}, Tests: []Test{{Test: "TestY", Schedules: 1000}}},
	} {
		if err := p.Save(session); err != nil {
			t.Fatal(err)
		}
	}
	packages, err := ReadSession(session)
	if err != nil || len(packages) != 2 || packages[0].Package != "example.com/a" {
		t.Fatalf("read %v, %v", packages, err)
	}
	r := Merge(packages)
	if r.ExitCode() != 1 || len(r.Tests) != 2 || r.Go != "go1.26.8" {
		t.Errorf("merged %+v", r)
	}
	var b bytes.Buffer
	Summary(&b, r, 2100*time.Millisecond)
	if want := "clew: 2 tests, 1019 schedules, 1 finding, 1 note (-v shows them) (2.1s)\n"; b.String() != want {
		t.Errorf("summary %q, want %q", b.String(), want)
	}
}

func TestExitCodesKeepWhoseFaultApart(t *testing.T) {
	for _, tt := range []struct {
		p    Package
		want int
	}{
		{Package{}, 0}, {Package{Broken: []string{"x"}}, 2}, {Package{Broken: []string{"x"}, Failed: true}, 1},
		{Package{Failed: true, Error: "no shared memory"}, 3},
	} {
		if got := tt.p.ExitCode(); got != tt.want {
			t.Errorf("%+v: exit code %d, want %d", tt.p, got, tt.want)
		}
	}
}

func TestTheJSONHasItsContractsKeys(t *testing.T) {
	var b bytes.Buffer
	p := &Package{Tests: []Test{{Findings: []Finding{*deadlock()}, Notes: []Note{}}}}
	if err := Merge([]*Package{p}).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Tests   []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.Version != 1 {
		t.Fatal(err, got.Version)
	}
	has := func(m map[string]any, keys ...string) {
		for _, k := range keys {
			if _, ok := m[k]; !ok {
				t.Errorf("no key %q in %v", k, m)
			}
		}
	}
	has(got.Tests[0], "package", "test", "schedules", "distinct", "unseen", "steps", "elapsed_ms", "proved", "findings", "notes")
	f := got.Tests[0]["findings"].([]any)[0].(map[string]any)
	has(f, "kind", "message", "schedule", "found_at", "steps", "switches", "delay_ms", "replayed", "threads")
	has(f["threads"].([]any)[0].(map[string]any), "name", "function", "state", "waits_for", "stack")
}
