package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// Limits to what is told of a test's races.
const (
	mostRaces = 20  // that become findings, or notes if they do not come back
	mostMore  = 100 // that are counted beside them; no more are looked for then
)

// races is what is known of a test's races.
type races struct {
	keys    []string // of the findings; they are the first ones of the test's result
	vague   int      // that did not come back
	ignored int      // by -race-ignore
	more    int      // beyond mostRaces
}

// full reports whether no more races are to be told.
func (r *races) full() bool { return len(r.keys)+r.vague >= mostRaces }

// meet takes in the races of a run that otherwise broke nothing. They do not end the search: it goes on with what they
// have taught.
func (t *testRun) meet(ctx context.Context, found *candidate) error {
	if t.races.full() {
		t.races.more += len(found.races)
		t.learn(found.races, nil)
		return nil
	}
	began := time.Now()
	c, err := t.e.confirm(ctx, t.batch, found, t.options.tries())
	if !c.void() {
		t.meeting += time.Since(began)
	}
	if err == nil && c.leftBehind() && !t.alone && found.origin.Index > 0 {
		n, err := t.stateNote(ctx, c)
		t.races.vague++
		t.result.Notes = append(t.result.Notes, n)
		t.learn(found.races, nil)
		return err
	}
	t.add(c)
	return err
}

// add adds a confirmed run to the result: its races first, then what else it broke. The races are known from now on.
func (t *testRun) add(c *confirmation) {
	t.result.Notes = append(t.result.Notes, c.notes...)
	t.races.ignored += len(c.ignored)
	t.learn(c.ignored, nil)
	for _, r := range c.races {
		if t.races.full() {
			t.races.more++
			t.learn([]string{r.key}, nil)
			continue
		}
		t.races.keys = append(t.races.keys, r.key)
		t.result.Findings = append(t.result.Findings, t.tellRace(c, &r))
		a, b := trace.RacePlaces(r.key)
		t.learn([]string{r.key}, []string{a, b})
	}
	if c.found.kind != "race" {
		t.connect(c)
		t.result.Findings = append(t.result.Findings, c.finding)
	}
}

// learn makes races known to what follows, and, with -points auto, accesses at the places scheduling points.
func (t *testRun) learn(keys, places []string) {
	b := &t.batch
	b.known = append(b.known[:len(b.known):len(b.known)], keys...)
	if t.races.more >= mostMore {
		b.known = []string{allKnown}
	}
	if t.e.options.Points != "auto" {
		return
	}
	for _, place := range places {
		if !slices.Contains(b.points, place) {
			b.points = append(b.points[:len(b.points):len(b.points)], place)
		}
	}
	if t.e.options.Steps == 0 && len(b.points) > 0 {
		b.steps = max(b.steps, plainSteps) // accesses are steps now, and nobody knows how many
	}
}

// connect tells of a finding which races lead to it: those whose variables the threads met in its run.
func (t *testRun) connect(c *confirmation) {
	f := &c.finding
	if c.trace == nil {
		return
	}
	variables := map[*trace.Object]explain.Variable{}
	for i, key := range t.races.keys {
		objects := explain.RacedObjects(c.trace, key)
		happened := slices.ContainsFunc(c.trace.Races, func(r *trace.Race) bool { return r.Key() == key })
		race := &t.result.Findings[i]
		if race.Variable == nil || len(objects) == 0 && !happened {
			continue
		}
		for _, o := range objects {
			variables[o] = *race.Variable
		}
		race.LeadsTo = &report.Consequence{Kind: f.Kind, Message: f.Message, Schedule: f.Schedule}
		if !slices.Contains(f.Races, race.Variable.Name) {
			f.Races = append(f.Races, race.Variable.Name)
		}
	}
	t.e.classify(f, &explain.Case{Trace: c.trace, Called: t.e.called(c.trace, variables)}, slices.Collect(maps.Keys(variables)))
}

// raceNotes says how many races are not told.
func (t *testRun) raceNotes() {
	if n := t.races.ignored; n > 0 {
		t.note("race", "%s ignored (-race-ignore)", dataRaces(n))
	}
	if n := t.races.more; n > 0 {
		atLeast := ""
		if n >= mostMore {
			atLeast = "at least "
		}
		t.note("race", "%s%s more, beside the %d that are told", atLeast, dataRaces(n), mostRaces)
	}
}

func dataRaces(n int) string {
	if n == 1 {
		return "1 data race"
	}
	return fmt.Sprintf("%d data races", n)
}

// points returns at which accesses to memory threads may be held up from the start.
func (e *engine) points() []string {
	if e.options.Points == "memory" {
		return []string{schedule.AllMemory}
	}
	return nil
}
