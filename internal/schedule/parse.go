package schedule

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const firstLine = "clew schedule v1"

// A SyntaxError says where a schedule file is broken and why.
type SyntaxError struct {
	Line   int // from 1; 0 if the file as a whole is meant
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// Parse reads a schedule in its text form. A text that is not one gives a *SyntaxError.
func Parse(r io.Reader) (*Schedule, error) {
	p := &parser{lines: bufio.NewScanner(r), seen: map[string]bool{}}
	p.lines.Buffer(nil, 1<<20)
	if err := p.parse(); err != nil {
		return nil, err
	}
	return &p.schedule, nil
}

type parser struct {
	lines    *bufio.Scanner
	line     int
	seen     map[string]bool
	schedule Schedule
}

func (p *parser) parse() error {
	if err := p.version(); err != nil {
		return err
	}
	if err := p.header(); err != nil {
		return err
	}
	for p.next() {
		text := strings.TrimSpace(p.lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		step, delays, reason := parseStep(text)
		if reason != "" {
			return p.fail("%s", reason)
		}
		p.schedule.Steps = append(p.schedule.Steps, step)
		for _, d := range delays {
			d.After = len(p.schedule.Steps)
			p.schedule.Delays = append(p.schedule.Delays, d)
		}
	}
	if err := p.readError(); err != nil {
		return err
	}
	return p.check()
}

func (p *parser) version() error {
	if !p.next() {
		if err := p.readError(); err != nil {
			return err
		}
		return &SyntaxError{0, "the file is empty; a schedule begins with " + strconv.Quote(firstLine)}
	}
	got := strings.TrimSpace(p.lines.Text())
	switch {
	case got == firstLine:
		return nil
	case strings.HasPrefix(got, "clew schedule "):
		return p.fail("%q is a version that this clew cannot read (it reads v1); a newer clew can", shorten(got))
	}
	return p.fail("%q is not the first line of a schedule (%q)", shorten(got), firstLine)
}

func (p *parser) header() error {
	for p.next() {
		text := strings.TrimSpace(p.lines.Text())
		if text == "" {
			break
		}
		if strings.HasPrefix(text, "#") {
			continue
		}
		key, value, _ := strings.Cut(text, " ")
		if p.seen[key] && key != "points" && key != "arg" && key != "file" {
			return p.fail("the header says %q twice", shorten(key))
		}
		p.seen[key] = true
		if reason := p.set(key, strings.TrimSpace(value)); reason != "" {
			return p.fail("%s", reason)
		}
	}
	if err := p.readError(); err != nil {
		return err
	}
	for _, key := range []string{"test", "finding", "origin", "steps"} {
		if !p.seen[key] {
			return &SyntaxError{0, fmt.Sprintf("the header has no %q line", key)}
		}
	}
	return nil
}

// set stores a header line; it returns what is wrong with it, if anything. Unknown keys are left to
// versions to come.
func (p *parser) set(key, value string) (reason string) {
	s := &p.schedule
	var err error
	switch key {
	case "test":
		s.Test = value
		if value == "" {
			err = errors.New("empty")
		}
	case "package":
		s.Package = value
	case "go":
		s.Go = value
	case "arg":
		s.Args, err = appendQuoted(s.Args, value)
	case "file":
		s.Files, err = appendQuoted(s.Files, value)
	case "finding":
		s.Finding = value
	case "clock":
		s.Clock, err = strconv.ParseInt(value, 10, 64)
	case "procs":
		s.Procs, err = value, checkProcs(value)
	case "steps":
		s.Total, err = strconv.Atoi(value)
		if err == nil && s.Total < 0 {
			err = errors.New("negative")
		}
	case "points":
		s.Points, err = addPoint(s.Points, value)
	case "origin":
		s.Origin, err = parseOrigin(value)
	}
	if err != nil {
		return fmt.Sprintf("%q is no value for %q", shorten(value), key)
	}
	return ""
}

func appendQuoted(list []string, value string) ([]string, error) {
	text, err := strconv.Unquote(value)
	return append(list, text), err
}

// checkProcs says what is wrong with a value of Procs.
func checkProcs(value string) error {
	procs, cpus, _ := strings.Cut(value, "/")
	for _, number := range []string{procs, cpus} {
		if n, err := strconv.ParseUint(number, 10, 16); err != nil || n == 0 {
			return errors.New("want GOMAXPROCS/CPUS")
		}
	}
	return nil
}

// addPoint adds a place, or all memory, to the places of accesses that were scheduling points.
func addPoint(points []string, value string) ([]string, error) {
	if value == AllMemory {
		return []string{AllMemory}, nil
	}
	if slices.Contains(points, AllMemory) {
		return points, nil
	}
	file, line, _ := strings.Cut(value[strings.LastIndexByte(value, '/')+1:], ":")
	if n, err := strconv.Atoi(line); err != nil || n < 1 || file == "" || !strings.Contains(value, "/") {
		return nil, errors.New("want memory or PACKAGE/FILE:LINE")
	}
	return append(points, value), nil
}

func parseOrigin(value string) (o Origin, err error) {
	fields := strings.Fields(value)
	if len(fields) != 3 && len(fields) != 4 {
		return o, errors.New("want strategy, seed and index")
	}
	if len(fields) == 4 {
		if o.Slow, err = parseSlow(fields[3]); err != nil {
			return o, err
		}
	}
	o.Strategy = fields[0]
	if o.Seed, err = numberAfter(fields[1], "seed="); err != nil {
		return o, err
	}
	o.Index, err = numberAfter(fields[2], "index=")
	return o, err
}

func numberAfter(field, prefix string) (uint64, error) {
	digits, ok := strings.CutPrefix(field, prefix)
	if !ok {
		return 0, fmt.Errorf("want %sN", prefix)
	}
	return strconv.ParseUint(digits, 10, 64)
}

// parseStep reads one step line, and the delays on it; reason says what is wrong with it, empty if nothing is.
func parseStep(text string) (s Step, delays []Delay, reason string) {
	f := strings.Fields(text)
	for len(f) > 4 && strings.HasPrefix(f[len(f)-1], "delay=") {
		last := f[len(f)-1]
		d, ok := parseDelay(last)
		if !ok {
			return s, nil, fmt.Sprintf("%q is not delay=THREAD:Nms", shorten(last))
		}
		delays, f = slices.Insert(delays, 0, d), f[:len(f)-1]
	}
	if len(f) < 4 || len(f) > 5 {
		return s, nil, fmt.Sprintf("%q is no step: want thread, operation, object, place and, after some, pick=N", shorten(text))
	}
	if _, err := Key(f[0]); err != nil {
		return s, nil, err.Error()
	}
	s = Step{Thread: f[0], Op: f[1], Object: undash(f[2]), Place: unescape(undash(f[3])), Pick: -1}
	if len(f) == 5 {
		pick, err := numberAfter(f[4], "pick=")
		if err != nil || pick > 1<<30 {
			return s, nil, fmt.Sprintf("%q is not pick=N", shorten(f[4]))
		}
		s.Pick = int(pick)
	}
	return s, delays, ""
}

func undash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// check compares the list with what the header says of it.
func (p *parser) check() error {
	s := &p.schedule
	switch listed := len(s.Steps); {
	case listed > s.Total:
		return &SyntaxError{0, fmt.Sprintf("the header says %d steps, but %d are listed", s.Total, listed)}
	case listed < s.Total && listed != 0 && listed != MaxSteps:
		return &SyntaxError{0, fmt.Sprintf("the file is cut: the header says %d steps, only %d are listed", s.Total, listed)}
	}
	return nil
}

func (p *parser) next() bool {
	p.line++
	return p.lines.Scan()
}

func (p *parser) readError() error {
	err := p.lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		return p.fail("the line is longer than 1 MiB")
	}
	return err
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.line, fmt.Sprintf(format, args...)}
}

// shorten keeps a quoted input from filling the screen.
func shorten(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
