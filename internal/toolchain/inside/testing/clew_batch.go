//go:build clewinside

package testing

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Verdicts of a run, as package runtime gives them.
const (
	clewOK = iota
	clewDeadlock
	clewLeak
	clewLivelock
	clewTooLong
	clewLong
	clewAgain
	clewNotAlways
)

// A clewBatch is one command to run schedules of a test, and what came of it.
type clewBatch struct {
	job         *clewJob
	strategies  []clewStrategy // in turn; schedule 0 is the plain order, whatever they are
	seed        uint64
	first       uint64
	count       uint64
	deadline    time.Time
	maxSteps    uint64
	wall, clock int64
	traced      bool
	free        bool // without control, once
	replaying   bool
	slow        bool // delays are drawn by lot, or places for them are counted
	detouring   bool // the schedule is the plain order with detours, or its detours are noted
	frozen      bool // what is replayed is of a proof
	replayed    int  // steps in the schedule that is replayed

	runs, steps, switches uint64
	picks                 uint64 // selects with more than one ready case
	threads               int
	left                  int // most threads that a run left behind waiting for the outside
	gone                  int // most threads that were still there when a run was over
	outside               bool
	calls                 uint64 // system calls of the process before the batch
	longs                 int    // runs that were given up
	status, stop          string
	hashes                map[clewClass]int
	claims                []clewClaim
	stack                 []string // of the finding, as clewStack has it; nil if it is at no place
	proof                 clewProof
	proving               bool
	blind                 bool   // there is no survey: each run is to be the only one of its process
	surveys               string // folder of the surveys that were made
	of                    string // all that a proof or a survey depends on
	leaks                 int
	leakFirst, soundFirst int64 // the first runs that leaked, and that ended well; -1 for none
}

// Strategies that do not search, as package runtime knows them.
const (
	clewPlain = iota
	clewReplay
	clewSurvey
	clewDetours
	clewDPOR
	clewWalk
)

// A clewClass is what a run is of: its class by happens-before, and who made it.
type clewClass struct {
	hash     uint64
	strategy string
}

// A clewStrategy is a strategy that searches.
type clewStrategy struct {
	name   string
	number int  // as package runtime knows it
	survey bool // it needs one
}

// clewSurveyOf is what the last survey is of.
var clewSurveyOf string

func (j *clewJob) batch(args map[string]string) {
	start := time.Now()
	b := &clewBatch{job: j, stop: "count", leakFirst: -1, soundFirst: -1, hashes: map[clewClass]int{}}
	if err := b.parse(args, start); err != nil {
		clewLink.reply(`{"error":` + clewQuote(err.Error()) + `}`)
		return
	}
	if b.free {
		b.letGo()
		b.done(time.Since(start))
		return
	}
	clewCensus()
	clewForgetClaims()
	b.calls = clewCalls()
	if b.proving {
		b.catchUp()
	}
	for i := b.first; i < b.first+b.count; i++ {
		kind, message := b.one(i)
		if races := clewNewRaces(); races > 0 {
			for k := range races {
				clewLink.reply(`{"race":{"index":` + strconv.FormatUint(i, 10) + `,"key":` + clewQuote(clewNewRace(k)) + `}}`)
			}
			b.stop = "race"
		}
		if kind != "" {
			b.found(kind, message, i)
		}
		if b.proving && b.stop == "count" && !b.prove(i) {
			b.stop = "proof"
		}
		if b.stop != "count" {
			break
		}
		if !b.deadline.IsZero() && b.runs&15 == 15 && time.Now().After(b.deadline) {
			b.stop = "time"
			break
		}
	}
	b.done(time.Since(start))
}

func (b *clewBatch) parse(args map[string]string, start time.Time) error {
	var err error
	number := func(name string, missing uint64) uint64 {
		s, ok := args[name]
		if !ok {
			return missing
		}
		n, e := strconv.ParseUint(s, 10, 64)
		if e != nil && err == nil {
			err = fmt.Errorf("%s=%s is not a number", name, s)
		}
		return n
	}
	b.seed, b.first, b.count = number("seed", 1), number("first", 0), number("count", 1)
	b.maxSteps = number("steps", 1_000_000)
	b.wall = int64(number("wall", 0)) * int64(time.Millisecond)
	b.clock = int64(number("clock", 0))
	b.traced = number("trace", 0) != 0
	b.free = number("free", 0) != 0
	clewAttach(args["attached"] != "")
	procs, cpus, _ := strings.Cut(args["procs"], "/")
	clewSee(clewAtoi(procs), clewAtoi(cpus))
	if ms := number("ms", 0); ms > 0 {
		b.deadline = start.Add(time.Duration(ms) * time.Millisecond)
	}
	clewAskPoints(args["points"] == "memory", clewList(args["at"], ","))
	clewKnowRaces(clewList(args["known"], ";"), args["known"] == "*")
	b.proving = args["strategy"] == "dpor" && args["replay"] == ""
	b.frozen = args["frozen"] != ""
	b.blind, b.surveys = args["blind"] != "", args["surveys"]
	b.of = fmt.Sprint(args["blind"], args["test"], args["kind"], b.seed, b.clock, b.maxSteps, args["points"], args["at"], args["procs"])
	for _, name := range clewList(cmp.Or(args["strategy"], "random"), ",") {
		number, survey := clewStrategyNamed(name)
		if number == 0 && err == nil {
			err = fmt.Errorf("no strategy %s", name)
		}
		b.strategies = append(b.strategies, clewStrategy{name, number, survey})
	}
	if path := args["replay"]; path != "" && err == nil {
		b.replaying = true
		b.replayed, err = clewLoad(path)
	}
	if err == nil {
		err = b.detour(args)
	}
	if err == nil {
		err = b.delay(args)
	}
	return err
}

