package engine

import "time"

// Budgets of runs and searches.
const (
	// leastWall is the real time that a run may take without a step; runs of tests that take long get wallFactor
	// times what the plain run took.
	leastWall  = 10 * time.Second
	wallFactor = 20

	// plainFactor times leastWall, a minute, bounds the time without a step in the plain run, and that of a run without control,
	// where go test sets no deadline. It is generous: the test may compute for long, and nothing is known of it yet. A -timeout takes
	// its place.
	plainFactor = 6

	// A test whose plain run has taken plainTime and more than a million steps, or plainSteps, is too long (see long.go). With a
	// -time that is longer, that takes the place of the first.
	plainTime = 10 * time.Second

	// Steps that a run may take, where -steps says nothing: the plain run plainSteps, as nothing is known of the test yet;
	// the others stepsFactor times what that took, and leastSteps at least.
	plainSteps  = 20_000_000
	leastSteps  = 1_000_000
	stepsFactor = 10

	// grace is what the coordinator waits longer than a worker, which sees by itself most runs that hang.
	grace = time.Second

	// soloTime is how long one worker searches alone: starting a second one takes time too.
	soloTime = 300 * time.Millisecond

	// quietRuns is after how many schedules without anything new a test leaves the rest of its time to others: then, nineteen
	// times out of twenty, the next one would be new with a chance of less than 3 %.
	quietRuns = 100

	// A test that goes on after its own time is given turnPart of -time at once.
	turnPart = 5

	// chunkTime is about how long a batch takes, so that time, Ctrl-C and findings of others are noticed.
	chunkTime = 100 * time.Millisecond

	// heapLimit is the memory that a worker may hold after a batch, and heapGrowth how much more than after its first one:
	// runs leave things behind, threads that are stuck for ever among them. Above it the worker is replaced.
	heapLimit  = 1 << 30
	heapGrowth = 128 << 20
)

// wallFor returns the real time that a run may take, given the plain run's.
func (e *engine) wallFor(plain time.Duration) time.Duration { return max(e.wall, wallFactor*plain) }

// plainStepsLimit returns how many steps the plain run may take.
func (e *engine) plainStepsLimit() int64 {
	if e.options.Steps > 0 {
		return e.options.Steps
	}
	return plainSteps
}

// plainWall returns how much real time the plain run may take, 0 for any: -steps alone says then what is too long.
func (e *engine) plainWall() time.Duration {
	if e.options.Steps > 0 {
		return 0
	}
	return max(plainTime, e.options.Time)
}

// stepsFor returns how many steps a run may take, given the plain run's.
func (e *engine) stepsFor(plain int64) int64 {
	if e.options.Steps > 0 {
		return e.options.Steps
	}
	return max(leastSteps, stepsFactor*plain)
}

// nextChunk returns how many schedules to try next, after a batch of size runs that took took. It grows by four
// times at most.
func nextChunk(size int, took time.Duration) int {
	if took <= 0 {
		return size * 4
	}
	fit := int(float64(size) * float64(chunkTime) / float64(took))
	return max(1, min(fit, size*4))
}

// enoughTime returns how long the search may go on, at most want, such that there is time left before the deadline
// to confirm and report. A zero deadline is none.
func enoughTime(want time.Duration, deadline time.Time) (allowed time.Duration, cut bool) {
	if deadline.IsZero() {
		return want, false
	}
	left := time.Until(deadline)
	left -= max(left/10, min(2*time.Second, left/2))
	if left >= want {
		return want, false
	}
	return max(0, left), true
}
