package cli

import (
	"flag"
	"fmt"
	"time"

	"github.com/goclew/clew/internal/engine"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/toolchain"
)

// runTest is clew test: go test, with every test run under many schedules.
func runTest(ctx *Context, args []string) int {
	opts := newOptions()
	fs := newFlags("test")
	opts.Flags(fs)
	reportFile, junit := fs.String("report", "", ""), fs.String("junit", "", "")
	annotate := "auto"
	fs.Var(engine.Choice(&annotate, append([]string{"auto", "off"}, report.Services...)), "annotate", "")
	user, err := toolchain.Split(args, fs)
	if err != nil {
		return ctx.Fail(err)
	}
	fs.Visit(func(f *flag.Flag) { opts.Given = append(opts.Given, f.Name) })
	if err := opts.Contradiction(); err != nil {
		return ctx.Fail(usagef("%v", err))
	}
	d, err := newDelivery(ctx, *reportFile, *junit, annotate, toolchain.HasFlag(user, "json"))
	if err != nil {
		return ctx.Fail(err)
	}
	code, err := search(ctx, opts, user, d)
	if err != nil {
		return ctx.Fail(err)
	}
	return code
}

// search runs go test with the user's arguments under clew, and then sums up. It returns the exit code;
// the error says why there was nothing to run.
func search(ctx *Context, opts *engine.Options, user []string, d *delivery) (int, error) {
	began := time.Now()
	run, err := prepare(ctx, inDir(ctx, toolchain.Chdir(user)))
	if err != nil {
		return 0, err
	}
	s, err := newSession()
	if err != nil {
		return 0, err
	}
	defer s.remove()
	opts.Session, opts.Dir = s.dir, run.overlay.Twin(ctx.Dir)
	flags, err := toolchain.TestArgs(run.overlay, run.command(opts), user)
	if err != nil {
		return 0, err
	}
	if toolchain.HasFlag(user, "race") {
		fmt.Fprintln(ctx.Stderr, "clew: -race has no effect: clew looks for data races by itself")
	}
	p := startProgress(ctx, s)
	stdout, stderr := d.watch(p.around(ctx.Stdout)), p.around(ctx.Stderr)
	result, err := runGo(run.overlay.GoBin, append([]string{"test"}, flags...), ctx.Dir, run.environ(ctx), stdout, stderr)
	p.stop()
	if err != nil {
		return 0, err
	}
	code, err := conclude(s, result, began, silent(user), d)
	if code == exitUsage && err == nil {
		err = run.blame(ctx)
	}
	return code, err
}

// silent reports whether go test prints nothing of tests that pass.
func silent(user []string) bool {
	return !toolchain.HasFlag(user, "v") && !toolchain.HasFlag(user, "json")
}

const testUsage = `usage: clew test [clew's flags] [go test's flags] [packages] [-args ...]

Runs tests as go test does, each of them under many schedules: orders in which its threads
(goroutines) take their turns. A schedule that breaks a test is reported, saved below testdata/clew
(for packages of Go itself and of the module cache, in clew's cache folder), and tried first from then
on. A test's body runs as often as schedules are tried.

  -schedules N      schedules to try for each test (1000)
  -time D           time to spend on each test, whichever is used up first (5s); a test that
                    showed nothing new for 100 schedules leaves what it will not need to
                    tests of the package that still do
  -sure P           end a search early once the chance that another schedule shows a new class of orders is
                    below P, at the upper end of its 95 % interval, for each strategy (0.1%; 0: never)
  -strategy S       how the next thread is chosen: random, pct, pos, urw, surw, rff, or auto: these in turn,
                    more often those that show something new (auto)
  -seed N           what all choices derive from; the same seed repeats a whole clew test (1)
  -steps N          steps after which a run counts as a livelock (1000000, or 10 times as many
                    as the plain run takes, whichever is more); a test whose plain run takes more
                    (20000000, or 10s and more than 1000000) is run once without control
  -leaks L          a thread that is stuck when the test has ended, in some schedules only:
                    fail, note or off (fail)
  -points P         accesses to memory at which threads may take turns, as they may at
                    synchronisation: those known to race (auto), none (sync) or all (memory) (auto)
  -slow D           hold threads back for up to D in a run, in whole milliseconds, past sleeps and timers
                    that the test may rely upon, in the last quarter of its schedules; 0 for never,
                    100ms to hunt (10ms)
  -race-ignore FUNC leave out data races with a function in their stacks: its full name, as
                    example.com/bank.(*Account).Deposit, in which * stands for any text; may be
                    given more than once
  -workers N        processes at work for each test binary; 0 for one a core (0)
  -check-determinism  in place of the search, run each schedule twice, some of them in processes of
                    their own, too, and compare the steps and the output: where they differ, the
                    test depends on something that clew does not control, which is a finding
  -prove            in place of a search by lot, run one order of each class of orders until none is
                    left: then the test is proved to pass in all of them; -time is the limit, and -schedules, -slow,
                    -strategy and -sure cannot be used
  -isolate          run each schedule in a process of its own: for tests that leave something
                    behind in theirs (package variables, goroutines started once and for all)
  -report FILE      write a report as JSON
  -junit FILE       write a report as JUnit XML
  -annotate S       mark findings in the source, by lines that a CI service reads: github, azure
                    or teamcity; the one that the environment tells of, but not with -json
                    (auto), or none (off) (auto)

Flags of go test mean what they always mean, but for -timeout, which is off unless given, and
-race, which has no effect: clew looks for data races by itself. -exec, -overlay, -fuzz, -asan and
-msan cannot be used. A run that takes no step for 10s of real time ends as a livelock, the first
one of a test after 1m and if it does not end without control either.

In reports, main is the test's own thread, main/2 the second thread that it started, and mutex#1
the first mutex that the run used.

Ctrl-C stops at once and keeps what was found.

Exit codes: 0 nothing found, 1 a finding, a failing test, or interrupted, 2 wrong usage or code that
does not build, 3 clew itself failed.
`
