package engine

import (
	"fmt"
	"slices"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
)

// A test may claim that something holds sometimes (clew.Sometimes): in one of its schedules at least. Whether it does is known when
// the search is over. Claims are told by their names, and only those that a run has come to: of others nobody knows.

// A claim is one, with the runs of a batch, or of a search, that came to it, and those in which it held.
type claim struct {
	Name    string `json:"name"`
	At      call   `json:"at"` // its first one
	Reached int    `json:"reached"`
	Held    int    `json:"held"`
}

// addClaims adds those of a batch to those of a search, in the order in which they first came.
func addClaims(all, batch []claim) []claim {
	for _, c := range batch {
		i := slices.IndexFunc(all, func(known claim) bool { return known.Name == c.Name })
		if i < 0 {
			all = append(all, c)
			continue
		}
		all[i].Reached += c.Reached
		all[i].Held += c.Held
	}
	return all
}

// enoughForNever is how many schedules a search that did not come to its end must have tried, for a claim that never held to fail the test.
const enoughForNever = 100

// neverRule makes a finding of each claim that the search came to, and that never held; a note, if the search says little.
func (t *testRun) neverRule() {
	if t.found != nil || t.plain == nil || t.plain.done == nil || t.free != nil || t.skips(t.plain) {
		return
	}
	for _, c := range t.stats.claims {
		if c.Held > 0 || c.Reached == 0 {
			continue
		}
		text := fmt.Sprintf("never: %q held in none of %s", c.Name, t.tried())
		if c.Reached < t.stats.schedules+t.delayed {
			text += fmt.Sprintf(", of which %d asked", c.Reached)
		}
		if !t.triedEnough() {
			t.note("never", "%s, too few to tell", text)
			continue
		}
		t.result.Findings = append(t.result.Findings, report.Finding{Kind: "failure", Message: text, Never: true,
			Threads: []explain.Thread{}, Stack: stackLines([]crashFrame{c.At.frame()}, t.e.where)})
	}
}

// tried says what the search came to.
func (t *testRun) tried() string {
	switch holds, _ := t.proved(); {
	case t.plain.done.single():
		return "its schedules (there is one)"
	case t.options.Prove && holds:
		return fmt.Sprintf("the %s of interleavings", classesText(t.stats.proof.Classes))
	}
	return schedules(t.stats.schedules + t.delayed)
}

// triedEnough reports whether what never held in the search is as good as known not to.
func (t *testRun) triedEnough() bool {
	holds := false
	if t.options.Prove {
		holds, _ = t.proved()
	}
	return holds || t.plain.done.single() && t.options.tries() != 1 || t.stats.schedules+t.delayed >= enoughForNever && t.stats.lost == 0
}
