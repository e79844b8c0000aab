// Count is a program whose two threads add one to a counter, three times each, with nothing to keep them apart.
// clew run shows every number that it can print.
package main

import (
	"fmt"
	"sync"
)

func main() {
	count := 0
	var threads sync.WaitGroup
	for range 2 {
		threads.Go(func() {
			for range 3 {
				count++
			}
		})
	}
	threads.Wait()
	fmt.Println("count =", count)
}
