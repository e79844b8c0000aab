package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/explain"
)

// missed is a deadlock whose story is about a lock that is told where it is held, and ends with what a thread waits for.
func missed() *Finding {
	return &Finding{Kind: "deadlock", Message: "deadlock: main/1 waits for ever", FoundAt: 2, Of: 1000, Steps: 9, Switches: 2, Preempts: 1, Replayed: 3, Replays: 3,
		Class: "missed signal", Says: "main signals too early", Cure: "the lock", Cycle: "nobody",
		Threads: []explain.Thread{{Name: "main/1", Function: "wait (gate.go:3)", State: "blocked", WaitsFor: "for a signal on cond#1", Stack: []string{"wait gate.go:35"},
			Holds: []explain.Hold{{Object: "mutex#1", Stack: []string{"wait gate.go:32"}}}}},
		Story: []explain.Line{
			{Step: 2, Thread: "main/1", Function: "wait", Op: "lock", Object: "mutex#1", Place: "gate.go:32"},
			{Step: 3, Thread: "main/1", Function: "wait", Op: "load", Object: "open", Value: "false", Place: "gate.go:34"},
			{Step: 6, Thread: "main", Function: "open", Op: "broadcast", Object: "cond#1", Place: "gate.go:27", LeftOut: 2},
			{Step: 9, Thread: "main/1", Function: "wait", Op: "wait", Object: "cond#1", Place: "gate.go:35", LeftOut: 2}}}
}

func TestTheStoryTellsNothingTwice(t *testing.T) {
	want := `clew: deadlock: main/1 waits for ever, found by schedule 2 of 1000
  missed signal: main signals too early
  main/1 wait  loaded            open = false  gate.go:34
  … 2 steps
  main open    signalled all on  cond#1        gate.go:27
  main/1 wait (gate.go:3) waits for a signal on cond#1
    at   wait gate.go:35
    holds mutex#1, taken
      at   wait gate.go:32
  cure: the lock
schedule: 9 steps, 2 switches, 1 preemption, replayed 3/3`
	if got := strings.Join(missed().Lines(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f := missed()
	f.Threads[0].Holds, f.Threads[0].WaitsFor = nil, ""
	if got := strings.Join(f.Lines(), "\n"); !strings.Contains(got, "locked            mutex#1") || !strings.Contains(got, "waits for         cond#1") {
		t.Errorf("what the threads do not tell is left out:\n%s", got)
	}
	f.Class, f.Cure = "", ""
	if got := strings.Join(f.Lines(), "\n"); !strings.Contains(got, "  cycle: nobody\n") || strings.Contains(got, "cure") {
		t.Errorf("without a class:\n%s", got)
	}
}

func TestTheStoryInSentences(t *testing.T) {
	var got []string
	f := missed()
	f.Story[2].Comment = "nobody hears it"
	f.Sentences(func(step int, text string) { got = append(got, fmt.Sprint(step, " ", text)) })
	want := `0 missed signal: main signals too early
2 main/1 wait locked mutex#1
3 main/1 wait loaded open = false
6 main open signalled all on cond#1: nobody hears it
9 main/1 wait waits for cond#1
0 cure: the lock`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}
