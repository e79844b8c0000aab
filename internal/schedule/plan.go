package schedule

import (
	"bufio"
	"fmt"
	"io"
)

// WritePlan writes the steps in the form that a worker follows: a line a step with the thread's key in hex, the
// operation and the pick.
func (s *Schedule) WritePlan(w io.Writer) error {
	b := bufio.NewWriter(w)
	keys := map[string]uint64{}
	for _, step := range s.Steps {
		key, ok := keys[step.Thread]
		if !ok {
			var err error
			if key, err = Key(step.Thread); err != nil {
				return err
			}
			keys[step.Thread] = key
		}
		fmt.Fprintf(b, "%x %s %d\n", key, step.Op, step.Pick)
	}
	return b.Flush()
}
