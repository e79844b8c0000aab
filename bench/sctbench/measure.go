package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goclew/clew/internal/lab"
)

// A measurement is what all trials of all strategies came to.
type measurement struct {
	*options
	release string // of Go

	mu      sync.Mutex
	results map[string]results // by strategy
}

// Results are what the trials of one strategy came to.
type results struct {
	found    map[string][]int // for each program, the number of the schedule that found its bug, in each trial that did
	twins    int              // searches of twins
	tried    int              // schedules of these, in all
	reported []string         // what was said of twins, a line each
	strange  []string         // what is no result, a line each
}

// measure searches all programs as often as the options say.
func measure(o *options, progress io.Writer) (*measurement, error) {
	l, err := lab.Open()
	if err != nil {
		return nil, err
	}
	defer l.Close()
	m := &measurement{options: o, results: map[string]results{}}
	if _, m.release, err = lab.Go(); err != nil {
		return nil, err
	}
	var places []*place
	for i := range o.parallel {
		p, err := newPlace(l, "place"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	for _, s := range o.strategies {
		if err := places[0].allows(s); err != nil {
			return nil, err
		}
		m.results[s] = results{found: map[string][]int{}}
	}
	return m, m.runTrials(places, progress)
}

// runTrials runs all trials, one at a time in each place, until one fails.
func (m *measurement) runTrials(places []*place, progress io.Writer) error {
	known, err := m.recall()
	if err != nil {
		return err
	}
	todo := make(chan trial, len(m.strategies)*m.trials)
	for _, s := range m.strategies {
		for seed := 1; seed <= m.trials; seed++ {
			if tests, ok := known[trial{s, seed}]; ok {
				m.add(trial{s, seed}, tests)
			} else {
				todo <- trial{s, seed}
			}
		}
	}
	close(todo)
	failed := make([]error, len(places))
	var wg sync.WaitGroup
	for i, p := range places {
		wg.Go(func() {
			for t := range todo {
				if failed[i] = m.runTrial(p, t, progress); failed[i] != nil {
					for range todo { // nobody is to begin another one
					}
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

// A trial is one search of all programs.
type trial struct {
	strategy string
	seed     int
}

// runTrial runs and counts a trial.
func (m *measurement) runTrial(p *place, t trial, progress io.Writer) error {
	tests, err := p.search(m.options, t)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(t, tests)
	if err := m.keep(t, tests); err != nil {
		return err
	}
	fmt.Fprintf(progress, "%s: trial %d of %d\n", t.strategy, t.seed, m.trials)
	return nil
}

// add counts a trial.
func (m *measurement) add(t trial, tests map[string]lab.Test) {
	r := m.results[t.strategy]
	where := fmt.Sprintf(" (%s, seed %d)", t.strategy, t.seed)
	for _, p := range m.inTrial(t.seed) {
		at, err := foundAt(tests[p.test], p.schedules(m.schedules))
		switch {
		case err != nil:
			r.strange = append(r.strange, p.test+": "+err.Error()+where)
		case at > 0:
			r.found[p.name] = append(r.found[p.name], at)
		}
		if !m.withTwins(t.seed) {
			continue
		}
		twin := tests[p.twin()]
		r.twins++
		r.tried += twin.Schedules
		if at, err := foundAt(twin, m.schedules); err != nil {
			r.reported = append(r.reported, p.twin()+": "+err.Error()+where)
		} else if at > 0 {
			r.reported = append(r.reported, p.twin()+": "+twin.Findings[0].Message+where)
		}
	}
	m.results[t.strategy] = r
}

// inTrial returns the programs that a trial is of.
func (o *options) inTrial(seed int) []program {
	return slices.DeleteFunc(slices.Clone(o.programs), func(p program) bool { return seed > p.trials(o.trials) })
}

// withTwins reports whether a trial is of the twins, too.
func (o *options) withTwins(seed int) bool { return o.twins == 0 || seed <= o.twins }

// foundAt returns which schedule found a bug, 0 if none of as many as there should be did. What is neither is an error.
func foundAt(t lab.Test, schedules int) (int, error) {
	if len(t.Findings) == 0 {
		if t.Status != "pass" || t.Schedules != schedules {
			return 0, fmt.Errorf("status is %q after %d of %d schedules, without a finding", t.Status, t.Schedules, schedules)
		}
		return 0, nil
	}
	for _, f := range t.Findings {
		if f.Kind != "failure" && f.Kind != "panic" && f.Kind != "deadlock" || f.Replayed == 0 || f.FoundAt < 1 {
			return 0, fmt.Errorf("a %s at schedule %d, replayed %d times: %s", f.Kind, f.FoundAt, f.Replayed, f.Message)
		}
	}
	return t.Findings[0].FoundAt, nil
}

// wrong returns all that makes the measurement a failure of clew's, or of the programs, a line each.
func (m *measurement) wrong() []string {
	var all []string
	for _, s := range slices.Sorted(maps.Keys(m.results)) {
		all = slices.Concat(all, m.results[s].reported, m.results[s].strange)
	}
	return all
}

// A place is a folder with a copy of the programs, in which one clew at a time is at work.
type place struct {
	lab *lab.Lab
	dir string
}

func newPlace(l *lab.Lab, name string) (*place, error) {
	dir, err := l.Copy(filepath.Join(l.Root, "bench", "sctbench", "programs"), name)
	if err != nil {
		return nil, err
	}
	return &place{l, dir}, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module programs\n\ngo 1.25\n"), 0o644)
}

// allows asks clew whether it knows a strategy.
func (p *place) allows(strategy string) error {
	return p.clew("-strategy="+strategy, "-run=^$")
}

// budgets returns the tests of a trial, by the number of schedules that they get.
func (o *options) budgets(t trial) map[int][]string {
	budgets := map[int][]string{}
	for _, one := range o.inTrial(t.seed) {
		n := one.schedules(o.schedules)
		budgets[n] = append(budgets[n], one.test)
		if o.withTwins(t.seed) {
			budgets[o.schedules] = append(budgets[o.schedules], one.twin())
		}
	}
	return budgets
}

// search searches all programs and twins of a trial, and returns the report's tests by name. Those with the same number of schedules
// are searched by one clew.
func (p *place) search(o *options, t trial) (map[string]lab.Test, error) {
	tests := map[string]lab.Test{}
	for n, names := range o.budgets(t) {
		report, err := p.searchTests(t, n, names)
		if err != nil {
			return nil, err
		}
		for _, one := range report.Tests {
			tests[one.Test] = one
		}
	}
	return tests, nil
}

// searchTests runs clew test once. Nothing that an earlier one saved is there, since clew would try that first.
func (p *place) searchTests(t trial, schedules int, tests []string) (*lab.Report, error) {
	if err := os.RemoveAll(filepath.Join(p.dir, "testdata")); err != nil {
		return nil, err
	}
	report := filepath.Join(p.dir, "report.json")
	err := p.clew("-strategy="+t.strategy, "-seed="+strconv.Itoa(t.seed), "-schedules="+strconv.Itoa(schedules), "-time=24h", "-sure=0",
		"-points=sync", "-workers=1", "-report="+report, "-run=^("+strings.Join(tests, "|")+")$")
	if err != nil {
		return nil, err
	}
	return lab.ReadReport(report)
}

// clew runs clew test. That there are findings is no error.
func (p *place) clew(args ...string) error {
	r, err := lab.Run(p.dir, []string{"CLEW_SCTBENCH=1"}, p.lab.Clew, append([]string{"test"}, args...)...)
	switch {
	case err != nil:
		return err
	case r.Code == 2:
		return usageError{fmt.Errorf("clew test: %s", strings.TrimSpace(r.Stderr))}
	case r.Code > 1:
		return fmt.Errorf("clew test %s: exit code %d\n%s%s", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return nil
}
