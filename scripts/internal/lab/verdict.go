package lab

import (
	"encoding/json"
	"fmt"
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

// RunTests runs a command that prints go test's JSON events, and returns the verdicts and how long that took.
func RunTests(dir string, env []string, program string, args ...string) (Verdicts, time.Duration, error) {
	began := time.Now()
	r, err := Run(dir, env, program, args...)
	took := time.Since(began)
	if err != nil {
		return nil, took, err
	}
	if r.Code > 1 {
		return nil, took, fmt.Errorf("%s %s: exit code %d\n%s", program, strings.Join(args, " "), r.Code, r.Stderr)
	}
	v := make(Verdicts)
	decoder := json.NewDecoder(strings.NewReader(r.Stdout))
	for decoder.More() {
		var event struct{ Action, Package, Test, Output string }
		if err := decoder.Decode(&event); err != nil {
			return nil, took, fmt.Errorf("%s %s: %v\n%s", program, strings.Join(args, " "), err, r.Stderr)
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
	return v, took, nil
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
