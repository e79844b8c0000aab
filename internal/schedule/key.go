package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

const golden = 0x9e3779b97f4a7c15

// roots are the keys of threads that no thread has started. Those from before the run are init/1, init/2 and so on.
var roots = map[string]uint64{"main": golden, "init": 0x6a09e667f3bcc909}

// Key returns the number by which a worker knows the thread of the given name. A text that is not a thread's
// name gives an error that says so.
func Key(name string) (uint64, error) {
	first, rest, more := strings.Cut(name, "/")
	key, known := roots[first]
	if !known || name == "init" {
		return 0, nameError(name)
	}
	for more {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		digits, timer := strings.CutPrefix(part, "t")
		ordinal, err := strconv.ParseUint(digits, 10, 62)
		if err != nil || ordinal == 0 {
			return 0, nameError(name)
		}
		key = Mix(key, 2*ordinal+bit(timer))
	}
	return key, nil
}

func nameError(name string) error {
	return fmt.Errorf("%q is not the name of a thread (as main, main/1 or main/t1)", shorten(name))
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Mix folds v into the hash h. Thread keys and derived seeds are made with it.
func Mix(h, v uint64) uint64 {
	h = (h ^ (v + golden)) * 0xff51afd7ed558ccd
	return h ^ h>>32
}
