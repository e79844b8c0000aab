package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/goclew/clew/internal/lab"
)

// A tally counts verdicts on tests that have a race, or on those that have none.
type tally struct{ total, right, known int }

func (t tally) String() string {
	return fmt.Sprintf("%d of %d as they should be, %d known to differ", t.right, t.total, t.known)
}

// judge prints the verdicts that differ, and the totals. It reports whether they are those of known, all of them.
func judge(w io.Writer, release string, report *lab.Report, known map[string]string) (bool, error) {
	var racy, clean tally
	agrees := true
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range report.Tests {
		var want bool
		count := &clean
		switch {
		case strings.HasPrefix(t.Test, "TestRace"):
			want, count = true, &racy
		case !strings.HasPrefix(t.Test, "TestNoRace"):
			return false, fmt.Errorf("%s: want a test whose name begins with TestRace or TestNoRace", t.Test)
		}
		count.total++
		got, said := verdict(t)
		reason := known[t.Test]
		delete(known, t.Test)
		switch {
		case got == want && reason == "":
			count.right++
		case got == want:
			count.right++
			agrees = false
			fmt.Fprintf(tw, "%s\t%s\tas it should be, but known.txt says: %s\n", t.Test, said, reason)
		case reason != "":
			count.known++
			fmt.Fprintf(tw, "%s\t%s\tknown: %s\n", t.Test, said, reason)
		default:
			agrees = false
			fmt.Fprintf(tw, "%s\t%s\tnot explained\n", t.Test, said)
		}
	}
	for name := range known {
		agrees = false
		fmt.Fprintf(tw, "%s\t-\tin known.txt, but there is no such test in %s\n", name, release)
	}
	tw.Flush()
	fmt.Fprintf(w, "%s: tests with a race: %v\n%s: tests without: %v\n", release, racy, release, clean)
	return agrees && racy.total > 0 && clean.total > 0, nil
}

// verdict returns whether a race was found, and what to say of that.
func verdict(t lab.Test) (race bool, said string) {
	for _, f := range t.Findings {
		if f.Kind == "race" {
			return true, f.Message
		}
	}
	if t.Status == "skip" {
		return false, "skipped"
	}
	return false, fmt.Sprintf("no race in %d schedules", t.Schedules)
}
