package lab

import (
	"encoding/json"
	"fmt"
	"os"
)

// A Report is what the scripts read of clew's JSON report. It is written out here once more, and
// not taken from clew, so that a change of the published form is noticed.
type Report struct {
	Version int    `json:"version"`
	Tests   []Test `json:"tests"`
}

// A Test is one test of a report.
type Test struct {
	Package   string    `json:"package"`
	Test      string    `json:"test"`
	Status    string    `json:"status"`
	Schedules int       `json:"schedules"`
	Threads   int       `json:"threads"`
	Findings  []Finding `json:"findings"`
}

// A Finding is one finding of a test.
type Finding struct {
	Kind     string `json:"kind"`
	Message  string `json:"message"`
	Schedule string `json:"schedule"`
	Class    string `json:"class"`
	FoundAt  int    `json:"found_at"`
	Steps    int    `json:"steps"`
	Preempts int    `json:"preemptions"`
	Replayed int    `json:"replayed"`
	DelayMS  int    `json:"delay_ms"`
	Timing   string `json:"timing"`
	ReliesOn []struct {
		Call string `json:"call"`
		At   string `json:"at"`
	} `json:"relies_on"`
}

// ReadReport reads the file that clew test -report wrote.
func ReadReport(file string) (*Report, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r Report
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	if r.Version != 1 {
		return nil, fmt.Errorf("%s: version is %d, want 1", file, r.Version)
	}
	return &r, nil
}
