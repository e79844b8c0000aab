package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/schedule"
)

// The coordinator writes commands to a worker's fd 3, a line each: a verb and key=value pairs. The worker
// answers on fd 4 with JSON objects, a line each. A worker whose fd 3 ends exits at once.
//
//	(start)  -> hello, then ready once TestMain has called m.Run
//	list     -> a test a line, then listed
//	run …    -> the races of its last run that are new, then its finding, if there is one, then done
//	quit     -> bye, just before m.Run returns; TestMain's teardown and the exit follow
//
// A worker may die instead of answering: a run that panics or calls os.Exit takes its process along.

// A reply is one line from a worker: exactly one field is set, but for Procs.
type reply struct {
	Hello   *hello        `json:"hello"`
	Ready   bool          `json:"ready"`
	Procs   string        `json:"procs"` // with Ready: GOMAXPROCS and the number of CPUs, as in schedule.Schedule
	Test    *testID       `json:"test"`
	Listed  *int          `json:"listed"`
	Race    *raceMessage  `json:"race"`
	Finding *foundMessage `json:"finding"`
	Done    *done         `json:"done"`
	Bye     *int          `json:"bye"`   // what m.Run returns
	Error   string        `json:"error"` // the command was refused

	Mark int `json:"mark"` // the coordinator's own: no line before it is still on its way
}

// hello proves that the binary is under control.
type hello struct {
	Overlay string `json:"overlay"`
	Go      string `json:"go"`
	PID     int    `json:"pid"`
}

// testID names what is to be run.
type testID struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // test, example or fuzz
}

// foundMessage is a finding that did not end the process. It is in the last run of its batch.
type foundMessage struct {
	Kind    string `json:"kind"` // deadlock, failure or livelock
	Index   uint64 `json:"index"`
	Message string `json:"message"`
	Stack   []call `json:"stack"` // where it happened, innermost call first; empty if it is no such place
}

// A call is one in a stack.
type call struct {
	Function string `json:"function"` // full name
	File     string `json:"file"`
	Line     int    `json:"line"`
}

func (c *call) frame() crashFrame { return crashFrame{c.Function, c.File, strconv.Itoa(c.Line)} }

// raceMessage is a race that nobody told before. Its run is the last of its batch, and has ended.
type raceMessage struct {
	Index uint64 `json:"index"`
	Key   string `json:"key"` // as trace.Race has it
}

// done ends the answer to a run command.
type done struct {
	Runs     int    `json:"runs"`
	Steps    int64  `json:"steps"`    // in all runs
	Switches int64  `json:"switches"` // in all runs
	Threads  int    `json:"threads"`  // largest number in a run
	Picks    int64  `json:"picks"`    // selects that chose among several ready cases, in all runs
	Left     int    `json:"left"`     // most threads that a run left behind, waiting for something outside
	Gone     int    `json:"gone"`     // most threads that were still there when a run was over; they never go on
	Outside  bool   `json:"outside"`  // a run did something that clew does not control
	Calls    uint64 `json:"calls"`    // system calls that threads made, in all runs
	Elapsed  int64  `json:"elapsed_ns"`
	Status   string `json:"status"` // of the last run: pass, fail, skip or long
	Stop     string `json:"stop"`   // count, time, race or finding
	Hashes   string `json:"hashes"` // "1f3a:3:pos,…": class by happens-before, runs of it, by which strategy
	Heap     uint64 `json:"heap"`   // bytes in use after the batch

	Points int `json:"points"` // places for delays that the last run had: choices,
	Looks  int `json:"looks"`  // and looks at the clock

	Longs       int    `json:"longs"` // runs that were given up, see long
	Leaks       int    `json:"leaks"` // runs in which a thread leaked
	LeakFirst   int64  `json:"leak_first"`
	LeakMessage string `json:"leak_message"`
	SoundFirst  int64  `json:"sound_first"` // index of the first run that did not leak, -1 for none

	Proof *proof `json:"proof"` // nil unless the strategy is that of a proof

	Claims []claim `json:"claims"`  // those that runs have made
	Asked  *asked  `json:"options"` // how the test wants to be searched, as the last run has told; nil if it did not

	Followed int    `json:"followed"` // for replay=: steps that fit the schedule
	Of       int    `json:"of"`       // out of so many
	Stale    string `json:"stale"`    // why the rest did not fit; empty if all did
	Wall     int64  `json:"wall_ns"`
}

// single reports whether every schedule would do the same: there is nobody to switch to, and no case to pick.
func (d *done) single() bool { return d.Threads <= 1 && d.Picks == 0 }

// long reports whether the last run was given up: its budget is spent, and the test may be at work still.
func (d *done) long() bool { return d.Status == "long" }

