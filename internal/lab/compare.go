package lab

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A Subject is packages whose tests are run both with go test and with clew test.
type Subject struct {
	Name     string
	Dir      string // where the commands work
	Env      []string
	Flags    []string // for both
	Packages []string
}

// A Comparison is how the two verdicts on all tests of a subject agree.
type Comparison struct {
	Name             string
	Total            int
	Same, Known      int
	Timing           []string // of tests that fail only if a thread is held up: a text each
	Unexplained      []string // a text each
	GoTime, ClewTime time.Duration
}

// CompareAll runs the tests of chosen things one after the other, both ways, and compares the verdicts. Subject makes a thing ready
// in the lab; search is flags for clew test. Differences that scripts/SCRIPT/known.txt explains are counted; so are those that clew explains
// by what the test relies upon if a thread is held up, which are listed, too. Any other one is
// printed with what clew said, and at the end a table; what says what the things are. When there was a difference
// that nobody has explained, the lab is kept, with all that both commands printed.
func CompareAll[T any](script, what string, chosen []T, subject func(*Lab, T) (Subject, error), search []string) ([]Comparison, error) {
	l, err := Open()
	if err != nil {
		return nil, err
	}
	defer l.Close()
	_, release, err := Go()
	if err != nil {
		return nil, err
	}
	known, err := readKnown(filepath.Join(l.Root, "scripts", script, "known.txt"), release)
	if err != nil {
		return nil, err
	}
	var all []Comparison
	for _, thing := range chosen {
		s, err := subject(l, thing)
		if err != nil {
			return nil, err
		}
		c, err := l.compare(s, search, known)
		if err != nil {
			return nil, err
		}
		for _, text := range slices.Concat(c.Timing, c.Unexplained) {
			fmt.Println(text)
		}
		all = append(all, c)
	}
	printTable(os.Stdout, what, all)
	if !Agree(all) {
		l.Keep()
		fmt.Printf("what both commands printed is in %s\n", filepath.Join(l.Dir, outputs))
	}
	return all, nil
}

// Agree reports whether no comparison has a difference that nobody has explained.
func Agree(all []Comparison) bool {
	for _, c := range all {
		if len(c.Unexplained) > 0 {
			return false
		}
	}
	return true
}

// outputs is the folder in the lab for what both commands print.
const outputs = "outputs"

// compare runs a subject's tests with go test, and with clew test and the given flags. Known is what readKnown returns.
func (l *Lab) compare(s Subject, search []string, known map[string]string) (c Comparison, err error) {
	c.Name = s.Name
	var plain, clew Verdicts
	args := slices.Concat([]string{"test", "-json", "-count=1"}, s.Flags, s.Packages)
	if plain, c.GoTime, err = l.runTests("go", s, s.Env, "go", args...); err != nil {
		return c, fmt.Errorf("%s: %v", s.Name, err)
	}
	file := filepath.Join(l.Dir, "report.json")
	os.Remove(file)
	args = slices.Concat([]string{"test", "-json", "-report=" + file}, search, s.Flags, s.Packages)
	if clew, c.ClewTime, err = l.runTests("clew", s, append(l.OwnCache(), s.Env...), l.Clew, args...); err != nil {
		return c, fmt.Errorf("%s: %v", s.Name, err)
	}
	timing := map[string]string{}
	if report, err := ReadReport(file); err == nil {
		timing = report.timing()
	}
	all := maps.Clone(plain)
	maps.Copy(all, clew)
	for _, test := range slices.Sorted(maps.Keys(all)) {
		c.compare(test, plain[test], clew[test], known, timing)
	}
	return c, nil
}

func (c *Comparison) compare(test string, plain, clew *Verdict, known, timing map[string]string) {
	c.Total++
	want, got := plain.Word(), clew.Word()
	switch {
	case want == got:
		c.Same++
	case explained(known, test, " "+want+"/"+got):
		c.Known++
	case want == "pass" && timing[whole(test)] != "":
		c.Timing = append(c.Timing, fmt.Sprintf("%s: go test says pass, clew test %s: %s", test, got, timing[whole(test)]))
	default:
		c.Unexplained = append(c.Unexplained, fmt.Sprintf("%s: go test says %s, clew test says %s\n%s",
			test, want, got, indent(clew)))
	}
}

// whole returns the test that a subtest is of.
func whole(test string) string {
	pkg, name, _ := strings.Cut(test, " ")
	name, _, _ = strings.Cut(name, "/")
	return pkg + " " + name
}

// explained reports whether known has an entry for a test, or for the one that it is a subtest of. Where that ends with a
// finding, subtests may not be reached.
func explained(known map[string]string, test, verdicts string) bool {
	for known[test+verdicts] == "" {
		parent := strings.LastIndex(test, "/")
		if parent < strings.Index(test, " ") {
			return false
		}
		test = test[:parent]
		if verdicts == " pass/nothing" && known[test+" pass/fail"] != "" {
			return true
		}
	}
	return true
}

// indent returns the first lines of what was printed on a test.
func indent(v *Verdict) string {
	const most = 60
	if v == nil {
		return ""
	}
	lines := strings.SplitAfterN(v.Output, "\n", most+1)
	if len(lines) > most {
		lines[most] = "…\n"
	}
	return "    " + strings.Join(lines, "    ")
}

func printTable(w io.Writer, what string, all []Comparison) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "%s\tverdicts\tsame\tknown\ttiming\tunexplained\tgo test\tclew test\n", what)
	for _, c := range all {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%.1fs\t%.1fs\n", c.Name,
			c.Total, c.Same, c.Known, len(c.Timing), len(c.Unexplained), c.GoTime.Seconds(), c.ClewTime.Seconds())
	}
	tw.Flush()
}

// readKnown reads a table of differences that are explained: package, test, releases (see Concerns), the two verdicts as go/clew, and
// a reason. A line is for the test's subtests too. The keys are "package test go/clew".
func readKnown(file, release string) (map[string]string, error) {
	rows, err := ReadTable(file, "package", "test", "releases", "go/clew")
	if err != nil {
		return nil, err
	}
	known := make(map[string]string)
	for _, row := range rows {
		if Concerns(row.Words[2], release) {
			known[row.Words[0]+" "+row.Words[1]+" "+row.Words[3]] = row.Text
		}
	}
	return known, nil
}
