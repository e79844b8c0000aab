package engine

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options are what a user can say about the search. clew test takes them as flags and hands them to
// clew exec, which is why a flag is defined here, once.
type Options struct {
	Schedules int           // schedules a test, at most; from 1
	Time      time.Duration // time a test, at most; more than 0
	Strategy  string        // "auto" or one of strategies
	Seed      uint64        // all choices of a clew test derive from it
	Steps     int64         // steps a run, at most; 0 for what the plain run suggests (see stepsFor)
	Leaks     string        // "fail", "note" or "off"
	Workers   int           // worker processes, at most; 0 for one a core
	Slow      time.Duration // delays in a run, at most, in whole milliseconds; 0 for none
	Sure      float64       // end a search once this is, in percent, the most that one more schedule is likely to be new; 0 for never
	Points    string        // accesses to memory that are scheduling points: "auto", "sync" or "memory"

	Prove            bool     // run one order of each class, in place of a search by lot
	Isolate          bool     // each schedule has a process of its own
	CheckDeterminism bool     // run schedules twice and compare, in place of the search
	RaceIgnore       patterns // functions whose races are not told

	Given words // names of the flags that the user gave; nil for none

	// These are for clew exec alone; clew test sets them.
	Overlay string // hash that a worker must say hello with
	Session string // folder for results and progress; empty for none
	Go      string // version of the toolchain, "go1.26.8"
	Dir     string // folder that paths in reports are relative to; empty for absolute ones
	Refuges string // folder for schedules that are not kept beside their tests; empty for one for temporary files
	Foreign string // list of folders whose packages are not the user's to change; empty for none
}

// Default returns the options that hold when no flag is given.
func Default() Options {
	return Options{Schedules: 1000, Time: 5 * time.Second, Strategy: "auto", Seed: 1,
		Slow: 10 * time.Millisecond, Leaks: "fail", Points: "auto", Sure: 0.1}
}

// Flags registers the flags of clew test. Options that are still zero get their defaults.
func (o *Options) Flags(fs *flag.FlagSet) {
	if o.Schedules == 0 {
		own := *o
		*o = Default()
		o.Overlay, o.Session, o.Go, o.Dir = own.Overlay, own.Session, own.Go, own.Dir
		o.Refuges, o.Foreign = own.Refuges, own.Foreign
	}
	fs.Var(number{&o.Schedules, 1}, "schedules", "try at most `N` schedules a test")
	fs.Var(duration{&o.Time, time.Nanosecond}, "time", "spend at most `D` on a test")
	fs.Var(choice{&o.Strategy, append([]string{"auto"}, strategies...)}, "strategy",
		"choose the next thread by `S`: auto, "+strings.Join(strategies, ", "))
	fs.Uint64Var(&o.Seed, "seed", o.Seed, "derive all choices from `N`")
	fs.Var(number64{&o.Steps, 0}, "steps", "end a run after `N` steps (0: 1,000,000, or 10 times the plain run's)")
	fs.Var(choice{&o.Leaks, []string{"fail", "note", "off"}}, "leaks",
		"what a leak that only some schedules show is: fail, note or off")
	fs.Var(number{&o.Workers, 0}, "workers", "use at most `N` processes a test binary (0: one a core)")
	fs.Var(percent{&o.Sure}, "sure", "end a search once another schedule is new with a chance below `P`, as 0.1% (0: never)")
	fs.Var(choice{&o.Points, []string{"auto", "sync", "memory"}}, "points",
		"accesses to memory that are scheduling points: auto, sync or memory")
	fs.Var(milliseconds{&o.Slow}, "slow", "hold threads back for at most `D` in a run (0: for no time)")
	fs.BoolVar(&o.Prove, "prove", o.Prove, "try each class of interleavings once, until there is none left or -time is over")
	fs.BoolVar(&o.Isolate, "isolate", o.Isolate, "run each schedule in a process of its own")
	fs.BoolVar(&o.CheckDeterminism, "check-determinism", o.CheckDeterminism, "run each schedule twice and compare the steps")
	fs.Var(&o.RaceIgnore, "race-ignore", "do not tell data races with `FUNC` in a stack")
}

// ProgramFlags registers the flags of clew run. Their defaults are what the options hold.
func (o *Options) ProgramFlags(fs *flag.FlagSet) {
	fs.Var(number{&o.Schedules, 1}, "schedules", "try `N` schedules")
	fs.Var(duration{&o.Time, time.Nanosecond}, "time", "spend at most `D` on them")
	fs.Var(choice{&o.Strategy, append([]string{"auto"}, strategies...)}, "strategy", "choose the next thread by `S`")
	fs.Uint64Var(&o.Seed, "seed", o.Seed, "derive all choices from `N`")
}

// ExecFlags registers the flags of clew exec: those of clew test and what it hands on.
func (o *Options) ExecFlags(fs *flag.FlagSet) {
	o.Flags(fs)
	fs.StringVar(&o.Overlay, "overlay", o.Overlay, "hash of the overlay that the binary was built with")
	fs.StringVar(&o.Session, "session", o.Session, "`folder` for results")
	fs.StringVar(&o.Go, "go", o.Go, "version of the toolchain")
	fs.StringVar(&o.Dir, "dir", o.Dir, "`folder` that paths are relative to")
	fs.StringVar(&o.Refuges, "refuges", o.Refuges, "`folder` for schedules that are not kept beside their tests")
	fs.Var(&o.Given, "given", "`names` of the flags that the user gave")
	fs.StringVar(&o.Foreign, "foreign", o.Foreign, "`folders` whose packages are not the user's to change")
}

