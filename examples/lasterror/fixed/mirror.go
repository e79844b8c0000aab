// Package mirror writes to two places at once, and says whether that failed. Each thread has a variable of
// its own for its error.
package mirror

import (
	"errors"
	"sync"
)

// Write writes text with both functions.
func Write(text string, first, second func(string) error) error {
	var err1, err2 error
	var wg sync.WaitGroup
	wg.Go(func() { err1 = first(text) })
	wg.Go(func() { err2 = second(text) })
	wg.Wait()
	return errors.Join(err1, err2)
}
