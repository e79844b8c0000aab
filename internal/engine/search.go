package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goclew/clew/internal/report"
)

// A search tries the schedules of one test, index by index. The finding with the lowest index wins: it does
// not depend on how many workers there are, nor on how fast they are. A search that ran out of time can go on later.
type search struct {
	e     *engine
	batch batch         // what all batches have in common; its strategies are those of the portfolio
	hang  time.Duration // real time that a run may take without a step

	mu        sync.Mutex
	until     time.Time
	next      uint64 // first index that nobody was given
	end       uint64 // one past the last
	undone    []span // indexes before next that somebody was given and had no time for
	size      int    // of the next chunk
	pace      time.Duration
	alone     bool // each run needs a process of its own: runs leave something behind, or -isolate asks for it
	rests     bool // it is to rest rather than spend its time on what shows nothing new
	resting   bool
	open      bool // helpers may join
	best      *candidate
	err       error
	stats     stats      // of what is settled
	portfolio *portfolio // which counts that, too
	limit     float64    // below which it is sure
	look      uint64     // index at which it looks whether it is
	notes     []report.Note
	helpers   sync.WaitGroup
	crowd     atomic.Int32 // of helpers

	settled uint64             // index up to which all is tried and counted
	waiting map[uint64]stretch // what was tried beyond, by its first index
}

// A span is schedules by their indexes.
type span struct {
	first uint64
	count int
}

// A stretch is schedules that were tried one after the other. What a worker tried behind a finding does not count: a
// search with another number of workers would not have tried it.
type stretch struct {
	runs int
	done *done // nil if the worker died
}

// stats counts what was tried.
type stats struct {
	schedules  int
	steps      int64
	threads    int
	outside    bool
	calls      uint64          // system calls
	classes    map[string]bool // by happens-before
	draws      *draws          // since accesses became scheduling points last
	quiet      int             // how many of the last ones showed no new class
	longs      int             // runs that were given up
	leaks      int
	leakFirst  int64 // -1 for none
	leakReason string
	leakPoints []string // batch.points of the first
	proof      *proof   // as it was last told; nil for none
	soundFirst int64    // of those that did not leak; -1 for none
	claims     []claim
	sure       bool // another schedule would hardly show anything new
	lost       int  // schedules of which nothing is known but that they were tried: their worker died
}

func newStats() stats {
	return stats{classes: map[string]bool{}, draws: newDraws(), leakFirst: -1, soundFirst: -1}
}

// add counts a batch, in the order of their indexes.
func (s *stats) add(d *done, points []string) {
	s.schedules += d.Runs
	s.steps += d.Steps
	s.threads = max(s.threads, d.Threads)
	s.outside = s.outside || d.Outside
	s.calls += d.Calls
	known := len(s.classes)
	d.hashes(func(class string, runs int, strategy string) {
		s.classes[class] = true
		s.draws.add(class, runs, strategy)
	})
	if s.quiet += d.Runs; len(s.classes) > known {
		s.quiet = 0
	}
	if d.Leaks > 0 && (s.leakFirst < 0 || d.LeakFirst < s.leakFirst) {
		s.leakFirst, s.leakReason, s.leakPoints = d.LeakFirst, d.LeakMessage, points
	}
	s.leaks += d.Leaks
	s.longs += d.Longs
	s.claims = addClaims(s.claims, d.Claims)
	if d.Proof != nil {
		s.proof = d.Proof
	}
	if d.SoundFirst >= 0 && (s.soundFirst < 0 || d.SoundFirst < s.soundFirst) {
		s.soundFirst = d.SoundFirst
	}
	if s.leakReason == "" {
		s.leakReason = "a thread is still there for ever when the test has ended"
	}
}

// explore has the worker of a slot try schedules until there is a finding, or none is left, or the time is over, or it is
// time to rest. Workers of other slots may help meanwhile (see help).
func (s *search) explore(ctx context.Context, slot int, until time.Time) error {
	s.mu.Lock()
	s.until, s.resting, s.open = until, false, true
	s.mu.Unlock()
	s.work(ctx, slot)
	s.mu.Lock()
	s.open = false
	s.mu.Unlock()
	s.helpers.Wait()
	s.settle()
	return s.err
}

// joinable reports whether a helper would find something to do.
func (s *search) joinable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open && !s.stopped() && s.batch.strategy != proving
}

// help has the worker of another slot take part in what explore is at.
func (s *search) help(ctx context.Context, slot int) {
	s.mu.Lock()
	open := s.open
	if open {
		s.helpers.Add(1)
	}
	s.mu.Unlock()
	if open {
		s.crowd.Add(1)
		s.work(ctx, slot)
		s.crowd.Add(-1)
		s.helpers.Done()
	}
}

// over reports whether there is nothing left to hand out, for now.
func (s *search) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped()
}

func (s *search) stopped() bool {
	return s.ended() || s.resting || !time.Now().Before(s.until)
}

// ended reports whether there is nothing left to hand out at all.
func (s *search) ended() bool {
	return s.err != nil || s.best != nil || s.stats.sure || s.next >= s.end && len(s.undone) == 0
}

// order returns the strategies that take turns at an index that was handed out.
func (s *search) order(index uint64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	order, _ := s.portfolio.order(index)
	return order
}

