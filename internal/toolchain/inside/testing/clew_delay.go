//go:build clewinside

package testing

import (
	"fmt"
	"strconv"
	"strings"
)

// delay reads which delays the runs have: those of delays=, or such as are drawn within the budget of slow= nanoseconds, at as many places as
// places=POINTS/LOOKS says. Without places they are only counted.
func (b *clewBatch) delay(args map[string]string) error {
	if args["delays"] != "" {
		return clewTakeDelays(args["delays"])
	}
	budget, err := strconv.ParseInt("0"+args["slow"], 10, 64)
	if err != nil {
		return fmt.Errorf("slow=%s is not a number", args["slow"])
	}
	points, looks, _ := strings.Cut(args["places"], "/")
	clewDelaysDraw(budget, clewAtoi(points), clewAtoi(looks))
	b.slow = budget > 0
	return nil
}

// clewTakeDelays has the runs take a list of delays, with commas in between: AFTER:COUNT:LOOK:TO:NANOSECONDS, where threads are told by their
// keys.
func clewTakeDelays(list string) error {
	var after, to []uint64
	var count, look []uint32
	var length []int64
	for one := range strings.SplitSeq(list, ",") {
		var n [5]uint64
		fields := strings.Split(one, ":")
		if len(fields) != len(n) {
			return fmt.Errorf("%q is no delay", one)
		}
		for i, field := range fields {
			var err error
			if n[i], err = strconv.ParseUint(field, 10, 64); err != nil {
				return err
			}
		}
		after, to, length = append(after, n[0]), append(to, n[3]), append(length, int64(n[4]))
		count, look = append(count, uint32(n[1])), append(look, uint32(n[2]))
	}
	clewDelaysTake(after, count, look, to, length)
	return nil
}
