// Racetests runs the tests of Go's own race detector under clew test, and compares what clew finds with
// what they are made to show: a function TestRace… has a data race, a function TestNoRace… has none.
//
//	go run ./scripts/racetests
//
// The tests are read where they are, in the GOROOT of the Go release in use. Differences that known.txt
// explains are counted as known. The exit code is 1 if there is another one, or if one of known.txt is
// none any more.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goclew/clew/internal/lab"
)

func main() {
	agrees, err := check()
	if err != nil {
		fmt.Fprintln(os.Stderr, "racetests:", err)
		os.Exit(2)
	}
	if !agrees {
		os.Exit(1)
	}
}

// check runs the tests, prints how the verdicts differ, and reports whether all is as known.txt says.
func check() (bool, error) {
	l, err := lab.Open()
	if err != nil {
		return false, err
	}
	defer l.Close()
	goroot, release, err := lab.Go()
	if err != nil {
		return false, err
	}
	known, err := readKnown(filepath.Join(l.Root, "scripts", "racetests", "known.txt"), release)
	if err != nil {
		return false, err
	}
	report, err := search(l, filepath.Join(goroot, "src", "runtime", "race", "testdata"))
	if err != nil {
		return false, err
	}
	return judge(os.Stdout, release, report, known)
}

// search runs clew test on the tests in dir. They are given one by one, because the folder also holds a
// program that one of them runs.
func search(l *lab.Lab, dir string) (*lab.Report, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no tests in %s (%v)", dir, err)
	}
	report := filepath.Join(l.Dir, "report.json")
	args := []string{"test", "-schedules=200", "-time=2s", "-report=" + report}
	r, err := lab.Run(l.Dir, l.OwnCache(), l.Clew, append(args, files...)...)
	if err != nil {
		return nil, err
	}
	if r.Code != 1 { // there are races in them: 0 would be wrong too
		return nil, fmt.Errorf("clew test in %s: exit code %d, want 1\n%s%s", dir, r.Code, r.Stdout, r.Stderr)
	}
	return lab.ReadReport(report)
}