// A batch is what a run command asks for: schedules first to first+count-1 of a test.
type batch struct {
	test     testID
	strategy string // or several, as in strategyAt
	surveys  string // folder for what the plain runs have shown
	blind    bool   // strategies do without a survey: that would be another run in the process
	seed     uint64
	first    uint64 // index 0 is the plain order, free of preemptions
	count    int
	ms       int64  // time for the batch, 0 for no limit
	steps    int64  // steps a run
	wall     int64  // real milliseconds a run, 0 for no limit
	clock    int64  // start of virtual time, Unix nanoseconds
	procs    string // what the test is to see, as in schedule.Schedule; empty for what there is
	attached bool   // what it prints goes its usual way
	free     bool   // run the test once without control; of the rest, nothing counts
	trace    bool   // write the step log; count must be 1
	leaks    string // fail, note or off
	replay   string // file of steps to follow in place of the strategy; count must be 1

	frozen  bool          // replay: time stands still for steps
	noted   bool          // replay: note the detours of the schedule in the log
	detours string        // file of detours to take from the plain order, in place of the strategy; count must be 1
	blocks  string        // file of blocks of steps to take, in place of the strategy, of which the detours are noted; count must be 1
	points  []string      // places at which accesses to memory are scheduling points, as in schedule.Schedule; nil for none
	slow    schedule.Slow // how delays are drawn by lot; with a budget alone, places for them are counted
	delays  string        // in place of that, those to take, as schedule.PlanDelays has them
	known   []string      // keys of races that are not to be told; allKnown alone for all of them
}

// allKnown stands for all races in batch.known.
const allKnown = "*"

// knows reports whether a race is not to be told.
func (b *batch) knows(key string) bool {
	return slices.Contains(b.known, key) || slices.Contains(b.known, allKnown)
}

// logs reports whether the worker writes a log: of the steps, or of the detours.
func (b *batch) logs() bool { return b.trace || b.noted || b.detours != "" || b.blocks != "" }

// command returns the batch as a line for the worker.
func (b *batch) command() string {
	var s strings.Builder
	s.WriteString("run")
	put := func(key string, value any) { fmt.Fprintf(&s, " %s=%s", key, quote(fmt.Sprint(value))) }
	put("test", b.test.Name)
	put("kind", b.test.Kind)
	if b.replay != "" {
		put("replay", b.replay)
	} else {
		put("strategy", b.strategy)
	}
	if b.surveys != "" {
		put("surveys", b.surveys)
	}
	if b.blind {
		put("blind", 1)
	}
	put("seed", b.seed)
	put("first", b.first)
	put("count", b.count)
	put("ms", b.ms)
	put("steps", b.steps)
	put("wall", b.wall)
	put("clock", b.clock)
	if b.procs != "" {
		put("procs", b.procs)
	}
	if b.attached {
		put("attached", 1)
	}
	if b.free {
		put("free", 1)
	}
	put("trace", map[bool]int{true: 1}[b.trace])
	put("leaks", b.leaks)
	if b.noted {
		put("note", 1)
	}
	if b.detours != "" {
		put("detours", b.detours)
	}
	if b.blocks != "" {
		put("blocks", b.blocks)
	}
	if b.frozen {
		put("frozen", 1)
	}
	if b.slow.Budget > 0 {
		put("slow", b.slow.Budget.Nanoseconds())
		put("places", fmt.Sprintf("%d/%d", b.slow.Points, b.slow.Looks))
	}
	if b.delays != "" {
		put("delays", b.delays)
	}
	switch {
	case slices.Contains(b.points, schedule.AllMemory):
		put("points", schedule.AllMemory)
	case len(b.points) > 0:
		put("at", strings.Join(b.points, ","))
	}
	if len(b.known) > 0 {
		put("known", strings.Join(b.known, ";"))
	}
	return s.String()
}

// quote quotes a value that holds anything but letters, digits and _ . / : -
func quote(s string) string {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_./:-", r)) {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// readReplies sends each reply on the channel until the pipe ends. A line that is no reply is sent as a zero
// one: the reader must not stop, or the worker would block.
func readReplies(r io.Reader, replies chan<- reply) {
	defer close(replies)
	b := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := b.ReadBytes('\n')
		if err != nil {
			return
		}
		if len(line) <= 1 {
			continue
		}
		var one reply
		if json.Unmarshal(line, &one) != nil {
			one = reply{}
		}
		replies <- one
	}
}

// hashes reads the classes of runs in a done reply.
func (d *done) hashes(add func(class string, runs int, strategy string)) {
	for part := range strings.SplitSeq(d.Hashes, ",") {
		class, rest, _ := strings.Cut(part, ":")
		runs, strategy, _ := strings.Cut(rest, ":")
		if n, err := strconv.Atoi(runs); err == nil {
			add(class, n, strategy)
		}
	}
}
