// Examples checks the promise of examples/expected.txt from many seeds: every bug is found within
// 1,000 schedules, as the kinds of finding that it is and no other, is called by its name, and takes, from one seed
// at least, no more preemptions than it must; and every correct twin stays silent in all of its 1,000.
//
//	go run ./scripts/examples [seeds [strategy [packages]]]
//
// Seeds is 20 if not given, the strategy auto, packages ./...; lines of other packages are left out then. The exit code is 1 if a line of the table does not hold.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/lab"
)

const (
	schedules = 1000
	module    = "github.com/goclew/clew/examples/"
)

func main() {
	seeds := lab.Count("examples", "seeds", 20)
	strategy, packages := "auto", "./..."
	if len(os.Args) > 2 {
		strategy = os.Args[2]
	}
	if len(os.Args) > 3 {
		packages = os.Args[3]
	}
	held, err := check(seeds, strategy, packages)
	if err != nil {
		fmt.Fprintln(os.Stderr, "examples:", err)
		os.Exit(2)
	}
	if !held {
		os.Exit(1)
	}
}

// check searches all examples from each seed, prints the table, and reports whether all lines held.
func check(seeds int, strategy, packages string) (bool, error) {
	l, err := lab.Open()
	if err != nil {
		return false, err
	}
	defer l.Close()
	lines, err := readExpected(filepath.Join(l.Root, "examples", "expected.txt"))
	if err != nil {
		return false, err
	}
	under := strings.TrimPrefix(strings.TrimSuffix(packages, "..."), "./")
	lines = slices.DeleteFunc(lines, func(line *line) bool { return !strings.HasPrefix(line.Package, under) })
	for seed := 1; seed <= seeds; seed++ {
		report, err := search(l, seed, strategy, packages)
		if err != nil {
			return false, fmt.Errorf("seed %d: %v", seed, err)
		}
		for _, line := range lines {
			line.judge(seed, report)
		}
	}
	return printTable(os.Stdout, lines, seeds), nil
}

// search runs clew test once on a fresh copy of the examples.
func search(l *lab.Lab, seed int, strategy, packages string) (*lab.Report, error) {
	name := "seed" + strconv.Itoa(seed)
	dir, err := l.Copy(filepath.Join(l.Root, "examples"), name)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "report.json")
	r, err := lab.Run(dir, nil, l.Clew, "test", "-seed="+strconv.Itoa(seed), "-strategy="+strategy, "-schedules="+strconv.Itoa(schedules),
		"-time=10m", "-report="+file, packages)
	if err != nil {
		return nil, err
	}
	if r.Code != 1 { // there are bugs in it: 0 would be wrong too
		return nil, fmt.Errorf("exit code %d, want 1\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	return lab.ReadReport(file)
}
