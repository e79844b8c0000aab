package clew_test

import (
	"errors"
	"fmt"

	"github.com/goclew/clew"
)

// send sends something, if it is let; it gives up after three tries.
func send(try func() error) error {
	var err error
	for range 3 {
		if err = try(); err == nil {
			return nil
		}
	}
	return err
}

// The network fails as often as clew chooses, which is not at all under plain go test. The test would fail under clew if none of
// its schedules made send give up: with Choose(3) in place of Choose(4), say.
func Example() {
	fails := clew.Choose(4)
	tries := 0
	err := send(func() error {
		if tries++; tries <= fails {
			return errors.New("the network is down")
		}
		return nil
	})
	clew.Always(tries <= 3, "three tries are enough")
	clew.Sometimes(err != nil, "it gives up")
	clew.Sometimes(err == nil && tries > 1, "trying again helps")
	fmt.Println("done")
	// Output: done
}

func ExampleUnder() {
	rounds := 1000
	if clew.Under() {
		rounds = 3 // clew brings about by itself what many rounds hope for
	}
	fmt.Println(rounds > 0)
	// Output: true
}
