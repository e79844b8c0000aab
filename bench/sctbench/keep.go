package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/goclew/clew/internal/lab"
)

// A measurement of all strategies takes an hour and more. So each trial is kept in a file when it is over, if -keep asks for it, and one that
// is there already is not run again: a measurement that was stopped goes on where it was, and more trials or strategies can be added later.
// The file is good for one state of clew and of the programs.

// A kept trial is a line of that file, in JSON.
type kept struct {
	Strategy  string
	Seed      int
	Schedules int // of most programs
	Release   string
	Tests     map[string]lab.Test
}

// keep adds a trial to the file.
func (m *measurement) keep(t trial, tests map[string]lab.Test) error {
	if m.file == "" {
		return nil
	}
	f, err := os.OpenFile(m.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode(kept{t.strategy, t.seed, m.schedules, m.release, tests})
}

// recall returns the trials that the file has in full, of the same release and with as many schedules.
func (m *measurement) recall() (map[trial]map[string]lab.Test, error) {
	trials := map[trial]map[string]lab.Test{}
	if m.file == "" {
		return trials, nil
	}
	f, err := os.Open(m.file)
	if os.IsNotExist(err) {
		return trials, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := json.NewDecoder(f); ; {
		var k kept
		if err := lines.Decode(&k); err == io.EOF {
			return trials, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %v", m.file, err)
		}
		if t := (trial{k.Strategy, k.Seed}); k.Release == m.release && k.Schedules == m.schedules && m.complete(t, k.Tests) {
			trials[t] = k.Tests
		}
	}
}

// complete reports whether these are all tests of a trial.
func (m *measurement) complete(t trial, tests map[string]lab.Test) bool {
	for _, names := range m.budgets(t) {
		for _, name := range names {
			if _, ok := tests[name]; !ok {
				return false
			}
		}
	}
	return true
}
