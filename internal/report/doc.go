// Package report holds what a search found, and says it: as text among go test's own; as JSON, as JUnit XML and as lines that
// CI services read, for machines.
//
// A test binary's result is a [Package]. Each clew exec saves one in the session's folder; clew test reads
// them all, merges them to a [Report] and sums up.
//
// # The voice
//
// Calm. A line that clew says in its own name begins with "clew:", in lower case and without a full stop. Quote
// input. Give the number, the limit and the flag that changes it. A finding's last line is the command that repeats it.
// What does not fail the test is a note, never a finding. Paths are relative to the working directory, so that
// they can be pasted into the next command.
//
// A user's bug is never confused with one of clew's: findings, broken input ([Package.Broken]) and clew's own
// failures ([Package.Error]) are kept apart, up to the exit code ([Report.ExitCode]).
package report

import "github.com/goclew/clew/internal/explain"

// Version is the version of the JSON form.
const Version = 1

// A Package is the result of one test binary.
type Package struct {
	Version     int      `json:"version"`
	Go          string   `json:"go"`
	Package     string   `json:"package"` // import path
	ElapsedMS   int64    `json:"elapsed_ms"`
	Tests       []Test   `json:"tests"`
	Failed      bool     `json:"failed"`                // go test would say FAIL: a test or TestMain
	Broken      []string `json:"broken,omitempty"`      // one line for each file in testdata/clew that is no schedule
	Error       string   `json:"error,omitempty"`       // how clew itself failed, one line; empty if it did not
	Interrupted bool     `json:"interrupted,omitempty"` // stopped by a signal before its end
}

// A Test is what became of one top-level test, example or fuzz test.
type Test struct {
	Package   string  `json:"package"`
	Test      string  `json:"test"`
	Status    string  `json:"status"`    // pass, fail or skip
	Schedules int     `json:"schedules"` // that were tried, the plain one included, but not the saved ones
	Saved     int     `json:"saved"`     // saved schedules that were tried first
	Distinct  int     `json:"distinct"`  // classes of them by happens-before
	Unseen    float64 `json:"unseen"`    // estimate of the chance that one more schedule shows a new class

	UnseenHigh float64 `json:"unseen_high"` // the upper end of that estimate's 95 % interval
	Sure       bool    `json:"sure"`        // the search ended early: that was below -sure for each of its strategies

	Steps     int64     `json:"steps"`   // in all of them, but for those of a worker that died
	Threads   int       `json:"threads"` // largest number in a run
	ElapsedMS int64     `json:"elapsed_ms"`
	Proved    bool      `json:"proved"`
	Findings  []Finding `json:"findings"`
	Notes     []Note    `json:"notes"`
	Output    string    `json:"output,omitempty"` // of a test that failed: what it logged, then what clew says
}

// A Finding fails its test.
type Finding struct {
	Kind     string `json:"kind"`           // race, deadlock, leak, panic, fatal, failure, livelock or nondeterminism
	Message  string `json:"message"`        // one sentence
	Schedule string `json:"schedule"`       // the saved file; empty if none was saved
	File     string `json:"file,omitempty"` // where in the source: the innermost call of the user's; empty if unknown
	Line     int    `json:"line,omitempty"`
	FoundAt  int    `json:"found_at"` // number of the schedule that found it, from 1; 0 for a saved one
	Steps    int    `json:"steps"`
	Switches int    `json:"switches"`
	Preempts int    `json:"preemptions"` // switches away from a thread that could have gone on
	DelayMS  int    `json:"delay_ms"`    // for so long threads are held back in all of the schedule

	// The schedule as it was found, if it was made shorter.
	FromSteps    int  `json:"from_steps,omitempty"`
	FromSwitches int  `json:"from_switches,omitempty"`
	FromPreempts int  `json:"from_preemptions,omitempty"`
	Shortest     bool `json:"shortest,omitempty"` // no switch of it can be left out

	Replayed int              `json:"replayed"` // how many of the replays led to it again
	Replays  int              `json:"replays"`
	Free     bool             `json:"free,omitempty"`    // found without control, as go test would: the test is too long to be explored
	Outside  bool             `json:"outside,omitempty"` // the run depends on what clew does not control
	Cycle    string           `json:"cycle,omitempty"`   // who waits for whom
	Threads  []explain.Thread `json:"threads"`
	Others   []string         `json:"others,omitempty"` // threads that are not part of it
	Stack    []string         `json:"stack,omitempty"`  // where a panic, fatal error or endless loop was

	Class string         `json:"class,omitempty"` // which kind of bug it is: "lost update"; empty if that is not certain
	Says  string         `json:"says,omitempty"`  // what that is here, one sentence
	Cure  string         `json:"cure,omitempty"`  // what usually mends it
	Story []explain.Line `json:"story,omitempty"` // the steps that matter

	Differs []string `json:"differs,omitempty"` // where two runs of one schedule part, of a nondeterminism

	// Of a schedule with delays.
	Timing   string             `json:"timing,omitempty"` // one sentence: who must not be held up, and what the program relies upon
	Delays   []explain.Delay    `json:"delays,omitempty"`
	ReliesOn []explain.Reliance `json:"relies_on,omitempty"`

	// Of a race.
	Variable *explain.Variable `json:"variable,omitempty"`
	Accesses []explain.Access  `json:"accesses,omitempty"` // the two, in the order in which they happened
	Common   []string          `json:"common_locks,omitempty"`
	LeadsTo  *Consequence      `json:"leads_to,omitempty"` // nil if nothing else was found after it

	// Of what a race leads to.
	Races []string `json:"-"` // the raced variables: "count"

	Behind int `json:"behind,omitempty"` // it comes only behind so many tests before it, in their process, as under go test

	Never  bool   `json:"-"` // it is not of one schedule: what was to hold in some of them held in none
	Of     int    `json:"-"` // number of schedules that were to be tried; 0 for a proof
	Saved  string `json:"-"` // the saved schedule that led to it, if it was one
	Single bool   `json:"-"` // the test has a single thread: every run does the same
}

// A Consequence is the finding that a race leads to.
type Consequence struct {
	Kind     string `json:"kind"`
	Message  string `json:"message"`
	Schedule string `json:"schedule"`
}

// A Note says what does not fail the test.
type Note struct {
	Kind    string `json:"kind"` // leak, race, stale, time, long, state, worker, save or check
	Message string `json:"message"`

	// Of a state that earlier runs left behind; Remedy of a test that is too long, too.
	Shown  string `json:"shown,omitempty"`  // the kind of schedule that shows it
	Again  string `json:"again,omitempty"`  // the command that repeats it
	Remedy string `json:"remedy,omitempty"` // what to do
}
