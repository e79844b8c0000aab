//go:build clewinside

// clew's part of package testing: a test binary as a worker.
//
// The coordinator starts the test binary with CLEW_WORKER set. The worker says hello
// as soon as it can, lets TestMain do its work, and, where testing would run the
// tests, carries out the coordinator's commands: it runs a test again and again, each
// run with another schedule, and tells what came of it. Commands come in on file 3,
// a line each; replies leave on file 4, a JSON object a line. What a run prints, and
// the step log, go to memory that is shared with the coordinator, so that they
// outlive the worker. The protocol is documented in clew's internal/engine.
package testing

import (
	"bufio"
	"context"
	"flag"
	"internal/race"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Implemented in package runtime.

//go:linkname clewServe
func clewServe(shm unsafe.Pointer)

//go:linkname clewHide
func clewHide()

//go:linkname clewWatcher
func clewWatcher()

//go:linkname clewMark
func clewMark(on bool, index uint64)

//go:linkname clewRunTest
func clewRunTest(fn func(), strategy int, seed, maxSteps uint64, wallBudget, wall int64, traced bool) int

//go:linkname clewNetChoose
func clewNetChoose(kernel bool)

//go:linkname clewResults
func clewResults() (steps, switches, picks, hash uint64, threads, alive, left int, touched bool)

//go:linkname clewCensus
func clewCensus()

//go:linkname clewCalls
func clewCalls() uint64

//go:linkname clewLogEnd
func clewLogEnd(kind string)

//go:linkname clewReplaySteps
func clewReplaySteps(keys []uint64, ops []uint8, picks []int32)

//go:linkname clewFollowBlocks
func clewFollowBlocks(keys []uint64, steps []uint32)

//go:linkname clewTakeDetours
func clewTakeDetours(after []uint64, count []uint32, to []uint64, pick []int32, follow bool)

//go:linkname clewDelaysDraw
func clewDelaysDraw(budget int64, points, looks int)

//go:linkname clewDelaysTake
func clewDelaysTake(after []uint64, count, look []uint32, to []uint64, length []int64)

//go:linkname clewDelaysMet
func clewDelaysMet() (points, looks int)

//go:linkname clewReplayed
func clewReplayed() (followed int, stale bool)

//go:linkname clewOpByName
func clewOpByName(name string) uint8

//go:linkname clewSetMachine
func clewSetMachine(procs, cpus int) (int, int)

//go:linkname clewStrategyNamed
func clewStrategyNamed(name string) (number int, survey bool)

//go:linkname clewSurveyMemory
func clewSurveyMemory() (p unsafe.Pointer, size uintptr)

//go:linkname clewSurveyKnown
func clewSurveyKnown()

//go:linkname clewSurveyed
func clewSurveyed(sound bool)

//go:linkname clewDerive
func clewDerive(seed, i uint64) uint64

//go:linkname clewAskPoints
func clewAskPoints(all bool, places []string)

//go:linkname clewKnowRaces
func clewKnowRaces(keys []string, all bool)

//go:linkname clewNewRaces
func clewNewRaces() int

//go:linkname clewNewRace
func clewNewRace(i int) string

//go:linkname clewFreeze
func clewFreeze(on bool)

//go:linkname clewAttach
func clewAttach(on bool)

//go:linkname clewLeaves
func clewLeaves()

//go:linkname clewProve
func clewProve()

//go:linkname clewOrders
func clewOrders() float64

//go:linkname clewProved
func clewProved() (more bool, runs, classes int, trouble string)

//go:linkname clewPrint
func clewPrint(p unsafe.Pointer, n int)

//go:linkname clewExampleBegins
func clewExampleBegins()

//go:linkname clewExampleEnds
func clewExampleEnds() (p unsafe.Pointer, n int)

//go:linkname clewExampleStdout
func clewExampleStdout() *os.File

// clewLink is the worker's connection to its coordinator, nil in other processes.
var clewLink *clewConn

type clewConn struct {
	commands chan string
	replies  *os.File
}

// clewHello makes the process a worker if it was started as one. What it starts in turn
// must not take itself for a worker.
func clewHello() {
	if os.Getenv("CLEW_WORKER") == "" || clewLink != nil {
		return
	}
	path := os.Getenv("CLEW_SHM")
	os.Unsetenv("CLEW_WORKER")
	os.Unsetenv("CLEW_SHM")
	clewPrivate(3)
	clewPrivate(4)
	clewLink = &clewConn{commands: make(chan string), replies: os.NewFile(4, "clew replies")}
	clewServe(clewMap(path))
	in := os.NewFile(3, "clew commands")
	go clewWatcher()
	go clewListen(in)
	clewLink.reply(`{"hello":{"overlay":` + clewQuote(clewOverlayHash) + `,"go":` + clewQuote(clewGoVersion()) + `,"pid":` + strconv.Itoa(os.Getpid()) + `}}`)
}

// clewListen passes commands on. When the coordinator is gone, so is the worker.
func clewListen(in *os.File) {
	clewHide()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		clewLink.commands <- lines.Text()
		if lines.Text() == "quit" {
			return // what follows is TestMain's to end
		}
	}
	os.Exit(3)
}

