// Determinism checks that a schedule is a promise: the tests of examples/ and of well-known modules take the same
// steps, print the same and end in the same way whenever a schedule of theirs is run. Each run has a process of its
// own, by turns with GOMAXPROCS 1 and 4, while another thread keeps a core busy.
//
//	go run ./scripts/determinism [schedules]
//
// Schedules is how many of each test are run twice: 1,000 if not given. The exit code is 1 if a test differs.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goclew/clew/internal/lab"
)

// A subject is tests of a package that have more than one thread.
type subject struct {
	module, version string
	pkg             string // below the module
	tests           string // a regular expression
}

var subjects = []subject{
	{"golang.org/x/sync", "v0.20.0", "errgroup", "^(TestWithContext|TestGoLimit|TestCancelCause)$"},
	{"golang.org/x/sync", "v0.20.0", "semaphore", "^(TestWeighted|TestLargeAcquireDoesntStarve|TestAllocCancelDoesntStarve)$"},
	{"golang.org/x/sync", "v0.20.0", "singleflight", "^(TestDoDupSuppress|TestDoChan)$"},
	{"github.com/sourcegraph/conc", "v0.3.0", "pool", "^(TestContextPool|TestResultGroup)$"},
	{"github.com/sourcegraph/conc", "v0.3.0", "stream", "^TestStream$"},
	{"github.com/jackc/puddle/v2", "v2.2.3", ".", "^(TestPoolAcquireContextCanceledDuringCreate|TestPoolCloseBlocksUntilAllResourcesReleasedAndClosed|TestPoolStatCanceledAcquireDuringWait)$"},
	{"github.com/hashicorp/golang-lru/v2", "v2.0.7", "expirable", "^TestLRUConcurrency$"},
	{"github.com/alitto/pond/v2", "v2.7.1", ".", "^(TestSubmit|TestResultTaskGroupWaitWithError|TestTaskGroupMetrics|TestPoolResize)$"},
	{"github.com/oklog/run", "v1.2.0", ".", "^(TestContextHandler|TestOne|TestMany)$"},
	{"github.com/creachadair/taskgroup", "v0.13.2", ".", "^(TestErrorPropagation|TestSingleTask|TestSingleResult|TestGatherer)$"},
	{"github.com/cenkalti/backoff/v5", "v5.0.3", ".", "^TestTicker$"},
}

func main() {
	schedules := lab.Count("determinism", "schedules", 1000)
	same, err := check(schedules)
	if err != nil {
		fmt.Fprintln(os.Stderr, "determinism:", err)
		os.Exit(2)
	}
	if !same {
		os.Exit(1)
	}
}

// check runs that many schedules of each test twice, and reports whether all were the same.
func check(schedules int) (same bool, err error) {
	l, err := lab.Open()
	if err != nil {
		return false, err
	}
	defer l.Close()
	examples, err := l.Copy(filepath.Join(l.Root, "examples"), "examples")
	if err != nil {
		return false, err
	}
	stop := lab.KeepBusy()
	defer stop()

	c := checker{lab: l, schedules: schedules}
	if err := c.check(examples, "./...", "", nil); err != nil {
		return false, err
	}
	for _, s := range subjects {
		dir, err := l.Module(s.module, s.version)
		if err != nil {
			return false, err
		}
		if err := c.check(dir, "./"+s.pkg, s.tests, []string{"GOFLAGS=-mod=mod"}); err != nil {
			return false, err
		}
	}
	fmt.Printf("%d of %d tests did the same in %d of %d runs\n", c.same, c.tests, schedules, schedules)
	return c.same == c.tests, nil
}

// A checker counts the tests that were the same.
type checker struct {
	lab         *lab.Lab
	schedules   int
	calls       int
	tests, same int
}

// check runs tests of packages in dir, all of them if tests is empty, and prints a line for each.
func (c *checker) check(dir, packages, tests string, env []string) error {
	c.calls++
	env = append(env, "GOMAXPROCS="+[]string{"1", "4"}[c.calls%2])
	file := filepath.Join(c.lab.Dir, "report.json")
	r, err := lab.Run(dir, env, c.lab.Clew, "test", "-check-determinism", "-isolate", fmt.Sprintf("-schedules=%d", c.schedules),
		"-time=1h", "-report="+file, "-run="+tests, packages)
	if err != nil {
		return err
	}
	report, err := lab.ReadReport(file)
	if err != nil || len(report.Tests) == 0 {
		return fmt.Errorf("clew test in %s: %v\n%s%s", dir, err, r.Stdout, r.Stderr)
	}
	differs := false
	for _, t := range report.Tests {
		c.tests++
		same := t.Schedules
		if len(t.Findings) > 0 {
			same--
			differs = true
		}
		want := c.schedules
		if t.Threads == 1 {
			want = min(want, t.Schedules) // all do the same
		}
		fmt.Printf("%-52s %-60s %d of %d\n", t.Package, t.Test, same, want)
		if same == want {
			c.same++
		}
	}
	if differs {
		fmt.Print(r.Stdout)
	}
	return nil
}
