package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mean returns the mean of numbers, of which there is at least one.
func mean(numbers []int) float64 {
	sum := 0.0
	for _, n := range numbers {
		sum += float64(n)
	}
	return sum / float64(len(numbers))
}

// deviation returns the standard deviation of what numbers are a sample of, 0 for a single one.
func deviation(numbers []int) float64 {
	if len(numbers) < 2 {
		return 0
	}
	m, sum := mean(numbers), 0.0
	for _, n := range numbers {
		sum += (float64(n) - m) * (float64(n) - m)
	}
	return math.Sqrt(sum / float64(len(numbers)-1))
}

// geometricMean returns the geometric mean of numbers above 0, of which there is at least one.
func geometricMean(numbers []float64) float64 {
	sum := 0.0
	for _, n := range numbers {
		sum += math.Log(n)
	}
	return math.Exp(sum / float64(len(numbers)))
}

// short writes a number with three digits that count.
func short(x float64) string {
	switch {
	case x < 10:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 100:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 0, 64)
}

// cell says what trials found: mean and deviation, and how many of them found it if not all did.
func cell(found []int, trials int) string {
	if len(found) == 0 {
		return "none"
	}
	text := short(mean(found)) + " ± " + short(deviation(found))
	if len(found) < trials {
		text += fmt.Sprintf(" (%d of %d)", len(found), trials)
	}
	return text
}

// in returns the programs of a set, those of common for core, too.
func in(programs []program, s set) []program {
	return slices.DeleteFunc(slices.Clone(programs), func(p program) bool { return p.set < s })
}

// sum sums up what was measured of a strategy. A search in vain counts with all its schedules: the bug would have taken more.
func (m *measurement) sum(strategy string) sum {
	r := m.results[strategy]
	found, vain := 0, 0
	for _, p := range in(m.programs, core) {
		if len(r.found[p.name]) > 0 {
			found++
		}
	}
	var means []float64
	for _, p := range in(m.programs, common) {
		tries := slices.Clone(r.found[p.name])
		for len(tries) < p.trials(m.trials) {
			tries = append(tries, p.schedules(m.schedules))
			vain++
		}
		means = append(means, mean(tries))
	}
	s := sum{strategy: "clew " + strategy, found: of(found, len(in(m.programs, core)), len(in(programs, core)))}
	if len(means) > 0 {
		s.mean = of(short(geometricMean(means)), len(means), len(in(programs, common)))
	}
	if vain > 0 {
		s.mean = fmt.Sprintf("more than %s; searches in vain: %d", s.mean, vain)
	}
	return s
}

// of adds to a figure how many programs it is of, where that is not all.
func of(figure any, programs, all int) string {
	if programs < all {
		return fmt.Sprintf("%v (of %d)", figure, programs)
	}
	return fmt.Sprint(figure)
}

// document writes the page with all tables.
func (m *measurement) document() string {
	var b strings.Builder
	fmt.Fprintf(&b, opening, m.trials, cmp.Or(m.twins, m.trials), m.schedules, strings.Join(m.strategies, ","), m.chosen(), m.release, strings.Join(names(in(programs, common)), ", "))
	row(&b, "strategy", "found of 38", "geometric mean of 26", "correct twins reported")
	row(&b, "---", "---", "---", "---")
	for _, s := range m.strategies {
		s, r := m.sum(s), m.results[s]
		row(&b, s.strategy, s.found, s.mean, fmt.Sprintf("%d of %d, in %d schedules", len(r.reported), r.twins, r.tried))
	}
	for _, s := range sums {
		row(&b, s.strategy+", published", s.found, s.mean, "")
	}
	fmt.Fprint(&b, between)
	head, rule := []string{"program", "threads"}, []string{"---", "---:"}
	for _, s := range m.strategies {
		head, rule = append(head, "clew "+s), append(rule, "---:")
	}
	for _, s := range published {
		head, rule = append(head, s), append(rule, "---:")
	}
	row(&b, head...)
	row(&b, rule...)
	for _, p := range m.programs {
		m.programRow(&b, p)
	}
	return b.String()
}

// chosen is the flag with which the programs were chosen; empty for all.
func (o *options) chosen() string {
	if o.match == "" {
		return ""
	}
	return " -programs '" + o.match + "'"
}

func (m *measurement) programRow(b *strings.Builder, p program) {
	name := p.name
	if p.budget > 1 {
		name += fmt.Sprintf(" (%d × %d schedules)", p.trials(m.trials), p.schedules(m.schedules))
	}
	cells := []string{name, strconv.Itoa(p.threads)}
	for _, s := range m.strategies {
		cells = append(cells, cell(m.results[s].found[p.name], p.trials(m.trials)))
	}
	for _, s := range published {
		cells = append(cells, p.published[s])
	}
	row(b, cells...)
}

// row writes a line of a table.
func row(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

const opening = `# SCTBench and ConVul

How many schedules it takes to find a bug, on the programs that research on concurrency testing is measured with. Written by

    go run ./bench/sctbench -trials %d -twins %d -schedules %d -strategies %s%s -o docs/sctbench.md

Each trial has a seed of its own: 1, 2, 3 and so on. The release is %s. The programs are in bench/sctbench/programs, written anew in Go from what the
originals mean. Each has a correct twin, which is searched beside it in the first trials, as many as -twins says.

**What compares.** Strategies of clew compare with each other: they had the same programs and seeds. Published figures are of the
original C and C++ programs under other tools, and show the size of things, not more. Threads and shared variables are the originals', but
a thread that starts, a lock, a join are not the same number of scheduling points everywhere, accesses to private memory are none
here, and some original sizes (of qsort_mt, say) are not known. Programs may be easier here where the original takes more steps to set things up,
and harder where it takes fewer. Shared variables are values of sync/atomic here, so that what counts is the failed check and not the
data race, which clew tells after the first run.

**What is counted.** The number of the first schedule that fails, the plain order being the first: its mean and standard deviation over
those trials that found one, and how many these are if not all. Published figures are means; a star says that some trials found nothing.

**The sums.** 38 programs are those that the papers on RFF and SURW take from SCTBench and ConVul, as far as we could find out; a program
is found if one trial finds it. Which 26 the published geometric mean is of is not said where we read it. We take these: %s.

`

const between = `
In the geometric mean a search in vain counts with all its schedules, so that it is a lower bound then. SafeStack and what is below it are in
neither sum. SafeStack and qsort_mt have more schedules than the others, and SafeStack, which takes long, has fewer trials.

`