// found tells what a run revealed.
func (b *clewBatch) found(kind, message string, index uint64) {
	clewLink.reply(`{"finding":{"kind":"` + kind + `","index":` + strconv.FormatUint(index, 10) + `,"message":` + clewQuote(message) +
		`,"stack":[` + strings.Join(b.stack, ",") + `]}}`)
	b.status, b.stop = "fail", "finding"
}

// choose returns the strategy of the schedule with the given index. If it needs a survey that is not there, that is made first.
func (b *clewBatch) choose(i uint64) (number int, name string) {
	switch {
	case b.detouring:
		return clewDetours, "detours"
	case b.replaying:
		return clewReplay, "replay"
	case i == 0:
		return clewPlain, "plain"
	}
	s := b.strategies[(i-1)%uint64(len(b.strategies))]
	if s.survey && clewSurveyOf != b.of {
		b.learn()
	}
	return s.number, s.name
}

// run carries out a run.
func (b *clewBatch) run(i uint64, strategy int, traced bool) (*clewRun, int) {
	run := b.job.next()
	clewNetChoose(b.job.kernel)
	clewFreeze(b.frozen || strategy == clewDPOR || strategy == clewWalk)
	seed := clewDerive(b.seed, i)
	if strategy == clewDPOR || b.frozen {
		seed = b.seed // what is drawn by lot is the same in all runs of a proof
	}
	verdict := clewRunTest(run.body, strategy, seed, b.maxSteps, b.wall, b.clock, traced)
	if verdict == clewAgain {
		b.job.kernel, clewLast.clean = true, false
		clewMark(true, i)
		return b.run(i, strategy, traced)
	}
	return run, verdict
}

// one carries out the schedule with the given index. It returns what kind of finding
// came of it, if any.
func (b *clewBatch) one(i uint64) (kind, message string) {
	strategy, name := b.choose(i)
	clewMark(true, i)
	run, verdict := b.run(i, strategy, b.traced)
	steps, switches, picks, hash, threads, alive, left, touched := clewResults()

	b.runs++
	b.steps += steps
	b.switches += switches
	b.picks += picks
	b.threads = max(b.threads, threads)
	b.left = max(b.left, left)
	b.gone = max(b.gone, alive)
	b.outside = b.outside || touched
	if strategy != clewDPOR {
		b.hashes[clewClass{hash, name}]++
	}
	b.claim()
	b.status = "pass"
	b.proof.endless = strategy == clewDPOR && (verdict == clewLivelock || verdict == clewTooLong)
	switch {
	case b.proof.endless:
	case verdict == clewDeadlock:
		kind = "deadlock"
	case verdict == clewLivelock && strategy == clewPlain:
		kind, message = "livelock", fmt.Sprintf("the test goes round for ever: after %d steps all is as it was before", steps)
	case verdict == clewLivelock:
		kind, message = "livelock", fmt.Sprintf("the test has not ended after %d steps", steps)
	case verdict == clewLong:
		b.status = "long"
		b.longs++
	case verdict == clewTooLong:
		kind, message = "livelock", fmt.Sprintf("the test has not ended after %s (%d steps)", time.Duration(b.wall), steps)
	case verdict == clewNotAlways:
		kind, message = b.brokeWhat()
	case run.failed():
		kind = "failure"
	case run.skipped():
		b.status = "skip"
	}
	if kind != "" {
		b.status = "fail"
		run.cut()
	}
	clewLast.clean = alive == 0 && b.status == "pass" && !chatty.on
	if verdict == clewLeak {
		b.leaks++
		if b.leakFirst < 0 {
			b.leakFirst = int64(i)
		}
	}
	if verdict == clewOK && b.soundFirst < 0 {
		b.soundFirst = int64(i)
	}
	end := kind
	switch {
	case end == "" && verdict == clewLeak:
		end = "leak"
	case verdict == clewLong:
		end = "long"
	case end == "":
		end = "ok"
	}
	clewLogEnd(end)
	clewMark(false, i)
	return kind, message
}

