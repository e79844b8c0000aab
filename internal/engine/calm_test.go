package engine

import (
	"testing"

	"github.com/goclew/clew/internal/trace"
)

func TestPreemptingDetoursAreCounted(t *testing.T) {
	if n := preempting([]string{"1 2 3 -1 1", "1 2 3 -1 0", "1 11 31 1 0", "4 5 6 -1 1"}); n != 2 {
		t.Errorf("%d, want 2", n)
	}
}

// runOf is a run of main (m) and another thread (o), a letter a step; behind a big one the thread was preempted.
func runOf(steps string) *trace.Trace {
	threads := map[rune]*trace.Thread{'m': {Name: "main"}, 'o': {Name: "main/1"}}
	tr := &trace.Trace{}
	for _, s := range steps {
		tr.Steps = append(tr.Steps, trace.Step{Thread: threads[s|' '], Preempted: s < 'a'})
	}
	return tr
}

func TestARunIsCalmer(t *testing.T) {
	for _, tt := range []struct {
		short, long string
		want        bool
	}{
		{"mmoo", "mMoo", true},      // one preemption less
		{"mMoo", "mMooo", true},     // as many, and a step less
		{"mMoo", "mMoo", false},     // the same
		{"mmoooo", "mMoo", true},    // longer, but calmer
		{"mMoo", "mmooo", false},    // shorter, but not calmer
		{"mmoom", "mMOmoo", true},   // a switch less, too
		{"mmoomo", "mMoooo", false}, // it switches more often
	} {
		if got := calms(runOf(tt.short), runOf(tt.long)); got != tt.want {
			t.Errorf("%s after %s: %v", tt.short, tt.long, got)
		}
	}
}