// take hands out the next chunk of indexes; its count is 0 if there is none. It is early for it when others have yet to find out what is to
// be done next.
func (s *search) take() (c span, early bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resting = s.resting || s.rests && s.fruitless()
	if s.stopped() {
		return span{}, false
	}
	size := s.size
	if s.alone {
		size = 1
	}
	if n := len(s.undone); n > 0 {
		c := s.undone[n-1]
		s.undone = s.undone[:n-1]
		if c.count > size {
			s.undone = append(s.undone, span{c.first + uint64(size), c.count - size})
			c.count = size
		}
		return c, false
	}
	order, end := s.portfolio.order(s.next)
	if order == "" || s.next == s.look {
		return span{}, true
	}
	c = span{s.next, int(min(uint64(size), end-s.next, s.look-s.next, s.end-s.next))}
	s.next += uint64(c.count)
	return c, false
}

// fruitless reports whether the last schedules showed nothing new, and there is no time for all that are left.
func (s *search) fruitless() bool {
	if s.batch.strategy == proving {
		return false
	}
	left := time.Duration(s.end-s.next) * s.pace
	return s.stats.quiet >= quietRuns && left > time.Until(s.until)
}

// work has the worker of a slot try chunks until there are none. A helper that does not start (its TestMain may want
// something for itself alone) is done without.
func (s *search) work(ctx context.Context, slot int) {
	for !s.over() {
		if err := s.e.pool.ready(ctx, slot); err != nil {
			if slot == 0 {
				s.fail(err)
			}
			return
		}
		c, early := s.take()
		if early {
			time.Sleep(time.Millisecond)
			continue
		}
		if c.count == 0 {
			return
		}
		if err := s.chunk(ctx, slot, c); err != nil {
			s.fail(err)
			return
		}
	}
}

// chunk tries schedules.
func (s *search) chunk(ctx context.Context, slot int, c span) error {
	for c.count > 0 {
		b := s.batch
		b.first, b.count, b.strategy = c.first, c.count, s.order(c.first)
		b.ms = max(1, time.Until(s.until).Milliseconds())
		began := time.Now()
		out, err := s.e.pool.run(ctx, slot, b, s.hang, s.alone)
		if err != nil {
			return err
		}
		s.record(b, out, time.Since(began))
		found := candidateOf(b, out)
		if found == nil || !found.external {
			s.keep(found)
			return nil
		}
		second, err := s.again(ctx, slot, b, found)
		if err != nil {
			return err
		}
		if found = candidateOf(b, second); found != nil {
			s.keep(found)
			return nil
		}
		tried := int(out.index-c.first) + 1
		c = span{c.first + uint64(tried), c.count - tried}
	}
	return nil
}

// again tries once more, in a new worker, a run that a signal ended: if it was sent from outside, the test has no part
// in it. It returns the outcome of the second try.
func (s *search) again(ctx context.Context, slot int, b batch, found *candidate) (*outcome, error) {
	b.first, b.count = found.origin.Index, 1
	out, err := s.e.pool.run(ctx, slot, b, s.hang, s.alone)
	if err != nil {
		return nil, err
	}
	s.record(b, out, 0)
	if candidateOf(b, out) == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.notes = append(s.notes, report.Note{Kind: "worker", Message: fmt.Sprintf("a worker process was ended from outside (%s); "+
			"schedule %d was tried again and found nothing", found.message, found.origin.Index+1)})
	}
	return out, nil
}

// record counts a batch and sizes the next.
func (s *search) record(b batch, out *outcome, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = map[uint64]stretch{}
	}
	s.waiting[b.first] = stretch{out.runs, out.done}
	for next, ok := s.waiting[s.settled]; ok && next.runs > 0; next, ok = s.waiting[s.settled] {
		s.count(s.settled)
		if s.settled += uint64(next.runs); s.settled == s.look {
			s.stats.sure = s.stats.draws.sure(s.portfolio.strategies(), s.limit)
			s.look = nextLook(s.look)
		}
	}
	s.e.progress.show(b.test.Name, s.stats.schedules)
	if out.done == nil {
		return
	}
	if missed := b.count - out.runs; missed > 0 && out.done.Stop == "time" {
		s.undone = append(s.undone, span{b.first + uint64(out.runs), missed})
	}
	if out.done.Left > 0 {
		s.alone = true
	}
	if out.done.Proof.ended() {
		s.end, s.undone = s.next, nil
	}
	if took > 0 && out.runs > 0 {
		s.pace = took / time.Duration(out.runs)
	}
	if took > 0 && b.count == s.size {
		s.size = nextChunk(s.size, took)
	}
}

// count counts the stretch that begins at an index.
func (s *search) count(first uint64) {
	tried := s.waiting[first]
	delete(s.waiting, first)
	s.portfolio.count(first, tried.runs, tried.done)
	if tried.done != nil {
		s.stats.add(tried.done, s.batch.points)
	} else {
		s.stats.schedules += tried.runs
		s.stats.lost += tried.runs
	}
}

// settle counts the rest of what was tried, but for what lies behind the finding.
func (s *search) settle() {
	for _, first := range slices.Sorted(maps.Keys(s.waiting)) {
		if s.best == nil || first <= s.best.origin.Index {
			s.count(first)
		}
	}
	if s.best != nil && s.best.uncounted {
		s.stats.schedules++
	}
}

// keep remembers a finding if it is the one with the lowest index so far.
func (s *search) keep(found *candidate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found != nil && (s.best == nil || found.origin.Index < s.best.origin.Index) {
		s.best = found
	}
}

func (s *search) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}
