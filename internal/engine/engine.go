package engine

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/source"
)

// Exit codes of a coordinator.
const (
	exitFound       = 1
	exitBroken      = 2
	exitClew        = 3
	exitInterrupted = 130
)

// A Config says which test binary to run, and how.
type Config struct {
	Options Options
	Binary  string
	Args    []string // for the binary: -test.* flags and the user's own
	Dir     string   // the package's folder, absolute
	Env     []string
	Stdout  io.Writer // what go test reads
	Stderr  io.Writer // lines in clew's own name

	wall time.Duration // least real time for a run without a step; 0 for leastWall
}

// engine is the coordinator of one test binary.
type engine struct {
	options     Options
	binary, dir string
	base        string // folder that paths are relative to; empty for absolute ones
	module      string // folder of the module, empty if unknown
	env         []string
	args, files []string // of a program
	stdout      io.Writer
	stderr      io.Writer
	temp        string
	flags       testFlags
	out         *output
	pool        *pool
	progress    *progressFile
	coverage    coverage
	sources     *source.Finder
	wall        time.Duration
	clock       int64     // start of virtual time in all runs, Unix nanoseconds
	procs       string    // GOMAXPROCS and the number of CPUs that tests see, as in schedule.Schedule
	deadline    time.Time // of -test.timeout; zero for none
	result      *report.Package
	told        []*testRun // tests that were printed
	made        int        // tests so far
	plains      []batch    // the plain runs so far, in the main worker
	greeted     bool       // the main worker's setup was printed

	mu sync.Mutex // for what lanes share: sources, result.Broken, stderr
}

// Run runs the tests of a binary through many schedules, prints what go test expects of a test binary, saves
// the result in the session and returns the exit code. The end of ctx stops it at once; what was found is kept.
func Run(ctx context.Context, c Config) int {
	e, err := newEngine(c)
	if err != nil {
		fmt.Fprintf(c.Stderr, "clew: %s\n", oneLine(err.Error()))
		return exitClew
	}
	defer e.close()
	if e.flags.plain {
		return e.plainly(ctx, c.Args)
	}
	if bad := e.flags.badCPU(); bad != "" {
		fmt.Fprintln(c.Stderr, bad)
		return exitBroken
	}
	code := e.runPackage(ctx)
	e.result.ElapsedMS = time.Since(time.Unix(0, e.clock)).Milliseconds()
	if err := e.save(); err != nil {
		e.say("cannot save the result: %v", err)
		return exitClew
	}
	return code
}

func newEngine(c Config) (*engine, error) {
	temp, err := os.MkdirTemp("", "clew-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a temporary folder: %w", err)
	}
	e := &engine{options: c.Options, binary: c.Binary, dir: c.Dir, base: c.Options.Dir, env: c.Env,
		wall: c.wall, stdout: c.Stdout, stderr: c.Stderr, temp: temp, clock: time.Now().UnixNano()}
	if e.wall == 0 {
		e.wall = leastWall
	}
	e.module = moduleRoot(e.dir)
	e.sources = source.NewFinder()
	e.flags = parseTestFlags(c.Args, c.Dir)
	e.out = &output{w: c.Stdout, verbose: e.flags.verbose, marker: e.flags.marker()}
	e.pool = &pool{e: e, covers: map[*worker]string{}}
	if e.flags.timeout > 0 {
		e.deadline = time.Now().Add(e.flags.timeout)
	}
	e.result = &report.Package{Version: report.Version, Go: c.Options.Go, Package: filepath.Base(c.Binary), Tests: []report.Test{}}
	if info, err := buildinfo.ReadFile(c.Binary); err == nil {
		e.result.Package, e.result.Go = strings.TrimSuffix(info.Path, ".test"), info.GoVersion
	}
	e.progress = newProgressFile(c.Options.Session, e.result.Package)
	return e, nil
}

// close leaves nothing behind.
func (e *engine) close() {
	e.pool.killAll()
	e.progress.remove()
	os.RemoveAll(e.temp)
}

func (e *engine) save() error {
	if e.options.Session == "" {
		return nil
	}
	return e.result.Save(e.options.Session)
}

