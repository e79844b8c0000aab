package engine

import "strings"

// strategies are those that a user may ask for, beside auto.
var strategies = []string{"random", "pct", "pos", "urw", "surw"}

// auto is what the search follows where nobody says what.
const auto = "random"

// strategyAt returns which of several strategies, with commas in between, has made the schedule with an index: they take turns. Schedule 0
// is the plain order, which comes first with any of them.
func strategyAt(strategies string, index uint64) string {
	names := strings.Split(strategies, ",")
	if index == 0 {
		return names[0]
	}
	return names[(index-1)%uint64(len(names))]
}
