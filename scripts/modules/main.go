// Modules runs clew test on the released tests of well-known modules, unmodified, and compares each
// test's verdict with go test's.
//
//	go run ./scripts/modules [-schedules N] [-time D] [-slow D] [module path or part of one ...]
//
// Without arguments all modules are run. A difference that known.txt explains is counted as known. One that clew explains by what the
// test relies upon, if a thread is held up, is listed; with -slow=0 there is none. Any other one is printed with what clew said, the outputs
// are kept, and the exit code is 1. The modules come from the user's module proxy, with the versions given here.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/lab"
)

func main() {
	schedules := flag.Int("schedules", 1000, "schedules a test")
	limit := flag.Duration("time", 5*time.Second, "time a test")
	slow := flag.Duration("slow", 10*time.Millisecond, "delays in a run, at most")
	flag.Parse()
	search := []string{fmt.Sprintf("-schedules=%d", *schedules), fmt.Sprintf("-time=%v", *limit), fmt.Sprintf("-slow=%v", *slow)}
	chosen := choose(flag.Args())
	if len(chosen) == 0 {
		fmt.Fprintln(os.Stderr, "modules: no module has such a path")
		os.Exit(2)
	}
	all, err := lab.CompareAll("modules", "module", chosen, subject, search)
	if err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(2)
	}
	if !lab.Agree(all) {
		os.Exit(1)
	}
}

// subject fetches a module.
func subject(l *lab.Lab, m module) (lab.Subject, error) {
	dir, err := l.Module(m.path, m.version)
	if err != nil {
		return lab.Subject{}, err
	}
	packages := m.packages
	if packages == nil {
		packages = []string{"./..."}
	}
	return lab.Subject{Name: m.path + " " + m.version, Dir: dir, Env: []string{"GOFLAGS=-mod=mod"},
		Flags: m.flags, Packages: packages}, nil
}

// choose returns the modules whose path holds one of the words; all if there are no words.
func choose(words []string) []module {
	var chosen []module
	for _, g := range groups {
		for _, m := range g.modules {
			holds := func(word string) bool { return strings.Contains(m.path, word) }
			if len(words) == 0 || slices.ContainsFunc(words, holds) {
				chosen = append(chosen, m)
			}
		}
	}
	return chosen
}
