//go:build unix

package engine

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary starts itself as a fake worker, which speaks the protocol and misbehaves on demand: the
// names of its tests say how.
func TestMain(m *testing.M) {
	if os.Getenv("CLEW_WORKER") != "" {
		fake()
	}
	if os.Getenv("FAKE_TESTS") != "" { // started plainly
		fmt.Println("plainly", strings.Join(os.Args[1:], " "))
		os.Exit(4)
	}
	os.Exit(m.Run())
}

// fakeWorker is one in the process it runs in.
type fakeWorker struct {
	shm     []byte
	replies *os.File
	args    map[string]string // of the run command
	verbose bool
	runs    []uint64 // of this process
}

func fake() {
	f := &fakeWorker{replies: os.NewFile(4, "replies")}
	info, err := os.Stat(os.Getenv("CLEW_SHM"))
	if err != nil {
		panic(err)
	}
	file, _ := os.OpenFile(os.Getenv("CLEW_SHM"), os.O_RDWR, 0)
	if f.shm, err = mapFile(file, int(info.Size())); err != nil {
		panic(err)
	}
	for _, a := range os.Args[1:] {
		f.verbose = f.verbose || a == "-test.v=true"
	}
	switch os.Getenv("FAKE_START") {
	case "mute":
		fmt.Println("PASS")
		os.Exit(0)
	case "init":
		fmt.Fprint(os.Stderr, "panic: no database\n\ngoroutine 1 [running]:\nexample.com/p.init.0()\n\t/p/p.go:3 +0x1d\n")
		os.Exit(2)
	case "wrong hash":
		f.reply(`{"hello":{"overlay":"other"}}`)
	default:
		f.reply(`{"hello":{"overlay":"HASH"}}`)
	}
	fmt.Println("setup")
	if os.Getenv("FAKE_START") == "early" {
		os.Exit(5)
	}
	f.reply(`{"ready":true}`)
	f.serve()
}

func (f *fakeWorker) reply(format string, args ...any) { fmt.Fprintf(f.replies, format+"\n", args...) }

func (f *fakeWorker) serve() {
	commands := bufio.NewScanner(os.NewFile(3, "commands"))
	for commands.Scan() {
		verb, rest, _ := strings.Cut(commands.Text(), " ")
		switch verb {
		case "list":
			tests := strings.Split(os.Getenv("FAKE_TESTS"), ",")
			for _, t := range tests {
				f.reply(`{"test":{"name":%q,"kind":"test"}}`, t)
			}
			f.reply(`{"listed":%d}`, len(tests))
		case "run":
			f.args = map[string]string{}
			for _, pair := range strings.Fields(rest) {
				key, value, _ := strings.Cut(pair, "=")
				f.args[key] = strings.Trim(value, `"`)
			}
			f.batch()
		case "quit":
			f.reply(`{"bye":0}`)
			fmt.Println("coverage: 12.5% of statements in ./...\nteardown")
			f.writeCover()
			code, _ := strconv.Atoi(os.Getenv("FAKE_EXIT"))
			os.Exit(code)
		}
	}
	os.Exit(3)
}

func (f *fakeWorker) writeCover() {
	for _, a := range os.Args[1:] {
		if path, ok := strings.CutPrefix(a, "-test.coverprofile="); ok {
			os.WriteFile(path, []byte("mode: count\np/a.go:1.1,2.2 3 1\np/b.go:1.1,2.2 1 0\n"), 0o600)
		}
	}
}

func (f *fakeWorker) put(at int, v uint64) { binary.LittleEndian.PutUint64(f.shm[at:], v) }
func (f *fakeWorker) get(at int) uint64    { return binary.LittleEndian.Uint64(f.shm[at:]) }
func (f *fakeWorker) number(key string) uint64 {
	n, _ := strconv.ParseUint(f.args[key], 10, 64)
	return n
}

// text fills an area of the shared memory.
func (f *fakeWorker) text(at, length int, text string) {
	copy(f.shm[f.get(at):], text)
	f.put(length, uint64(len(text)))
}

const fakeLog = `f 1 20 example.com/bank.TestAB /p/bank_test.go
f 2 31 example.com/bank.Transfer /p/bank.go
t 1 0 0 m 0 1
t 2 1 1 g 1 1
t 3 1 2 g 1 1
s 0 1 start 0 0 -1
s 1 1 go 0 1 -1
o 1 mutex 2
o 2 mutex 2
s 2 2 lock 1 2 -1
s 3 3 lock 2 2 -1
`

const fakeDeadlock = `e deadlock
b 2 blocked lock 2 2,1
b 3 blocked lock 1 2,1
h 1 2 w 2
h 2 3 w 2
`

