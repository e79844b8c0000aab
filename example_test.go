package clew_test

import (
	"fmt"

	"github.com/goclew/clew"
)

// A retry loop is tested only if something makes it retry: under clew every number of failures up to three comes in some schedule,
// and the test fails if none of them made the loop give up.
func Example() {
	send := func(fails int) error {
		if fails > 0 {
			return fmt.Errorf("not now")
		}
		return nil
	}
	fails := clew.Choose(4) // 0 without clew
	tries := 0
	for tries < 3 {
		tries++
		if send(fails) == nil {
			break
		}
		fails--
	}
	clew.Always(tries <= 3, "it gives up after three tries")
	clew.Sometimes(fails > 0, "it gives up")
	fmt.Println("sent, or given up")
	// Output: sent, or given up
}

func ExampleUnder() {
	rounds := 1000
	if clew.Under() {
		rounds = 3 // clew brings about by itself what many rounds hope for
	}
	fmt.Println(rounds > 0)
	// Output: true
}
