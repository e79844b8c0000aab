// Modules runs clew test on the released tests of well-known modules, unmodified, and compares each
// test's verdict with go test's.
//
//	go run ./scripts/modules [-schedules N] [-time D] [module path or part of one ...]
//
// Without arguments all modules are run. A difference that known.txt explains is counted as known; any other
// one is printed with what clew said, the outputs are kept, and the exit code is 1. The modules come from the user's
// module proxy, with the versions given here.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/goclew/clew/scripts/internal/lab"
)

// A module is released code with tests of its own.
type module struct {
	path, version string
	flags         []string // for go test and clew test alike
}

var modules = []module{
	{path: "golang.org/x/sync", version: "v0.20.0"}, // the last one that Go 1.25 builds
	{path: "github.com/sourcegraph/conc", version: "v0.3.0"},
	{path: "github.com/jackc/puddle/v2", version: "v2.2.3"},
	{path: "github.com/hashicorp/golang-lru/v2", version: "v2.0.7"},
	{path: "github.com/patrickmn/go-cache", version: "v2.1.0+incompatible"},
	{path: "github.com/alitto/pond/v2", version: "v2.7.1"},
	{path: "go.uber.org/atomic", version: "v1.12.0"},
	// ExampleRetry asks a server on the Internet.
	{path: "github.com/cenkalti/backoff/v5", version: "v5.0.3", flags: []string{"-skip=^ExampleRetry$"}},
}

func main() {
	schedules := flag.Int("schedules", 1000, "schedules a test")
	limit := flag.Duration("time", 5*time.Second, "time a test")
	flag.Parse()
	search := []string{fmt.Sprintf("-schedules=%d", *schedules), fmt.Sprintf("-time=%v", *limit)}
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
	return lab.Subject{Name: m.path + " " + m.version, Dir: dir, Env: []string{"GOFLAGS=-mod=mod"},
		Flags: m.flags, Packages: []string{"./..."}}, nil
}

// choose returns the modules whose path holds one of the words; all if there are no words.
func choose(words []string) []module {
	if len(words) == 0 {
		return modules
	}
	var chosen []module
	for _, m := range modules {
		for _, w := range words {
			if strings.Contains(m.path, w) {
				chosen = append(chosen, m)
				break
			}
		}
	}
	return chosen
}
