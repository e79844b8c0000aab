package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/goclew/clew/internal/lab"
)

// none stands in expected.txt for a test without a finding.
const none = "none"

// A line is one line of expected.txt and what became of it.
type line struct {
	pkg, test string
	kinds     string // "none", or the kinds of its findings with commas in between; "?" for one that may be found or not
	delay     int    // the least milliseconds for which threads have to be held up in all, 0 for none

	foundAt []int    // the schedule that found the last kind, a seed each
	misses  []string // what was wrong, a seed each
}

// readExpected reads the table. Its lines hold three words each, or four with a delay as "8ms", or begin with "#".
func readExpected(file string) ([]*line, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var lines []*line
	for number, text := range strings.Split(string(content), "\n") {
		words := strings.Fields(text)
		switch {
		case len(words) == 0 || strings.HasPrefix(text, "#"):
		case len(words) == 3, len(words) == 4:
			delay, err := time.ParseDuration(strings.Join(words[3:], "") + "0s")
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %v", file, number+1, err)
			}
			lines = append(lines, &line{pkg: words[0], test: words[1], kinds: words[2], delay: int(delay.Milliseconds())})
		default:
			return nil, fmt.Errorf("%s:%d: %d words, want package, test, kinds and perhaps a delay", file, number+1, len(words))
		}
	}
	return lines, nil
}

// judge notes how the line fared under one seed.
func (l *line) judge(seed int, report *lab.Report) {
	miss := func(format string, args ...any) {
		l.misses = append(l.misses, fmt.Sprintf("seed %d: ", seed)+fmt.Sprintf(format, args...))
	}
	i := slices.IndexFunc(report.Tests, func(t lab.Test) bool {
		return t.Package == module+l.pkg && t.Test == l.test
	})
	if i < 0 {
		miss("not in the report")
		return
	}
	test := report.Tests[i]
	first := make(map[string]int) // the schedule that found a kind first
	for _, f := range test.Findings {
		if !slices.Contains(strings.Split(strings.ReplaceAll(l.kinds, "?", ""), ","), f.Kind) {
			miss("found %s at schedule %d: %s", f.Kind, f.FoundAt, f.Message)
			return
		}
		if f.DelayMS != l.delay || f.DelayMS > 0 && len(f.ReliesOn) == 0 {
			miss("%s with a delay of %d ms, want %d: %s", f.Kind, f.DelayMS, l.delay, f.Timing)
			return
		}
		if _, found := first[f.Kind]; !found {
			first[f.Kind] = f.FoundAt
		}
	}
	if l.kinds != none {
		l.judgeFound(test, first, miss)
	} else if test.Schedules < schedules && test.Threads > 1 {
		miss("only %d of %d schedules", test.Schedules, schedules)
	}
}

// judgeFound notes whether all kinds that must be were found, and when.
func (l *line) judgeFound(test lab.Test, first map[string]int, miss func(string, ...any)) {
	last := 0
	for kind := range strings.SplitSeq(l.kinds, ",") {
		at, found := first[strings.TrimSuffix(kind, "?")]
		if !found && !strings.HasSuffix(kind, "?") {
			miss("no %s found in %d schedules", kind, test.Schedules)
			return
		}
		last = max(last, at)
	}
	l.foundAt = append(l.foundAt, last)
}

// printTable prints a row a line and then each miss, and reports whether there was none.
func printTable(w io.Writer, lines []*line, seeds int) bool {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "package\ttest\texpected\tas expected\tmedian schedule\tlast\n")
	held := 0
	for _, l := range lines {
		median, last := "-", "-"
		if len(l.foundAt) > 0 {
			slices.Sort(l.foundAt)
			median = fmt.Sprint(l.foundAt[len(l.foundAt)/2])
			last = fmt.Sprint(l.foundAt[len(l.foundAt)-1])
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d of %d\t%s\t%s\n", l.pkg, l.test, l.kinds, seeds-len(l.misses), seeds, median, last)
		if len(l.misses) == 0 {
			held++
		}
	}
	tw.Flush()
	for _, l := range lines {
		for _, m := range l.misses {
			fmt.Fprintf(w, "%s %s: want %s; %s\n", l.pkg, l.test, l.kinds, m)
		}
	}
	fmt.Fprintf(w, "%d of %d lines hold for all of %d seeds and %d schedules\n", held, len(lines), seeds, schedules)
	return held == len(lines)
}