func (c *clewConn) reply(line string) {
	if _, err := c.replies.WriteString(line + "\n"); err != nil {
		os.Exit(3)
	}
}

// clewWorks reports whether the process is a worker, and its tests are under control.
func clewWorks() bool { return clewLink != nil && !clewFree }

// clewFree is set when the worker runs a test without control.
var clewFree bool

// clewWork carries out commands until it is told to quit, and returns the exit code.
func (m *M) clewWork() int {
	time.Now().Zone() // the zone is found out once, which takes time
	runtime.GOMAXPROCS(cpuList[0])
	procs, cpus := clewSee(0, 0)
	clewLink.reply(`{"ready":true,"procs":"` + strconv.Itoa(procs) + "/" + strconv.Itoa(cpus) + `"}`)
	jobs := map[string]*clewJob{}
	for command := range clewLink.commands {
		verb, rest, _ := strings.Cut(command, " ")
		args := clewArgs(rest)
		switch verb {
		case "list":
			m.clewList()
		case "run":
			name := args["test"]
			if jobs[name] == nil {
				jobs[name] = m.clewJob(name)
			}
			if jobs[name] == nil {
				clewLink.reply(`{"error":` + clewQuote("no test "+name) + `}`)
				continue
			}
			jobs[name].batch(args)
		case "quit":
			clewLink.reply(`{"bye":0}`)
			return 0
		default:
			clewLink.reply(`{"error":` + clewQuote("unknown command "+verb) + `}`)
		}
	}
	return 3
}

// clewList names the tests that -run and -skip select, in the order in which go test
// runs them.
func (m *M) clewList() {
	match := newMatcher(m.deps.MatchString, *match, "-test.run", *skip)
	n := 0
	tell := func(name, kind string) {
		if _, ok, _ := match.fullName(nil, name); ok {
			clewLink.reply(`{"test":{"name":` + clewQuote(name) + `,"kind":"` + kind + `"}}`)
			n++
		}
	}
	for _, t := range m.tests {
		tell(t.Name, "test")
	}
	for _, f := range m.fuzzTargets {
		tell(f.Name, "fuzz")
	}
	for _, e := range m.examples {
		tell(e.Name, "example")
	}
	clewLink.reply(`{"listed":` + strconv.Itoa(n) + `}`)
}

// A clewJob is a test that can be run many times.
type clewJob struct {
	next    func() *clewRun // prepares a run
	plainly func() *clewRun // prepares one without control; nil if next does that, too
	kernel  bool            // its network is the kernel's
}

// A clewRun is one run of a test.
type clewRun struct {
	body            func()
	failed, skipped func() bool
	c               *common // nil for an example's
}

// What the tests of one run share. A run that left nothing behind hands it on to the next.
type clewShared struct {
	root  *common
	state *testState
	clean bool
}

var clewLast clewShared

// clewShare returns what the tests of a new run share.
func (m *M) clewShare() (*common, *testState) {
	last := &clewLast
	if !last.clean {
		last.root, last.state = m.clewRoot(), m.clewState()
	}
	last.clean = false
	last.state.maxParallel = clewParallel
	clear(last.state.match.subNames)
	numFailed.Store(0)
	return last.root, last.state
}

func (m *M) clewJob(name string) *clewJob {
	if clewTestByName == nil {
		clewTestByName = map[string]InternalTest{}
		for _, t := range m.tests {
			clewTestByName[t.Name] = t
		}
	}
	if t, ok := clewTestByName[name]; ok {
		if name == clewProgram {
			t.F = clewMain(t.F)
		}
		return &clewJob{next: m.clewTests(t)}
	}
	for _, f := range m.fuzzTargets {
		if f.Name == name {
			return &clewJob{next: func() *clewRun { return m.clewFuzz(f) }}
		}
	}
	for _, e := range m.examples {
		if e.Name == name {
			return &clewJob{next: func() *clewRun { return clewExample(e) }, plainly: func() *clewRun { return clewPlainExample(e) }}
		}
	}
	return nil
}

var clewTestByName map[string]InternalTest // there may be thousands

// clewState makes the state that the tests of one run share. The patterns of -run and
// -skip are parsed once only.
func (m *M) clewState() *testState {
	if clewMatcher == nil {
		clewMatcher = newMatcher(m.deps.MatchString, *match, "-test.run", *skip)
	}
	return newTestState(clewParallel, &matcher{
		filter: clewMatcher.filter, skip: clewMatcher.skip, matchFunc: clewMatcher.matchFunc,
		subNames: map[string]int32{},
	})
}

