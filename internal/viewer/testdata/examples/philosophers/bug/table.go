// Package table seats philosophers around a table with one fork between two neighbours. All
// take the left fork first: when all do so at once, nobody ever gets a right one.
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

	t.forks[left].Lock()
	defer t.forks[left].Unlock()
	t.forks[right].Lock()
	defer t.forks[right].Unlock()
	eat()
}
