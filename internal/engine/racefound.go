package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/trace"
)

// A foundRace is a race of a run that was called back.
type foundRace struct {
	key      string
	told     *explain.Race // nil if the run came back without it
	race     *trace.Race   // that told is about
	replayed int
}

// in returns the race as a finding of the run that showed it.
func (r *foundRace) in(run report.Finding) report.Finding {
	f := report.Finding{Kind: "race", Message: racesText([]string{r.key}), Schedule: run.Schedule, FoundAt: run.FoundAt, Of: run.Of, Saved: run.Saved,
		Steps: run.Steps, Switches: run.Switches, Preempts: run.Preempts, Outside: run.Outside, Replays: run.Replays, Replayed: r.replayed, Threads: []explain.Thread{}}
	if r.told != nil {
		f.Message, f.Variable, f.Accesses, f.Common = r.told.Message, &r.told.Variable, r.told.Accesses, r.told.Common
	}
	return f
}

// racesText names races by their places, where nothing else is known of them.
func racesText(keys []string) string {
	a, b := trace.RacePlaces(keys[0])
	text := fmt.Sprintf("data race between %s and %s", a[strings.LastIndexByte(a, '/')+1:], b[strings.LastIndexByte(b, '/')+1:])
	if more := len(keys) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

// describeRaces fills in the races of the run that nobody knew, as its trace tells them. One that was told in the search, but is
// not in the trace, is not dropped.
func (c *confirmation) describeRaces(tr *trace.Trace) {
	c.races, c.ignored = nil, nil
	seen := map[string]bool{}
	for _, r := range tr.Races {
		key := r.Key()
		switch {
		case seen[key] || c.batch.knows(key):
		case c.e.ignores(r):
			c.ignored = append(c.ignored, key)
		default:
			c.races = append(c.races, foundRace{key: key, told: explain.TellRace(r, c.e.variable(r), c.e.where), race: r})
		}
		seen[key] = true
	}
	for _, key := range c.found.races {
		if !seen[key] {
			c.races = append(c.races, foundRace{key: key})
		}
	}
}

// countRaces counts a replay for the races that it shows.
func (c *confirmation) countRaces(again *candidate, out *outcome) {
	var shown []string
	if again != nil {
		shown = again.races
	}
	if tr, err := trace.Parse(out.log); out.death != nil && err == nil {
		for _, r := range tr.Races {
			shown = append(shown, r.Key())
		}
	}
	for i := range c.races {
		if slices.Contains(shown, c.races[i].key) {
			c.races[i].replayed++
		}
	}
}

// ignores reports whether a function of either stack is one that -race-ignore names.
func (e *engine) ignores(r *trace.Race) bool {
	for _, stack := range [][]*trace.Frame{r.First.Stack, r.Second.Stack} {
		for _, f := range stack {
			if e.options.RaceIgnore.match(f.Func) {
				return true
			}
		}
	}
	return false
}
