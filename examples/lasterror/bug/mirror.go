// Package mirror writes to two places at once, and says whether that failed. Both threads keep their error
// in the same variable.
//
// It takes no preemption: the threads only have to end in this order.
package mirror

import "sync"

// Write writes text with both functions.
func Write(text string, first, second func(string) error) error {
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { err = first(text) })
	wg.Go(func() { err = second(text) })
	wg.Wait()
	return err
}
