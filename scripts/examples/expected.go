package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/goclew/clew/internal/lab"
)

// A line is one line of expected.txt and what became of it.
type line struct {
	lab.Expected

	foundAt []int    // the schedule that found the last kind, a seed each
	least   int      // seeds whose schedule has as few preemptions as there must be
	misses  []string // what was wrong, a seed each
}

// readExpected reads the table.
func readExpected(file string) ([]*line, error) {
	expected, err := lab.ReadExpected(file)
	var lines []*line
	for _, e := range expected {
		lines = append(lines, &line{Expected: e})
	}
	return lines, err
}

// judge notes how the line fared under one seed.
func (l *line) judge(seed int, report *lab.Report) {
	miss := func(format string, args ...any) {
		l.misses = append(l.misses, fmt.Sprintf("seed %d: ", seed)+fmt.Sprintf(format, args...))
	}
	i := slices.IndexFunc(report.Tests, func(t lab.Test) bool {
		return t.Package == module+l.Package && t.Test == l.Test
	})
	if i < 0 {
		miss("not in the report")
		return
	}
	test := report.Tests[i]
	first := make(map[string]lab.Finding) // of each kind
	for _, f := range test.Findings {
		if !slices.Contains(strings.Split(strings.ReplaceAll(l.Kinds, "?", ""), ","), f.Kind) {
			miss("found %s at schedule %d: %s", f.Kind, f.FoundAt, f.Message)
			return
		}
		if f.DelayMS != l.DelayMS || f.DelayMS > 0 && len(f.ReliesOn) == 0 {
			miss("%s with a delay of %d ms, want %d: %s", f.Kind, f.DelayMS, l.DelayMS, f.Timing)
			return
		}
		if _, found := first[f.Kind]; !found {
			first[f.Kind] = f
		}
	}
	if l.Kinds != lab.None {
		l.judgeFound(test, first, miss)
	} else if test.Schedules < schedules && test.Threads > 1 {
		miss("only %d of %d schedules", test.Schedules, schedules)
	}
}

// judgeFound notes whether all kinds that must be were found, and when, how short the schedule is, and what the bug is called.
func (l *line) judgeFound(test lab.Test, first map[string]lab.Finding, miss func(string, ...any)) {
	last, preempts := 0, 0
	for kind := range strings.SplitSeq(l.Kinds, ",") {
		f, found := first[strings.TrimSuffix(kind, "?")]
		if !found && !strings.HasSuffix(kind, "?") {
			miss("no %s found in %d schedules", kind, test.Schedules)
			return
		}
		last, preempts = max(last, f.FoundAt), f.Preempts
	}
	switch wrong := l.Wrong(&test); {
	case wrong != "":
		miss("%s", wrong)
		return
	case preempts < l.Preemptions:
		miss("its schedule has %d preemptions, and %d are said to be the fewest", preempts, l.Preemptions)
		return
	case preempts == l.Preemptions:
		l.least++
	}
	l.foundAt = append(l.foundAt, last)
}

// printTable prints a row a line and then each miss, and reports whether there was none.
func printTable(w io.Writer, lines []*line, seeds int) bool {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "package\ttest\texpected\tas expected\tmedian schedule\tlast\tfewest preemptions\n")
	held := 0
	for _, l := range lines {
		median, last, least := "-", "-", "-"
		if len(l.foundAt) > 0 {
			slices.Sort(l.foundAt)
			median = fmt.Sprint(l.foundAt[len(l.foundAt)/2])
			last = fmt.Sprint(l.foundAt[len(l.foundAt)-1])
			if l.Preemptions >= 0 {
				least = fmt.Sprintf("%d of %d", l.least, len(l.foundAt))
			}
			if l.Preemptions >= 0 && l.least == 0 {
				l.misses = append(l.misses, fmt.Sprintf("from no seed it has as few as %d preemptions", l.Preemptions))
			}
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d of %d\t%s\t%s\t%s\n", l.Package, l.Test, l.Kinds, seeds-len(l.misses), seeds, median, last, least)
		if len(l.misses) == 0 {
			held++
		}
	}
	tw.Flush()
	for _, l := range lines {
		for _, m := range l.misses {
			fmt.Fprintf(w, "%s %s: want %s; %s\n", l.Package, l.Test, l.Kinds, m)
		}
	}
	fmt.Fprintf(w, "%d of %d lines hold for all of %d seeds and %d schedules\n", held, len(lines), seeds, schedules)
	return held == len(lines)
}
