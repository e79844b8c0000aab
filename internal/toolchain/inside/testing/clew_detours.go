//go:build clewinside

package testing

import (
	"os"
	"strconv"
	"strings"
)

// Runs with detours: what the coordinator asks for when it makes a schedule shorter.

// detour prepares a run with the detours of a file, with the blocks of steps of a file, or one that follows a schedule and notes its
// detours, if the arguments ask for one.
func (b *clewBatch) detour(args map[string]string) error {
	b.detouring = true
	switch {
	case args["note"] != "":
		clewTakeDetours(nil, nil, nil, nil, true)
		return nil
	case args["detours"] != "":
		rows, err := clewNumbers(args["detours"], 4)
		var after, to []uint64
		var count []uint32
		var pick []int32
		for _, n := range rows {
			after, count, to, pick = append(after, uint64(n[0])), append(count, uint32(n[1])), append(to, uint64(n[2])), append(pick, int32(n[3]))
		}
		clewTakeDetours(after, count, to, pick, false)
		return err
	case args["blocks"] != "":
		rows, err := clewNumbers(args["blocks"], 2)
		var keys []uint64
		var steps []uint32
		for _, n := range rows {
			keys, steps = append(keys, uint64(n[0])), append(steps, uint32(n[1]))
		}
		clewFollowBlocks(keys, steps)
		return err
	}
	b.detouring = false
	return nil
}

// clewNumbers reads a file with some numbers a line; what is behind them is left out.
func clewNumbers(path string, columns int) (rows [][4]int64, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		var n [4]int64
		for i, field := range strings.Fields(line)[:columns] {
			if n[i], err = strconv.ParseInt(field, 10, 64); err != nil {
				return nil, err
			}
		}
		rows = append(rows, n)
	}
	return rows, nil
}