// batch runs schedules; the test's name says what happens in them.
func (f *fakeWorker) batch() {
	test := f.args["test"]
	threads, status, leaks, leakFirst, soundFirst, runs, stop := 2, "pass", 0, -1, -1, 0, "count"
	if strings.HasPrefix(test, "TestSingle") {
		threads = 1
	}
	until := time.Now().Add(time.Duration(f.number("ms")) * time.Millisecond)
	for i := f.number("first"); i < f.number("first")+f.number("count"); i++ {
		if runs > 0 && f.number("ms") > 0 && time.Now().After(until) {
			stop = "time"
			break
		}
		f.put(shmIndex, i)
		f.put(shmSteps, 4)
		f.put(shmRunning, 1)
		report := ""
		if f.verbose {
			report = "=== RUN   " + test + "\n"
		}
		f.text(shmOutAt, shmOutLen, report+fmt.Sprintf("run %d\n", i))
		if f.args["trace"] == "1" {
			f.text(shmLogAt, shmLogLen, fakeLog+f.raceLog(test, i))
		}
		kind := f.misbehave(test, i)
		f.put(shmRuns, f.get(shmRuns)+1)
		f.put(shmRunning, 0)
		runs++
		if f.tellRaces(test, i) {
			stop = "race"
		}
		switch {
		case kind == "leak":
			if leaks++; leakFirst < 0 {
				leakFirst = int(i)
			}
		case kind == "" && soundFirst < 0:
			soundFirst = int(i)
		case kind == "skip":
			status = "skip"
		case kind != "":
			status, stop = "fail", "finding"
			f.text(shmOutAt, shmOutLen, report+fmt.Sprintf("run %d\n--- FAIL: %s (0.00s)\n    x_test.go:3: broken\n", i, test))
			f.reply(`{"finding":{"kind":%q,"index":%d,"message":""}}`, kind, i)
		}
		if kind == "deadlock" && f.args["trace"] == "1" {
			f.text(shmLogAt, shmLogLen, fakeLog+f.raceLog(test, i)+fakeDeadlock)
		}
		if stop != "count" || f.args["replay"] != "" {
			break
		}
	}
	if strings.HasPrefix(test, "TestLong") && f.args["free"] == "" {
		status = "long"
	}
	stale := ""
	if test == "TestSinglePicks" {
		stale = `,"picks":1`
	}
	if strings.HasPrefix(test, "TestStale") && f.args["replay"] != "" {
		stale = `,"followed":2,"of":4,"stale":"the program left the schedule"`
	}
	hashes := fmt.Sprintf("a:%d,b%d:1", runs, f.number("first"))
	if strings.HasPrefix(test, "TestSlowSame") || strings.HasPrefix(test, "TestSame") {
		hashes = fmt.Sprintf("a:%d:%s", runs, f.args["strategy"])
	}
	if strings.HasPrefix(test, "TestCalls") {
		stale += `,"calls":7`
	}
	f.reply(`{"done":{"runs":%d,"steps":%d,"threads":%d,"status":%q,"stop":%q,"hashes":%q,"leaks":%d,"leak_first":%d,"sound_first":%d%s}}`,
		runs, 4*runs, threads, status, stop, hashes, leaks, leakFirst, soundFirst, stale)
}

// misbehave is run i of a test. It returns the kind of what it found, if it lives to tell.
func (f *fakeWorker) misbehave(test string, i uint64) string {
	if os.Getenv("FAKE_FIXED") != "" {
		return ""
	}
	if strings.HasPrefix(test, "TestRace") {
		return f.consequence(test, i)
	}
	if f.args["free"] != "" {
		return f.free(test)
	}
	switch test {
	case "TestLeakAll":
		return "leak"
	case "TestLeakOnce":
		if f.get(shmRuns) == 0 {
			return "leak"
		}
	case "TestLeakSome":
		if i%4 == 3 {
			return "leak"
		}
	case "TestSkip":
		return "skip"
	case "TestSingleFail":
		return "failure"
	case "TestSlow", "TestSlow1", "TestSlow2", "TestSlow3", "TestSlow4", "TestSlowSame", "TestSlowSame2", "TestSlowNew":
		time.Sleep(2 * time.Millisecond)
		if folder := os.Getenv("FAKE_PIDS"); folder != "" && i > 0 {
			os.WriteFile(filepath.Join(folder, strconv.Itoa(os.Getpid())), nil, 0o600)
		}
	case "TestCalls1", "TestCalls2", "TestCalls3":
		return f.alone()
	case "TestPlainFail":
		if i == 0 {
			return "failure"
		}
	}
	if f.stateful(test, i) {
		return "failure"
	}
	if test == "TestHangOnce" || test == "TestHangLong" {
		spin()
	}
	if i != 17 {
		return ""
	}
	switch test {
	case "TestDeadlock", "TestStaleDeadlock":
		return "deadlock"
	case "TestExit":
		os.Exit(3)
	case "TestPanic":
		fmt.Println("println before")
		deepPanic()
	case "TestFatal":
		new(sync.Mutex).Unlock()
	case "TestKilled":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "TestKilledOnce":
		if once(test) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	case "TestFlaky":
		if once(test) {
			return "failure"
		}
	case "TestHang":
		spin()
	case "TestBetween":
		f.put(shmRunning, 0)
		os.Exit(1)
	}
	return ""
}

// free is the run of a test without control.
func (f *fakeWorker) free(test string) string {
	switch test {
	case "TestLongFails":
		return "failure"
	case "TestLongSkips":
		return "skip"
	case "TestLongPanics":
		deepPanic()
	case "TestLongEndless", "TestHangLong":
		spin()
	}
	return ""
}

// stateful reports whether run i breaks because of what other runs have left in the process.
func (f *fakeWorker) stateful(test string, i uint64) bool {
	f.runs = append(f.runs, i)
	n := len(f.runs)
	switch test {
	case "TestState2":
		return n > 1
	case "TestState18":
		return n > 1 && i == 17
	case "TestStateOf":
		return n > 17 && i == 17
	case "TestStatePlain":
		return n > 1 && n < 3 && i == 0
	}
	return false
}

// alone fails when another process is in it at the same time.
func (f *fakeWorker) alone() string {
	path := filepath.Join(os.Getenv("FAKE_DIR"), "alone")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "failure"
	}
	file.Close()
	time.Sleep(time.Millisecond)
	os.Remove(path)
	return ""
}

//go:noinline
func deepPanic() { panic("no money") }

//go:noinline
func spin() {
	for x := 0; ; x++ {
		sink = x
	}
}

var sink int

// once reports true the first time only, in whatever process.
func once(name string) bool {
	f, err := os.OpenFile(filepath.Join(os.Getenv("FAKE_DIR"), name), os.O_CREATE|os.O_EXCL, 0o600)
	f.Close()
	return err == nil
}
