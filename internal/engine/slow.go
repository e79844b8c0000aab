package engine

import (
	"context"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A test may rely on time: on a sleep that is long enough for another thread, on a deadline that is far enough away. To find that out
// some schedules hold threads back while the clock goes on (see strategy.Delays). They come last: what a schedule without
// delays shows is to be told without any. So the last schedules of a test are for delays, and the last part of its time, if its plain run has
// shown places for them, and if nothing was found before.

// slowPart is the part of schedules and time that delays get.
const slowPart = 4

// slow is the budget of delays, for the plain run to count the places for them.
func (o *Options) slow() schedule.Slow {
	if o.Prove || o.Schedules < slowPart {
		return schedule.Slow{}
	}
	return schedule.Slow{Budget: o.Slow}
}

// drawn is how delays were drawn by lot: not at all if places for them are only counted.
func (b *batch) drawn() schedule.Slow {
	if b.slow.Points+b.slow.Looks == 0 {
		return schedule.Slow{}
	}
	return b.slow
}

// countPlaces takes over from the plain run how delays are to be drawn. Where the outside is waited for nobody is held back.
func (t *testRun) countPlaces() {
	t.slow = schedule.Slow{}
	if d := t.plain.done; d != nil && !d.Outside && d.Status == "pass" && d.Points+d.Looks > 0 {
		t.slow = schedule.Slow{Budget: t.options.Slow, Points: d.Points, Looks: d.Looks}
	}
}

// slowAt is how the delays of the schedule with an index are drawn. Those of the plain order are only counted.
func (t *testRun) slowAt(index uint64) schedule.Slow {
	switch {
	case index == 0:
		return t.options.slow()
	case index < t.firstDelayed():
		return schedule.Slow{}
	}
	return t.slow
}

// firstDelayed is the index of the first schedule that is for delays.
func (t *testRun) firstDelayed() uint64 {
	n := uint64(t.options.Schedules)
	if t.slow.Budget == 0 {
		return n
	}
	return n - n/slowPart
}

// lastIndex is one past the last schedule of the search that t is at.
func (t *testRun) lastIndex() uint64 {
	if t.batch.slow.Budget > 0 {
		return uint64(t.options.Schedules)
	}
	return t.firstDelayed()
}

// allowance is the time for the search, without that for delays.
func (t *testRun) allowance() time.Duration {
	whole := t.options.Time
	if t.slow.Budget > 0 {
		whole -= whole / slowPart
	}
	return max(0, whole-t.elapsed+t.meeting)
}

// slowDown tries the schedules with delays, if the others found nothing.
func (t *testRun) slowDown(ctx context.Context) error {
	if t.slow.Budget == 0 || t.found != nil || len(t.result.Findings) > 0 || t.stats.outside || t.e.options.CheckDeterminism {
		return nil
	}
	before := t.stats
	first := t.firstDelayed()
	t.stats, t.portfolio, t.batch.slow = newStats(), inTurn(t.batch.strategy), t.slow
	t.searchFrom(first)
	cut := t.cut
	_, err := t.seek(ctx, t.options.Time/slowPart, false)
	t.cut = t.cut || cut
	if s := t.stats; err == nil && t.found == nil && s.leaks > 0 && before.leaks == 0 && t.e.options.Leaks == "fail" {
		b := t.batch
		b.points = s.leakPoints
		t.found = leakCandidate(b, s.leakFirst, s.leakReason)
	}
	t.delayed, before.longs = t.stats.schedules, before.longs+t.stats.longs
	before.claims, before.lost = addClaims(before.claims, t.stats.claims), before.lost+t.stats.lost
	t.stats = before
	return err
}

// delayedBeyond reports whether a saved schedule holds threads back for longer than -slow allows. The file was read before.
func delayedBeyond(path string, most time.Duration) bool {
	s, err := schedule.Load(path)
	return err == nil && (s.Delayed() > most || s.Partial() && s.Origin.Slow.Budget > most)
}

// describeDelays fills in what the delays of a run show.
func (c *confirmation) describeDelays(tr *trace.Trace) {
	f := &c.finding
	f.DelayMS, f.Timing, f.Delays, f.ReliesOn = int(tr.Delayed().Milliseconds()), "", nil, nil
	if t := explain.TellTiming(tr, c.e.where); t != nil {
		f.Timing, f.Delays, f.ReliesOn = t.String(), t.Delays, t.ReliesOn
	}
}
