package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Verdicts is what go test -json said of each test ("package test") and each package ("package -").
type Verdicts map[string]*Verdict

// A Verdict is what go test said of a test or a package.
type Verdict struct {
	action string // pass, fail or skip
	Output string
}

// Word returns pass, fail, skip, or nothing.
func (v *Verdict) Word() string {
	if v == nil || v.action == "" {
		return "nothing"
	}
	return v.action
}

// runTests runs a command that prints go test's JSON events on a subject's tests, and returns the verdicts and how
// long that took. What it prints is left in the lab, under the name of who says so.
func (l *Lab) runTests(who string, s Subject, env []string, program string, args ...string) (Verdicts, time.Duration, error) {
	began := time.Now()
	r, err := Run(s.Dir, env, program, args...)
	took := time.Since(began)
	if err != nil {
		return nil, took, err
	}
	if err := l.keepOutput(strings.ReplaceAll(s.Name, "/", "_")+"."+who, r); err != nil {
		return nil, took, err
	}
	if r.Code > 1 {
		return nil, took, fmt.Errorf("%s %s: exit code %d\n%s", program, strings.Join(args, " "), r.Code, r.Stderr)
	}
	v, err := readVerdicts(r.Stdout)
	if err != nil {
		return nil, took, fmt.Errorf("%s %s: %v\n%s", program, strings.Join(args, " "), err, r.Stderr)
	}
	return v, took, nil
}

// keepOutput writes what a command printed to files in the lab.
func (l *Lab) keepOutput(name string, r Result) error {
	dir := filepath.Join(l.Dir, outputs)
	return errors.Join(os.MkdirAll(dir, 0o777),
		os.WriteFile(filepath.Join(dir, name+".json"), []byte(r.Stdout), 0o666),
		os.WriteFile(filepath.Join(dir, name+".stderr"), []byte(r.Stderr), 0o666))
}

// readVerdicts reads go test's JSON events.
func readVerdicts(events string) (Verdicts, error) {
	v := make(Verdicts)
	decoder := json.NewDecoder(strings.NewReader(events))
	for decoder.More() {
		var event struct{ Action, Package, Test, Output string }
		if err := decoder.Decode(&event); err != nil {
			return nil, err
		}
		if event.Package == "" {
			continue // a build's output
		}
		test := address.ReplaceAllString(event.Test, "0x…")
		if test == "" {
			test = "-"
		}
		v.note(event.Package+" "+test, event.Action, event.Output)
	}
	return v, nil
}

// address is what tests have in their names that differs from one process to the next.
var address = regexp.MustCompile(`0x[0-9a-f]{8,}`)

func (v Verdicts) note(test, action, output string) {
	if v[test] == nil {
		v[test] = &Verdict{}
	}
	switch action {
	case "pass", "fail", "skip":
		v[test].action = action
	case "output":
		v[test].Output += output
	}
}
