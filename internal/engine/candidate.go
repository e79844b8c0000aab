package engine

import (
	"slices"
	"strconv"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A candidate is a run that broke something, before it is confirmed.
type candidate struct {
	test      testID
	kind      string
	message   string
	origin    schedule.Origin
	clock     int64
	procs     string // as in batch
	saved     string // path of the saved schedule that led to it; empty if the search did
	steps     uint64
	output    string
	stack     []crashFrame
	outside   bool
	races     []string // keys of the races that the run told, in order
	points    []string // as in batch
	died      bool     // its process ended
	uncounted bool     // it did so in the middle of the run, and did not count it
	hung      bool     // the wall-clock watchdog ended it: each replay takes as long
	cut       bool     // its budget was spent
	external  bool     // ended by a signal that may have come from outside
}

// candidateOf returns what a batch found, nil for nothing.
func candidateOf(b batch, out *outcome) *candidate {
	c := &candidate{test: b.test, clock: b.clock, procs: b.procs, steps: out.steps, output: out.output, points: b.points,
		origin: schedule.Origin{Seed: b.seed, Index: out.index, Slow: b.drawn()}}
	c.cut = out.done != nil && (out.done.long() || out.finding != nil && out.finding.Kind == "livelock")
	for _, r := range out.races {
		c.races = append(c.races, r.Key)
	}
	switch {
	case out.death != nil && out.death.exited && b.test.Name == schedule.Program:
		return nil // a program may
	case out.death != nil:
		c.kind, c.message, c.stack = out.death.kind, out.death.message, out.death.stack
		c.hung, c.external = out.death.kind == "livelock", out.death.external
		c.died, c.uncounted = true, out.death.inRun
	case out.finding != nil:
		c.kind, c.message, c.origin.Index = out.finding.Kind, out.finding.Message, out.finding.Index
		c.outside = out.done.Outside
		for _, at := range out.finding.Stack {
			c.stack = append(c.stack, at.frame())
		}
	case len(out.races) > 0:
		c.kind, c.message, c.origin.Index = "race", racesText(c.races), out.races[0].Index
		c.outside = out.done.Outside
	default:
		return nil
	}
	c.origin.Strategy = strategyAt(b.strategy, c.origin.Index)
	return c
}

// leakCandidate makes a finding of the first run that leaked.
func leakCandidate(b batch, index int64, message string) *candidate {
	return &candidate{test: b.test, kind: "leak", message: message, clock: b.clock, procs: b.procs, points: b.points,
		origin: schedule.Origin{Strategy: strategyAt(b.strategy, uint64(index)), Seed: b.seed, Index: uint64(index), Slow: b.drawn()}}
}

// same reports whether another run broke the same thing. Of races, one is enough.
func (c *candidate) same(other *candidate) bool {
	if other == nil || c.kind != "race" {
		return other != nil && c.kind == other.kind
	}
	return slices.ContainsFunc(c.races, func(key string) bool { return slices.Contains(other.races, key) })
}

// frame returns the call as a place in the source.
func (f crashFrame) frame() *trace.Frame {
	line, _ := strconv.Atoi(f.line)
	return &trace.Frame{Func: f.function, File: f.file, Line: line}
}

func frames(stack []crashFrame) []*trace.Frame {
	var frames []*trace.Frame
	for _, f := range stack {
		frames = append(frames, f.frame())
	}
	return frames
}

// stackLines returns the user's calls of a crash, for people to read.
func stackLines(stack []crashFrame, where explain.Where) []string {
	var lines []string
	for _, f := range stack {
		if ownFrame(f) {
			lines = append(lines, f.frame().Short()+" "+explain.Place(f.frame(), where))
		}
	}
	return lines
}
