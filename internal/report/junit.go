package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The JUnit form is for the readers of CI services. They agree on little, so it has no more than all of them read: suites, one for
// each package; cases with class, name, file and time; at most one failure, error or skipped element in each, with a message, a
// type and text. A case of a name that was there before is overlooked by some, so the rounds of -count are told as one.

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Skipped  int           `xml:"skipped,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Cases    []*junitCase `xml:"testcase"`

	millis int64
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Failure *junitTrouble `xml:"failure"`
	Error   *junitTrouble `xml:"error"`
	Skipped *junitTrouble `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`

	millis int64
}

// junitTrouble says why a case did not pass.
type junitTrouble struct {
	Message string `xml:"message,attr,omitempty"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the results of packages in the JUnit form. What else kept go test from passing (a package that does not build,
// say) is told in a suite of its own, if there is anything.
func WriteJUnit(w io.Writer, packages []*Package, trouble string) error {
	all := &junitSuites{}
	var millis int64
	for _, p := range packages {
		s := p.junit()
		millis += s.millis
		all.Suites = append(all.Suites, s)
	}
	if trouble != "" {
		s := &junitSuite{Name: "clew"}
		s.add(&junitCase{Class: "clew", Name: "go test", Error: &junitTrouble{Message: trouble, Type: "error", Text: trouble}})
		all.Suites = append(all.Suites, s)
	}
	for _, s := range all.Suites {
		s.Time = seconds(s.millis)
		all.Tests, all.Failures = all.Tests+s.Tests, all.Failures+s.Failures
		all.Errors, all.Skipped = all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	all.Time = seconds(millis)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// junit returns the package as a suite.
func (p *Package) junit() *junitSuite {
	s := &junitSuite{Name: p.Package, millis: p.ElapsedMS}
	byName := map[string]*junitCase{}
	var cases []*junitCase
	for i := range p.Tests {
		t := &p.Tests[i]
		c := byName[t.Test]
		if c == nil {
			c = &junitCase{Class: p.Package, Name: t.Test}
			byName[t.Test] = c
			cases = append(cases, c)
		}
		c.add(t)
	}
	for _, c := range cases {
		s.add(c)
	}
	for _, text := range append(p.Broken, p.Error) {
		if text != "" {
			s.add(&junitCase{Class: p.Package, Name: "clew", Error: &junitTrouble{Message: text, Type: "error", Text: text}})
		}
	}
	if p.Failed && s.Failures+s.Errors == 0 {
		text := "the package failed beside its tests: in TestMain, in package initialisation or by -timeout"
		s.add(&junitCase{Class: p.Package, Name: "TestMain", Failure: &junitTrouble{Message: text, Type: "failure", Text: text}})
	}
	return s
}

func (s *junitSuite) add(c *junitCase) {
	c.Time = seconds(c.millis)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// add adds what became of a test in one round.
func (c *junitCase) add(t *Test) {
	c.millis += t.ElapsedMS
	for i := range t.Notes {
		c.Out += strings.Join(t.Notes[i].Lines(), "\n") + "\n"
	}
	switch {
	case len(t.Findings) > 0 && c.Failure == nil:
		f := &t.Findings[0]
		c.File, c.Line = f.File, f.Line
		c.Failure = &junitTrouble{Message: f.Message, Type: f.Kind, Text: t.Output}
		if more := len(t.Findings) - 1; more > 0 {
			c.Failure.Message += fmt.Sprintf(", and %s more", count(more, "finding"))
		}
		c.Skipped = nil
	case len(t.Findings) > 0:
		c.Failure.Text += "\n" + t.Output
	case t.Status == "skip" && c.Failure == nil:
		c.Skipped = &junitTrouble{Message: "skipped"}
	case t.Status == "pass":
		c.Skipped = nil
	}
}

func seconds(millis int64) string { return fmt.Sprintf("%.3f", float64(millis)/1000) }
