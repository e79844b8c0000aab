package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goclew/clew/internal/report"
)

// conclude sums up what the coordinators left in the session, delivers it, and returns the exit code. Where go test is silent of
// tests that pass, it tells what must be known of them.
func conclude(s *session, result goTest, began time.Time, silent bool, d *delivery) (int, error) {
	packages, err := report.ReadSession(s.dir)
	if err != nil {
		return 0, err
	}
	r := report.Merge(packages)
	r.Interrupted = r.Interrupted || result.interrupted
	d.tell(r, silent, time.Since(began))
	code, trouble := verdict(r, result), ""
	lost := s.lost()
	switch {
	case len(lost) > 0 && code != exitFailure && !r.Interrupted:
		trouble = fmt.Sprintf("the search in %s ended before it had a result (was it killed, or out of memory?)", strings.Join(lost, ", "))
		err = errors.New(trouble)
	case r.Interrupted:
		trouble = "clew test was interrupted: not all tests were searched"
	case code == exitUsage && len(r.Broken) == 0 && !d.knowsUnbuilt():
		trouble = fmt.Sprintf("go test ended with exit code %d: something does not build, or a flag is wrong", result.exit)
	}
	return code, errors.Join(err, d.files(packages, r, trouble))
}

// verdict returns the exit code. What the results say counts first. A go test that failed although no
// result says why did not come to run a test: a package that does not build, or wrong usage of one of
// its flags. A search that was stopped did not pass.
func verdict(r *report.Report, result goTest) int {
	switch code := r.ExitCode(); {
	case code != exitOK:
		return code
	case r.Interrupted:
		return exitFound
	case result.exit != 0:
		return exitUsage
	}
	return exitOK
}

// tellState tells what go test leaves out where all tests pass: which of them depend on what earlier runs left behind.
func tellState(w io.Writer, r *report.Report) {
	for _, test := range r.Tests {
		for _, n := range test.Notes {
			if n.Kind == "state" {
				fmt.Fprintf(w, "%s, %s:\n    %s\n", test.Package, test.Test, strings.Join(n.Lines(), "\n    "))
			}
		}
	}
}

// listKept says where the findings of an interrupted search are.
func listKept(w io.Writer, r *report.Report) {
	for _, test := range r.Tests {
		for _, f := range test.Findings {
			if f.Schedule != "" {
				fmt.Fprintf(w, "  %s: %s, again: clew replay %s\n", test.Test, f.Kind, f.Schedule)
			}
		}
	}
}