var clewMatcher *matcher

// clewParallel is how many tests may run in parallel: as many as there are processors, as the runs see them, unless -parallel says so.
var clewParallel int

// clewSee sets what processors the next runs see; zero stands for what there is. It returns that.
func clewSee(procs, cpus int) (int, int) {
	procs, cpus = clewSetMachine(procs, cpus)
	clewParallel = procs
	flag.Visit(func(f *flag.Flag) {
		if f.Name == "test.parallel" {
			clewParallel = *parallel
		}
	})
	return procs, cpus
}

// clewRoot is the parent of a run's test. It has no barrier: the only test of its level
// does not wait for others, t.Parallel or not.
func (m *M) clewRoot() *common {
	root := &common{w: os.Stdout}
	clewPaths(root, m)
	if Verbose() {
		root.chatty = newChattyPrinter(root.w)
	}
	return root
}

// clewContext makes the context of a run's test, which comes without one.
func (c *common) clewContext() {
	if clewLink != nil && c.ctx == nil {
		c.ctx, c.cancelCtx = context.WithCancel(context.Background())
	}
}

// clewTests returns what prepares the runs of a test, one after another. A run whose T nobody can have kept
// leaves it to the next.
func (m *M) clewTests(test InternalTest) func() *clewRun {
	var run *clewRun
	var t *T
	var fresh T // t as it was before its run
	return func() *clewRun {
		again := clewLast.clean && t != nil && t.clewUntouched()
		root, state := m.clewShare()
		if again {
			*t = fresh
			return run
		}
		t = &T{
			common: common{
				barrier: make(chan bool), signal: make(chan bool, 1),
				name: test.Name, parent: root, level: 1, chatty: root.chatty,
			},
			tstate: state,
		}
		clewPaths(&t.common, m)
		t.w = indenter{&t.common}
		t.setOutputWriter()
		fresh = *t
		run = t.clewRun(test.F)
		return run
	}
}

func (t *T) clewRun(fn func(*T)) *clewRun {
	return &clewRun{failed: t.Failed, skipped: t.Skipped, c: &t.common, body: func() {
		if t.chatty != nil {
			t.chatty.Updatef(t.name, "=== RUN   %s\n", t.name)
		}
		tRunner(t, fn)
	}}
}

// clewUntouched reports whether a test's run has used nothing of its T that others may hold on to.
func (t *T) clewUntouched() bool {
	return t.cleanups == nil && t.ctx == nil && t.helperPCs == nil && t.tempDir == "" && !t.hasSub.Load() && !t.isParallel
}

// clewPassed ends a test that passed and has nothing to clean up, to wait for or to show. It reports whether
// that was so.
func (t *T) clewPassed() bool {
	if !t.finished || t.failed || t.level != 1 || t.chatty != nil || t.isParallel || len(t.sub) > 0 {
		return false
	}
	t.clewEnds()
	t.done = true
	t.setRan()
	return true
}

// This package is compiled without calls of the race detector: its books are none of the user's business, and one
// thread runs at a time. What a user's goroutine can do wrong is to use a T after the end of its test.

// clewUsed tells the race detector that c is used.
func (c *common) clewUsed() { race.Read(unsafe.Pointer(&c.done)) }

// clewEnds tells it that the test ends.
func (c *common) clewEnds() { race.Write(unsafe.Pointer(&c.done)) }

func (m *M) clewFuzz(target InternalFuzzTarget) *clewRun {
	root, state := m.clewShare()
	ctx, cancelCtx := context.WithCancel(context.Background())
	f := &F{
		common: common{
			signal: make(chan bool, 1), barrier: make(chan bool),
			name: target.Name, parent: root, level: 1, chatty: root.chatty,
			ctx: ctx, cancelCtx: cancelCtx,
		},
		tstate: state,
		fstate: &fuzzState{deps: m.deps, mode: seedCorpusOnly},
	}
	clewPaths(&f.common, m)
	f.w = indenter{&f.common}
	f.setOutputWriter()
	return &clewRun{failed: f.Failed, skipped: f.Skipped, c: &f.common, body: func() {
		if f.chatty != nil {
			f.chatty.Updatef(f.name, "=== RUN   %s\n", f.name)
		}
		fRunner(f, target.Fn)
	}}
}

// clewProgram is the test that clew run puts into a program: it calls the program's main function.
const clewProgram = "Test_main"

// clewMain is a function that ends the run with the program's main function.
func clewMain(main func(*T)) func(*T) {
	return func(t *T) {
		main(t)
		clewLeaves()
	}
}