// Contradiction returns what is wrong with flags that the user gave together, nil if nothing is.
func (o *Options) Contradiction() error {
	if !o.Prove {
		return nil
	}
	for _, c := range []struct{ flag, why string }{
		{"strategy", "a proof runs one order of each class, and draws none by lot"},
		{"sure", "a proof ends when there is no class left"},
		{"schedules", "a proof runs one order of each class; -time is its limit"},
	} {
		if o.given(c.flag) {
			return fmt.Errorf("-prove and -%s contradict each other: %s", c.flag, c.why)
		}
	}
	switch {
	case o.Slow > 0 && o.given("slow"):
		return errors.New("-prove and -slow contradict each other: a proof holds no thread back")
	case o.Isolate:
		return errors.New("-prove and -isolate contradict each other: the runs of a proof follow from those before them in their process")
	case o.CheckDeterminism:
		return errors.New("-prove and -check-determinism contradict each other: each takes the place of the search")
	}
	return nil
}

// Args returns the options as flags for clew exec.
func (o *Options) Args() []string {
	args := []string{
		"-overlay=" + o.Overlay,
		"-schedules=" + strconv.Itoa(o.Schedules),
		"-time=" + o.Time.String(),
		"-strategy=" + o.Strategy,
		"-seed=" + strconv.FormatUint(o.Seed, 10),
		"-steps=" + strconv.FormatInt(o.Steps, 10),
		"-leaks=" + o.Leaks,
		"-workers=" + strconv.Itoa(o.Workers),
		"-sure=" + text(&o.Sure) + "%",
		"-points=" + o.Points,
		"-slow=" + o.Slow.String(),
	}
	if o.Prove {
		args = append(args, "-prove")
	}
	if o.Isolate {
		args = append(args, "-isolate")
	}
	if o.CheckDeterminism {
		args = append(args, "-check-determinism")
	}
	for _, p := range o.RaceIgnore {
		args = append(args, "-race-ignore="+p)
	}
	for _, f := range [][2]string{{"session", o.Session}, {"go", o.Go}, {"dir", o.Dir}, {"refuges", o.Refuges}, {"foreign", o.Foreign}, {"given", o.Given.String()}} {
		if f[1] != "" {
			args = append(args, "-"+f[0]+"="+f[1])
		}
	}
	return args
}

// number is a flag's whole number with a least value.
type number struct {
	value *int
	least int
}

func (n number) String() string { return text(n.value) }

func (n number) Set(s string) error {
	v, err := strconv.Atoi(s)
	if err != nil || v < n.least {
		return fmt.Errorf("want a whole number from %d", n.least)
	}
	*n.value = v
	return nil
}

type number64 struct {
	value *int64
	least int64
}

func (n number64) String() string { return text(n.value) }

func (n number64) Set(s string) error {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < n.least {
		return fmt.Errorf("want a whole number from %d", n.least)
	}
	*n.value = v
	return nil
}

// percent is a flag's part of a hundred.
type percent struct{ value *float64 }

func (p percent) String() string { return text(p.value) }

func (p percent) Set(s string) error {
	number, sign := strings.CutSuffix(s, "%")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !sign && v != 0 || !(v >= 0 && v <= 100) {
		return fmt.Errorf("want a percentage, as 0.1%%, or 0")
	}
	*p.value = v
	return nil
}

// duration is a flag's time span with a least value.
type duration struct {
	value *time.Duration
	least time.Duration
}

func (d duration) String() string { return text(d.value) }

func (d duration) Set(s string) error {
	v, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return fmt.Errorf("want a time with its unit, as 500ms, 10s or 2m")
	case v < d.least && d.least > 0:
		return fmt.Errorf("want a time above 0")
	case v < d.least:
		return fmt.Errorf("want a time from 0")
	}
	*d.value = v
	return nil
}

// milliseconds is a flag's time span in whole milliseconds, from 0.
type milliseconds struct{ value *time.Duration }

func (m milliseconds) String() string { return text(m.value) }

func (m milliseconds) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 || v%time.Millisecond != 0 || v > mostSlow {
		return fmt.Errorf("want 0 or a whole number of milliseconds up to %v, as 10ms", mostSlow)
	}
	*m.value = v
	return nil
}

// mostSlow is the most that threads may be held back in a run. Timeouts of a second are meant to be generous.
const mostSlow = time.Minute

// choice is a flag that takes one of a few words.
type choice struct {
	value   *string
	allowed []string
}

// Choice returns a flag's value that is one of a few words.
func Choice(value *string, allowed []string) flag.Value { return choice{value, allowed} }

func (c choice) String() string { return text(c.value) }

func (c choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("want %s", strings.Join(c.allowed, " or "))
	}
	*c.value = s
	return nil
}

// patterns is a flag that may be given more than once: full names of functions, in which * stands for any text.
type patterns []string

func (p *patterns) String() string { return strings.Join(*p, " ") }

func (p *patterns) Set(s string) error {
	if !strings.ContainsAny(s, ".*") || strings.ContainsAny(s, " \t\n") {
		return fmt.Errorf("want a function's full name, as example.com/bank.(*Account).Deposit, in which * stands for any text")
	}
	*p = append(*p, s)
	return nil
}

// words is a flag that is a list, with commas in between.
type words []string

func (w *words) String() string { return strings.Join(*w, ",") }

func (w *words) Set(s string) error {
	*w = strings.Split(s, ",")
	return nil
}

// match reports whether a name fits one of the patterns.
func (p patterns) match(name string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool { return fits(name, pattern) })
}

// fits reports whether a name fits a pattern in which * stands for any text.
func fits(name, pattern string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	name, ok := strings.CutPrefix(name, first)
	if !ok || !star {
		return ok && name == ""
	}
	for i := range len(name) + 1 {
		if fits(name[i:], rest) {
			return true
		}
	}
	return false
}

// text shows a flag's value; the flag package also asks zero flags for theirs.
func text[T any](value *T) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(*value)
}
