package lab

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// None stands in a table of expectations for a test without a finding, and NoClass for one whose bug gets no name.
const (
	None    = "none"
	NoClass = "–"
)

// Expected is what clew must find in a test.
type Expected struct {
	Package, Test string
	Kinds         string   // None, or the kinds of its findings with commas in between; "?" behind one that may be found or not
	DelayMS       int      // the least milliseconds for which threads have to be held up in all, 0 for none
	Preemptions   int      // of the shrunk schedule of the last kind; -1 for one with delays, which may have any number
	Classes       []string // that are named; "?" behind one that may be or not
}

// ReadExpected reads a table: lines of package, test and kinds, and, for tests with findings, the delay that it takes, as "8ms", if it takes one,
// and preemptions and classes, which a line with a delay may go without. Others begin with "#".
func ReadExpected(file string) ([]Expected, error) {
	var list []Expected
	err := readLines(file, func(words []string) error {
		if len(words) < 3 {
			return fmt.Errorf("want package, test and kinds")
		}
		e := Expected{Package: words[0], Test: words[1], Kinds: words[2], Preemptions: -1}
		if words = words[3:]; len(words) > 0 {
			if delay, err := time.ParseDuration(words[0]); err == nil && delay > 0 {
				e.DelayMS, words = int(delay.Milliseconds()), words[1:]
			}
		}
		list = append(list, e)
		if e.Kinds == None || e.DelayMS > 0 && len(words) == 0 {
			return nil
		}
		return list[len(list)-1].names(words)
	})
	return list, err
}

// names reads the number of preemptions and the classes.
func (e *Expected) names(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("want the least number of preemptions and the classes, or %s, behind the kinds", NoClass)
	}
	n, err := strconv.Atoi(words[0])
	if err != nil {
		return fmt.Errorf("preemptions are %q, want a number", words[0])
	}
	e.Preemptions, e.Classes = n, classes(words[1:])
	return nil
}

// ReadClasses reads a table of tests and the classes of their bugs.
func ReadClasses(file string) ([]Expected, error) {
	var list []Expected
	err := readLines(file, func(words []string) error {
		if len(words) < 2 {
			return fmt.Errorf("want a test and the classes of its bug, or %s", NoClass)
		}
		list = append(list, Expected{Test: words[0], Classes: classes(words[1:])})
		return nil
	})
	return list, err
}

func readLines(file string, read func(words []string) error) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for number, text := range strings.Split(string(content), "\n") {
		words := strings.Fields(text)
		if len(words) == 0 || strings.HasPrefix(text, "#") {
			continue
		}
		if err := read(words); err != nil {
			return fmt.Errorf("%s:%d: %v", file, number+1, err)
		}
	}
	return nil
}

// classes reads names with commas in between.
func classes(words []string) []string {
	text := strings.Join(words, " ")
	if text == NoClass {
		return nil
	}
	var list []string
	for name := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(name))
	}
	return list
}

// Named returns the classes that findings are given, each once, in the order of the alphabet.
func (t *Test) Named() []string {
	var names []string
	for _, f := range t.Findings {
		if f.Class != "" {
			names = append(names, f.Class)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Wrong says what is wrong with the classes that were named; empty for nothing. Where nothing was found, nothing is missing.
func (e *Expected) Wrong(t *Test) string {
	named := t.Named()
	for _, name := range named {
		if !slices.Contains(e.Classes, name) && !slices.Contains(e.Classes, name+"?") {
			return fmt.Sprintf("it is called %s, want %s", name, ClassText(e.Classes))
		}
	}
	for _, name := range e.Classes {
		if len(t.Findings) > 0 && !strings.HasSuffix(name, "?") && !slices.Contains(named, name) {
			return fmt.Sprintf("it is not called %s", name)
		}
	}
	return ""
}

// ClassText writes classes as the tables do.
func ClassText(classes []string) string {
	if len(classes) == 0 {
		return NoClass
	}
	return strings.Join(classes, ", ")
}