// runPackage runs all rounds of all tests, and prints the last word.
func (e *engine) runPackage(ctx context.Context) int {
	ran, err := e.rounds(ctx)
	slices.SortFunc(e.told, func(a, b *testRun) int { return a.number - b.number })
	for _, t := range e.told {
		e.result.Tests = append(e.result.Tests, t.result)
	}
	var early *errEndedEarly
	switch {
	case errors.As(err, &early):
		return e.endedEarly(early)
	case ctx.Err() != nil:
		return e.interrupted()
	case err != nil:
		return e.failed(err)
	}
	code := e.finish(ctx, ran)
	if code == 0 && e.flags.after != nil {
		return e.plainly(ctx, e.flags.after)
	}
	return code
}

// rounds runs the tests as often as -test.count and -test.cpu say. It returns how many tests there were.
func (e *engine) rounds(ctx context.Context) (ran int, err error) {
	round := 0
	for _, cpu := range e.flags.cpus {
		if cpu != e.pool.cpu {
			e.pool.endAll(ctx)
			e.pool.cpu = cpu
		}
		for range e.flags.count {
			n, err := e.round(ctx, round)
			ran += n
			if err != nil || e.flags.failfast && e.result.Failed {
				return ran, err
			}
			round++
		}
	}
	return ran, nil
}

// round runs every test once.
func (e *engine) round(ctx context.Context, round int) (ran int, err error) {
	tests, err := e.list(ctx)
	if err != nil {
		return 0, err
	}
	if round == 0 {
		e.strangers(tests)
	}
	var open []*testRun
	for i, id := range tests {
		if !e.deadline.IsZero() && time.Now().After(e.deadline) {
			e.say("tests timed out after %v (-timeout), %d of %d did not run", e.flags.timeout, len(tests)-i, len(tests))
			e.result.Failed = true
			break
		}
		t := e.newTest(id, round)
		e.out.begin(id.Name)
		err := t.begin(ctx)
		if err == nil && t.open() {
			open = append(open, t)
		} else if err = e.conclude(ctx, t, err); err != nil {
			return ran, e.search(ctx, open, err)
		}
		ran++
		if e.flags.failfast {
			if err := e.search(ctx, open, nil); err != nil || e.result.Failed {
				return ran, err
			}
			open = nil
		}
	}
	return ran, e.search(ctx, open, nil)
}

// conclude ends a test and prints it, if there is anything to tell.
func (e *engine) conclude(ctx context.Context, t *testRun, err error) error {
	worth, err := t.finish(ctx, err)
	if worth {
		t.print()
	}
	return err
}

// search searches the schedules of tests. Those that may meet outside of their processes are kept apart, one after the other.
// After an error nothing is searched; what was found is told.
func (e *engine) search(ctx context.Context, tests []*testRun, err error) error {
	var private, others []*testRun
	for _, t := range tests {
		if t.private() {
			private = append(private, t)
		} else {
			others = append(others, t)
		}
	}
	err = e.newShare(private, e.mostWorkers()).run(ctx, err)
	return e.newShare(others, 1).run(ctx, err)
}

// list asks the main worker for the tests, and prints what its TestMain said before.
func (e *engine) list(ctx context.Context) ([]testID, error) {
	w, err := e.pool.worker(ctx, 0)
	if err != nil {
		return nil, err
	}
	e.procs = w.procs
	if !e.greeted {
		e.greeted = true
		io.WriteString(e.stdout, w.setup)
		if e.flags.shuffle != "" {
			fmt.Fprintln(e.stdout, "-test.shuffle", e.flags.shuffle)
		}
	}
	return w.list(ctx)
}

// mostWorkers is the largest number of workers that search.
func (e *engine) mostWorkers() int {
	if e.options.Workers == 0 {
		return cores()
	}
	return e.options.Workers
}

// workers is how many may search now: where nobody says a number, packages that are tested at the same time share the cores.
func (e *engine) workers() int {
	if e.options.Workers == 0 {
		return max(1, cores()/max(1, e.progress.shown()))
	}
	return e.options.Workers
}

// plainLimit is how long the plain run of a test may take without a step, and one without control at all.
func (e *engine) plainLimit() time.Duration {
	if e.deadline.IsZero() {
		return plainFactor * e.wall
	}
	return max(time.Second, time.Until(e.deadline))
}
