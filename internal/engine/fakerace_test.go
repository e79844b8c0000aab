//go:build unix

package engine

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// place is one in the fake's counter.go.
func place(line int) string { return fmt.Sprintf("example.com/bank/counter.go:%d", line) }

// racesOf are those of run i of a test, as lines of counter.go: two each. Only what it says, and what comes of it, is
// different from run to run.
func racesOf(test string, i uint64) [][2]int {
	if os.Getenv("FAKE_FIXED") != "" {
		return nil
	}
	switch {
	case test == "TestRacePlain", test == "TestRaceFail" && i == 5, test == "TestRacePanic" && i == 5, test == "TestRaceLeak" && i >= 3:
		return [][2]int{{12, 12}}
	case (test == "TestRace" || test == "TestRaceSlow") && i >= 3:
		return [][2]int{{12, 12}}
	case test == "TestRaceTwo" && i >= 3:
		return [][2]int{{12, 14}, {12, 12}}
	case test == "TestRaceMany" && i > 0:
		return [][2]int{{int(i), int(i)}}
	case test == "TestRaceOnce" && i == 5 && once(test), test == "TestRaceLate" && i == 5:
		return [][2]int{{12, 12}}
	case test == "TestRaceApart" && i == 5:
		return [][2]int{{20, 21}}
	case test == "TestRaceHalf" && i == 5 && once(test):
		return [][2]int{{12, 14}, {12, 12}}
	case test == "TestRaceHalf" && i == 5:
		return [][2]int{{12, 12}}
	case test == "TestRaceVague" && i > 0 && once(fmt.Sprint(test, i)):
		return [][2]int{{int(i), int(i)}}
	}
	return nil
}

// tellRaces tells the races of a run that are new, and reports whether there were any.
func (f *fakeWorker) tellRaces(test string, i uint64) bool {
	told := false
	for _, r := range racesOf(test, i) {
		key := place(r[0]) + "|" + place(r[1])
		known := strings.Split(f.args["known"], ";")
		if !slices.Contains(known, key) && !slices.Contains(known, "*") {
			f.reply(`{"race":{"index":%d,"key":%q}}`, i, key)
			told = true
		}
	}
	return told
}

// consequence is what comes of the races of run i.
func (f *fakeWorker) consequence(test string, i uint64) string {
	points := f.args["at"]
	if os.Getenv("FAKE_RACE_ONLY") != "" {
		return ""
	}
	switch {
	case test == "TestRace" && i == 9 && points == place(12):
		return "failure"
	case test == "TestRaceSlow":
		time.Sleep(time.Millisecond)
		if points == "" && i == 50 || points == place(12) && i == 300 {
			return "failure"
		}
	case test == "TestRaceTwo" && i == 9 && points == place(12)+","+place(14):
		return "deadlock"
	case test == "TestRaceFail" && i == 5, test == "TestRaceApart" && i == 9:
		return "failure"
	case test == "TestRacePanic" && i == 5:
		deepPanic()
	case test == "TestRaceLeak" && i > 3 && i%4 == 1, test == "TestRaceLate" && i == 2 && points == "":
		return "leak"
	}
	return ""
}

// memoryLog is the beginning of what is said of memory; counter.go is looked for in the package's folder.
func memoryLog(i uint64) string {
	dir, _ := os.Getwd()
	return fmt.Sprintf("f 3 12 example.com/bank.increment %[1]s/counter.go\nf 4 %[2]d example.com/bank.increment %[1]s/counter.go\n", dir, i) +
		"o 3 memory 3\nm 3 c000012340 heap c000012330 48 scalar\ns 3 2 yield 0 4 -1\n"
}

const lostUpdate12 = `s 4 2 read 3 3 -1
v 2 0000000000000000
i 2
s 5 3 read 3 3 -1
v 3 0000000000000000
s 6 3 write 3 3 -1
v 3 0100000000000000
s 7 2 write 3 3 -1
v 2 0100000000000000
`

// raceLog is what the step log says of a run's memory.
func (f *fakeWorker) raceLog(test string, i uint64) string {
	if !strings.HasPrefix(test, "TestRace") {
		return ""
	}
	log := memoryLog(i)
	if f.args["at"] != "" || f.args["points"] == "memory" {
		log += lostUpdate12
	}
	for _, r := range racesOf(test, i) {
		log += fmt.Sprintf("r 3 2 read 2 3,1 - 3 write 3 3,2 1 %s|%s\n", place(r[1]), place(r[0]))
	}
	return log
}
