package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goclew/clew/internal/report"
)

// conclude sums up on w what the coordinators left in the session, writes the JSON report if there is to
// be one, and returns the exit code.
func conclude(s *session, result goTest, began time.Time, w io.Writer, reportFile string) (int, error) {
	packages, err := report.ReadSession(s.dir)
	if err != nil {
		return 0, err
	}
	r := report.Merge(packages)
	r.Interrupted = r.Interrupted || result.interrupted
	if r.Packages > 0 || r.Interrupted {
		report.Summary(w, r, time.Since(began))
	}
	if r.Interrupted {
		listKept(w, r)
	}
	if reportFile != "" {
		if err := writeReport(reportFile, r); err != nil {
			return 0, fmt.Errorf("cannot write the report: %w", err)
		}
	}
	code := verdict(r, result)
	if lost := s.lost(); len(lost) > 0 && code != exitFailure && !r.Interrupted {
		return 0, fmt.Errorf("the search in %s ended before it had a result (was it killed, or out of memory?)", strings.Join(lost, ", "))
	}
	return code, nil
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

// checkReport tells early that a report cannot be written.
func checkReport(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return usagef("-report %s: is a folder, want a file", file)
	}
	if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
		return usagef("-report %s: no folder %s", file, filepath.Dir(file))
	}
	return nil
}

// writeReport writes the report as JSON, whole or not at all.
func writeReport(file string, r *report.Report) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".clew-report-*")
	if err != nil {
		return err
	}
	err = errors.Join(r.WriteJSON(tmp), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}
