//go:build unix

package engine

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The time of a test that shows nothing new goes to one that does.
func TestTimeGoesToTestsThatShowNewThings(t *testing.T) {
	s := newSession(t, "TestSlowSame,TestSlowNew,TestSlowSame2")
	s.config.Options.Schedules, s.config.Options.Time = 100_000, 1500*time.Millisecond
	s.run().expect(0, "PASS")
	same, other, same2 := s.result.Tests[0], s.result.Tests[1], s.result.Tests[2]
	for _, quiet := range []int{same.Schedules, same2.Schedules} {
		if quiet < quietRuns || quiet > other.Schedules/2 {
			t.Errorf("%d schedules of tests that show nothing new, %d of the one that does", quiet, other.Schedules)
		}
	}
}

// Nobody takes time from a test if nobody needs it, nor if it has time for all of its schedules.
func TestAQuietTestLosesNothingWithoutNeed(t *testing.T) {
	s := newSession(t, "TestSlowSame,TestSlowSame2")
	s.config.Options.Schedules, s.config.Options.Time = 100_000, 1500*time.Millisecond
	s.run()
	for _, got := range s.result.Tests {
		if got.Schedules < 2*quietRuns {
			t.Errorf("%s rested for good after %d schedules", got.Test, got.Schedules)
		}
	}
	s = newSession(t, "TestSlowSame,TestSlowNew")
	s.config.Options.Schedules, s.config.Options.Time = 300, time.Minute
	s.run()
	if got := s.result.Tests[0].Schedules; got != 300 {
		t.Errorf("%d schedules, though there was time for all 300", got)
	}
}

// Be there more tests than workers or fewer, all workers have something to do.
func TestTestsAreSharedOutOverWorkers(t *testing.T) {
	for tests, workers := range map[string]int{"TestSlow": 3, "TestSlow1,TestSlow2,TestSlow3,TestSlow4": 3} {
		s := newSession(t, tests)
		folder := t.TempDir()
		s.config.Env = append(s.config.Env, "FAKE_PIDS="+folder)
		s.config.Options.Workers, s.config.Options.Schedules = workers, 1000
		s.run().expect(0, "PASS")
		pids, _ := os.ReadDir(folder)
		if len(pids) != workers {
			t.Errorf("%s: %d processes at work, want %d", tests, len(pids), workers)
		}
		for _, r := range s.result.Tests {
			if r.Schedules != 1000 {
				t.Errorf("%s: %d schedules, want 1000", r.Test, r.Schedules)
			}
		}
	}
}

// Packages that are tested at the same time share the cores, unless the user says a number of workers.
func TestPackagesShareTheCores(t *testing.T) {
	session := t.TempDir()
	e := &engine{progress: newProgressFile(session, "p")}
	for at, want := range []int{cores(), cores(), max(1, cores()/2), max(1, cores()/3), max(1, cores()/4)} {
		if got := e.workers(); got != want {
			t.Errorf("%d packages at work: %d workers, want %d", at, got, want)
		}
		os.WriteFile(filepath.Join(session, "progress-"+strconv.Itoa(at)), nil, 0o600)
	}
	e.options.Workers = 7
	if got := e.workers(); got != 7 {
		t.Errorf("%d workers, want the 7 of -workers", got)
	}
}

// Tests that may meet outside of their processes are never at work at the same time.
func TestTestsThatMakeSystemCallsRunAlone(t *testing.T) {
	s := newSession(t, "TestCalls1,TestSlow1,TestCalls2,TestSlow2,TestCalls3")
	s.config.Options.Workers, s.config.Options.Schedules = 4, 400
	s.run().expect(0, "PASS", "!FAIL", "!clew:")
	var names []string
	for _, r := range s.result.Tests {
		names = append(names, r.Test+" "+strconv.Itoa(r.Schedules))
	}
	want := []string{"TestCalls1 400", "TestSlow1 400", "TestCalls2 400", "TestSlow2 400", "TestCalls3 400"}
	if !slices.Equal(names, want) {
		t.Errorf("results %v, want the order of the tests", names)
	}
}

// What a search had no time for is tried when it goes on.
func TestASearchGoesOnWhereItStopped(t *testing.T) {
	s := &search{e: &engine{progress: newProgressFile("", "p")}, end: 100, next: 20, size: 16,
		until: time.Now().Add(time.Hour), stats: newStats(), portfolio: newPortfolio("random")}
	s.record(batch{first: 0, count: 20}, &outcome{runs: 5, done: &done{Runs: 5, Stop: "time"}}, 0)
	s.settle()
	if got, _ := s.take(); got != (span{5, 15}) {
		t.Errorf("went on with %+v", got)
	}
	if got, _ := s.take(); got != (span{20, 16}) {
		t.Errorf("went on with %+v", got)
	}
	s.record(batch{first: 20, count: 16}, &outcome{runs: 16, done: &done{Runs: 16}}, 0)
	s.record(batch{first: 5, count: 15}, &outcome{runs: 15, done: &done{Runs: 15}}, 0)
	if s.stats.schedules != 36 || s.settled != 36 {
		t.Errorf("%d schedules count up to %d, want 36", s.stats.schedules, s.settled)
	}
}

// A search does not begin with an epoch of its portfolio before it is known what to do there.
func TestASearchWaitsForTheOrder(t *testing.T) {
	const third = 2*epochLength + 1
	s := &search{e: &engine{progress: newProgressFile("", "p")}, end: 1000, next: 1, size: 1000, settled: 1,
		until: time.Now().Add(time.Hour), stats: newStats(), portfolio: newPortfolio("pos,surw")}
	first, _ := s.take()
	second, _ := s.take()
	if c, early := s.take(); !early || c.count != 0 {
		t.Errorf("went on with %+v before %+v was tried", c, first)
	}
	s.record(batch{first: first.first}, &outcome{runs: first.count, done: &done{Runs: first.count}}, 0)
	if c, early := s.take(); early || c.first != third || second.first+uint64(second.count) != third {
		t.Errorf("went on with %+v behind %+v and %+v, want that to be from %d on", c, first, second, third)
	}
}
