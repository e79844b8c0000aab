// Sctbench measures how many schedules clew needs to find the bugs that research on concurrency testing is measured with (see package
// programs), and writes a table of them beside the published figures.
//
//	go run ./bench/sctbench [-trials 20] [-twins N] [-schedules 10000] [-strategies random,pct,…] [-programs REGEXP] [-parallel N] [-keep FILE] [-o FILE]
//
// A trial is one clew test of all programs and their correct twins, with a seed of its own: 1, 2, 3 and so on. It ends for a
// program with its first finding, whose number among the schedules is what counts; twins are tried with as many schedules, in the first
// N trials (all if N is 0): that takes most of the time. Trials run
// beside each other, each with one worker and in a folder of its own, from which what clew saved is removed before the next one. The
// published figures are of 20 trials of 10,000 schedules (a million for SafeStack). The table is docs/sctbench.md, which says
// how it was made.
//
// The exit code is 1 if a twin was reported or clew found what is not there to be found, such as a data race, and 2 for
// wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
)

// Options are what the command line says.
type options struct {
	trials, schedules, parallel int
	twins                       int // trials that twins are in; 0 for all
	strategies                  []string
	programs                    []program
	match                       string // what their names match; empty for all
	file                        string // that keeps trials, see keep; empty for none
	out                         string // empty for standard output
}

// A usageError is the user's mistake.
type usageError struct{ error }

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sctbench:", err)
	}
	var usage usageError
	switch {
	case errors.As(err, &usage):
		os.Exit(2)
	case err != nil:
		os.Exit(1)
	}
}

// run measures what args ask for. It writes the table to stdout, if not to a file, and what is being done to progress.
func run(args []string, stdout, progress io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	m, err := measure(o, progress)
	if err != nil {
		return err
	}
	if o.out == "" {
		fmt.Fprint(stdout, m.document())
	} else if err := os.WriteFile(o.out, []byte(m.document()), 0o644); err != nil {
		return err
	}
	if wrong := m.wrong(); len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return nil
}

// parse reads the command line.
func parse(args []string) (*options, error) {
	o := &options{}
	var strategies string
	fs := flag.NewFlagSet("sctbench", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // what Parse returns says it all
	fs.IntVar(&o.trials, "trials", 20, "search each program `N` times")
	fs.IntVar(&o.twins, "twins", 0, "search the correct twins in the first `N` trials; 0 for all")
	fs.IntVar(&o.schedules, "schedules", 10000, "try at most `N` schedules a program and trial; some programs have a larger budget")
	fs.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "run `N` trials beside each other")
	fs.StringVar(&strategies, "strategies", "random,pct,pos,urw,surw,rff,auto", "measure these, a `list` with commas, of what clew test -strategy takes")
	fs.StringVar(&o.match, "programs", "", "measure only programs whose names match `REGEXP`")
	fs.StringVar(&o.file, "keep", "", "keep each trial in `FILE`, and run none that it has already")
	fs.StringVar(&o.out, "o", "", "write the table to `FILE`")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fs.SetOutput(os.Stdout)
			fs.Usage()
			return nil, err
		}
		return nil, usageError{err}
	}
	for flag, n := range map[string]int{"trials": o.trials, "schedules": o.schedules, "parallel": o.parallel} {
		if n < 1 {
			return nil, usageError{fmt.Errorf("invalid value %d for -%s: want a whole number from 1", n, flag)}
		}
	}
	if o.twins < 0 {
		return nil, usageError{fmt.Errorf("invalid value %d for -twins: want a whole number from 0", o.twins)}
	}
	if fs.NArg() > 0 {
		return nil, usageError{fmt.Errorf("unexpected argument %q", fs.Arg(0))}
	}
	o.strategies = strings.Split(strategies, ",")
	re, err := regexp.Compile(o.match)
	if err != nil {
		return nil, usageError{fmt.Errorf("invalid value %q for -programs: %v", o.match, err)}
	}
	for _, p := range programs {
		if re.MatchString(p.name) {
			o.programs = append(o.programs, p)
		}
	}
	if len(o.programs) == 0 {
		return nil, usageError{fmt.Errorf("no program matches %q: want one of %s", o.match, strings.Join(names(programs), ", "))}
	}
	return o, nil
}

// names returns the programs' names.
func names(programs []program) []string {
	var all []string
	for _, p := range programs {
		all = append(all, p.name)
	}
	return all
}
