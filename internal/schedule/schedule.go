package schedule

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
)

// MaxSteps is the largest number of steps that a file lists.
const MaxSteps = 20000

// A Schedule is a run that can be repeated.
type Schedule struct {
	Test    string   // name of the top-level test
	Package string   // its import path
	Go      string   // the Go version it was found with, "go1.26.8"
	Args    []string // of a program, for which Test is [Program]
	Files   []string // of a program that was named by them; none if its package was
	Finding string   // kind of what it leads to, "deadlock"
	Clock   int64    // start of virtual time, Unix nanoseconds
	Procs   string   // GOMAXPROCS and the number of CPUs that the test saw, "2/4"; empty if unknown
	Points  []string // places at which accesses to memory were scheduling points, or [AllMemory] alone
	Origin  Origin
	Total   int    // number of steps in the run; more than len(Steps) if Partial
	Steps   []Step // the run's steps from its first, at most MaxSteps
	Delays  []Delay
	Called  []Called // comments: they are written, and not read
}

// Called is what the program calls a thread or an object of the steps.
type Called struct {
	Name string // "mutex#1"
	As   string // "accounts"
}

// Program is the test that stands for a program, package main: it calls the main function.
const Program = "Test_main"

// AllMemory stands for all places in [Schedule.Points].
const AllMemory = "memory"

// An Origin says which choice of which strategy made a run.
type Origin struct {
	Strategy string
	Seed     uint64
	Index    uint64
	Slow     Slow // zero for a run without delays
}

// A Step is one operation carried out by a thread.
type Step struct {
	Thread string // "main/1"
	Op     string // "lock"
	Object string // "mutex#1", empty for none
	Place  string // "counter.go:9", empty if unknown
	Pick   int    // the case taken by a select that had a choice, else -1
}

// Partial reports whether the file does not list every step of its run.
func (s *Schedule) Partial() bool { return s.Total > len(s.Steps) }

// Hash names the schedule: 8 hex digits of its steps and the finding they lead to.
func (s *Schedule) Hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", s.Finding)
	if len(s.Steps) == 0 {
		fmt.Fprintf(h, "{Strategy:%s Seed:%d Index:%d}\n", s.Origin.Strategy, s.Origin.Seed, s.Origin.Index)
		if s.Origin.Slow.Budget > 0 {
			fmt.Fprintln(h, s.Origin.Slow)
		}
		for _, point := range s.Points {
			fmt.Fprintln(h, point)
		}
	}
	s.writeSteps(h)
	return fmt.Sprintf("%x", h.Sum(nil)[:4])
}

func (s *Schedule) listed() []Step { return s.Steps[:min(len(s.Steps), MaxSteps)] }

// WriteTo writes the schedule in its text form.
func (s *Schedule) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintln(&b, firstLine)
	fmt.Fprintln(&b, "test", s.Test)
	fmt.Fprintln(&b, "package", s.Package)
	fmt.Fprintln(&b, "go", s.Go)
	for _, file := range s.Files {
		fmt.Fprintf(&b, "file %q\n", file)
	}
	for _, arg := range s.Args {
		fmt.Fprintf(&b, "arg %q\n", arg)
	}
	fmt.Fprintln(&b, "finding", s.Finding)
	fmt.Fprintln(&b, "clock", s.Clock)
	if s.Procs != "" {
		fmt.Fprintln(&b, "procs", s.Procs)
	}
	for _, point := range s.Points {
		fmt.Fprintln(&b, "points", point)
	}
	fmt.Fprintf(&b, "origin %s seed=%d index=%d", s.Origin.Strategy, s.Origin.Seed, s.Origin.Index)
	if s.Origin.Slow.Budget > 0 {
		fmt.Fprint(&b, " ", s.Origin.Slow)
	}
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, "steps", s.Total)
	fmt.Fprintln(&b)
	s.WriteSteps(&b)
	if more := s.Total - len(s.listed()); more > 0 {
		fmt.Fprintf(&b, "# … %d more steps, drawn by the origin\n", more)
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// WriteSteps writes the listed steps alone, with what the program calls their threads and objects before them.
func (s *Schedule) WriteSteps(w io.Writer) {
	for _, c := range s.Called {
		fmt.Fprintf(w, "# %s: %s\n", c.Name, blanked.Replace(c.As))
	}
	s.writeSteps(w)
}

// writeSteps writes one aligned line a step.
func (s *Schedule) writeSteps(w io.Writer) {
	steps := s.listed()
	var thread, op, object, place int
	for _, s := range steps {
		thread = max(thread, len(s.Thread))
		op = max(op, len(s.Op))
		object = max(object, len(dash(s.Object)))
		place = max(place, len(escape(dash(s.Place))))
	}
	for i, step := range steps {
		line := fmt.Sprintf("%-*s  %-*s  %-*s  %-*s", thread, step.Thread, op, step.Op,
			object, dash(step.Object), place, escape(dash(step.Place)))
		if step.Pick >= 0 {
			line += fmt.Sprintf("  pick=%d", step.Pick)
		}
		for _, d := range s.delaysAfter(i + 1) {
			line += "  " + d.String()
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

var (
	blanks   = strings.NewReplacer("%", "%25", " ", "%20", "\t", "%09", "\n", "%0a", "\r", "%0d")
	unblanks = strings.NewReplacer("%25", "%", "%20", " ", "%09", "\t", "%0a", "\n", "%0d", "\r")
)

func escape(s string) string   { return blanks.Replace(s) }
func unescape(s string) string { return unblanks.Replace(s) }

// blanked keeps a comment on its line.
var blanked = strings.NewReplacer("\n", " ", "\r", " ")
