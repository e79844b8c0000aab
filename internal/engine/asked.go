package engine

import (
	"slices"
	"time"
)

// A test may say by itself how it is to be searched (clew.Explore): its plain run tells, and flags that the user gave take precedence.

// asked is what a test asks for; zero is what the flags say.
type asked struct {
	Schedules int           `json:"schedules"`
	Time      time.Duration `json:"time"`
	Strategy  string        `json:"strategy"`
	Seed      uint64        `json:"seed"`
}

// heed has the search of the test go as the test asks for.
func (t *testRun) heed(a *asked) {
	if a == nil {
		return
	}
	o, strategy := &t.options, t.options.strategy()
	put(&o.Schedules, a.Schedules, o.given("schedules"))
	put(&o.Time, a.Time, o.given("time"))
	put(&o.Strategy, a.Strategy, o.given("strategy"))
	put(&o.Seed, a.Seed, o.given("seed"))
	t.seed = t.newSeed()
	t.batch.seed = t.seed
	if o.strategy() != strategy {
		t.batch.strategy, t.portfolio = o.strategy(), nil
	}
}

// put sets an option to a value that is not zero, unless the user has done so.
func put[T comparable](option *T, value T, given bool) {
	var zero T
	if value != zero && !given {
		*option = value
	}
}

// given reports whether the user gave a flag.
func (o *Options) given(flag string) bool { return slices.Contains(o.Given, flag) }

// strategy is what the search follows, as in batch.
func (o *Options) strategy() string {
	switch {
	case o.Prove:
		return proving
	case o.Strategy == "auto":
		return auto
	}
	return o.Strategy
}

// tries is how many schedules a search tries at most; 0 for a proof, which has no end of its own.
func (o *Options) tries() int {
	if o.Prove {
		return 0
	}
	return o.Schedules
}
