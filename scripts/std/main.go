// Std runs the standard library's own tests under clew test, and compares each test's verdict with go test's.
// There are no data races in them: one that clew finds there is a false alarm, until it is shown to be a race.
//
//	go run ./scripts/std [-schedules N] [-time D] [package ...]
//
// Without arguments all packages below are run. A difference that known.txt explains is counted as known; any other
// one is printed with what clew said, and the exit code is 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goclew/clew/scripts/internal/lab"
)

// Packages of Go, in the releases that clew supports: those that synchronize, and those that compute.
var packages = strings.Fields(`
	bufio bytes container/heap container/list container/ring context encoding/json errors internal/sync io iter maps
	math/rand math/rand/v2 net/http/internal slices sort strings sync sync/atomic text/template time unique weak`)

func main() {
	schedules := flag.Int("schedules", 20, "schedules a test")
	limit := flag.Duration("time", time.Second, "time a test")
	flag.Parse()
	chosen := packages
	if flag.NArg() > 0 {
		chosen = flag.Args()
	}
	search := []string{fmt.Sprintf("-schedules=%d", *schedules), fmt.Sprintf("-time=%v", *limit)}
	same, err := compareAll(chosen, search)
	if err != nil {
		fmt.Fprintln(os.Stderr, "std:", err)
		os.Exit(2)
	}
	if !same {
		os.Exit(1)
	}
}

// compareAll compares package by package, and reports whether there was no difference that nobody has explained.
func compareAll(chosen, search []string) (bool, error) {
	l, err := lab.Open()
	if err != nil {
		return false, err
	}
	defer l.Close()
	known, err := lab.ReadKnown(filepath.Join(l.Root, "scripts", "std", "known.txt"))
	if err != nil {
		return false, err
	}
	var comparisons []lab.Comparison
	for _, path := range chosen {
		subject := lab.Subject{Name: path, Dir: l.Dir, Flags: []string{"-short"}, Packages: []string{path}}
		c, err := l.Compare(subject, search, known)
		if err != nil {
			return false, err
		}
		comparisons = append(comparisons, c)
	}
	return lab.PrintComparisons(os.Stdout, "package", comparisons), nil
}