// cut prints what the test has logged, as testing does, if its run was ended before that could.
func (r *clewRun) cut() {
	if r.c != nil && len(r.c.output) > 0 {
		text := append([]byte("--- FAIL: "+r.c.name+" (0.00s)\n"), r.c.output...)
		clewPrint(unsafe.Pointer(&text[0]), len(text))
	}
}

// clewUnweighed is how many runs were made since it was looked how much memory the process has.
var clewUnweighed uint64

func (b *clewBatch) done(elapsed time.Duration) {
	var heap runtime.MemStats
	if clewUnweighed += b.runs; clewUnweighed > 64 || b.leaks > 0 {
		clewUnweighed = 0
		runtime.ReadMemStats(&heap)
	}
	var w strings.Builder
	fmt.Fprintf(&w, `{"done":{"runs":%d,"steps":%d,"switches":%d,"picks":%d,"threads":%d,"left":%d,"gone":%d,"outside":%t,"calls":%d,"elapsed_ns":%d,"status":%q,"stop":%q,"leaks":%d,"leak_first":%d,"sound_first":%d,"longs":%d,"heap":%d,"hashes":"`,
		b.runs, b.steps, b.switches, b.picks, b.threads, b.left, b.gone, b.outside, clewCalls()-b.calls, elapsed, b.status, b.stop, b.leaks, b.leakFirst, b.soundFirst, b.longs, heap.Sys)
	sep := ""
	for class, n := range b.hashes {
		fmt.Fprintf(&w, "%s%x:%d:%s", sep, class.hash, n, class.strategy)
		sep = ","
	}
	w.WriteString(`"` + b.said())
	if b.proving {
		p := &b.proof
		fmt.Fprintf(&w, `,"proof":{"over":%t,"runs":%d,"classes":%d,"orders":"%.2g","trouble":%s}`, p.over, p.runs, p.classes, p.orders, clewQuote(p.trouble))
	}
	if b.slow {
		points, looks := clewDelaysMet()
		fmt.Fprintf(&w, `,"points":%d,"looks":%d`, points, looks)
	}
	if b.replaying {
		followed, stale := clewReplayed()
		why := ""
		switch {
		case stale:
			why = fmt.Sprintf("the program left the schedule at step %d of %d", followed+1, b.replayed)
		case followed < b.replayed:
			why = fmt.Sprintf("the test ended after step %d of %d", followed, b.replayed)
		}
		fmt.Fprintf(&w, `,"followed":%d,"of":%d,"stale":%s`, followed, b.replayed, clewQuote(why))
	}
	w.WriteString("}}")
	clewLink.reply(w.String())
}

// clewLoad reads the steps of a schedule to be replayed, a line each: the thread's key in
// hexadecimal, the operation, and which case a select picked. It returns their number.
func clewLoad(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var keys []uint64
	var ops []uint8
	var picks []int32
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			return 0, fmt.Errorf("step %d: want three fields", len(keys)+1)
		}
		key, err := strconv.ParseUint(fields[0], 16, 64)
		if err != nil {
			return 0, err
		}
		pick, err := strconv.ParseInt(fields[2], 10, 32)
		if err != nil {
			return 0, err
		}
		keys, ops, picks = append(keys, key), append(ops, clewOpByName(fields[1])), append(picks, int32(pick))
	}
	clewReplaySteps(keys, ops, picks)
	return len(keys), lines.Err()
}

// clewExample prepares an example. Its output is compared with what the run has printed.
func clewExample(eg InternalExample) *clewRun {
	passed := true
	failed := func() bool { return !passed }
	skipped := func() bool { return false }
	return &clewRun{failed: failed, skipped: skipped, body: func() {
		if chatty.on {
			fmt.Printf("%s=== RUN   %s\n", chatty.prefix(), eg.Name)
		}
		stdout := os.Stdout
		os.Stdout = clewExampleStdout()
		clewExampleBegins()
		start := time.Now()
		finished := false
		defer func() {
			os.Stdout = stdout
			p, n := clewExampleEnds()
			out := string(unsafe.Slice((*byte)(p), n))
			spent := time.Since(start)
			passed = eg.processRunResult(out, spent, finished, recover())
		}()
		eg.F()
		finished = true
	}}
}

// clewPlainExample prepares an example that is run as go test does.
func clewPlainExample(eg InternalExample) *clewRun {
	passed := false
	failed := func() bool { return !passed }
	skipped := func() bool { return false }
	return &clewRun{failed: failed, skipped: skipped, body: func() { passed = runExample(eg) }}
}

func clewGoVersion() string { return runtime.Version() }
