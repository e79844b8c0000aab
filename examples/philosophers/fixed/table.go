// Package table seats philosophers around a table with one fork between two neighbours. All
// take the fork with the lower number first, so they cannot all wait in a circle.
package table

import "sync"

// Table has as many forks as seats. The fork to the left of seat i is i.
type Table struct {
	forks []sync.Mutex
}

// New returns a table with the given number of seats.
func New(seats int) *Table {
	return &Table{forks: make([]sync.Mutex, seats)}
}

// Dine lets the philosopher in a seat take both forks, eat, and put them back.
func (t *Table) Dine(seat int, eat func()) {
	left, right := seat, (seat+1)%len(t.forks)
	first, second := min(left, right), max(left, right)

	t.forks[first].Lock()
	defer t.forks[first].Unlock()
	t.forks[second].Lock()
	defer t.forks[second].Unlock()
	eat()
}
