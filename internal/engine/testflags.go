package engine

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// testFlags are the -test.* flags that go test gave, as far as the coordinator must know them. All
// other arguments are handed to workers as they are.
type testFlags struct {
	rest []string // arguments for every worker

	verbose, json bool
	plain         bool     // -test.list: nothing to control
	after         []string // arguments of the plain run for benchmarks or fuzzing that follows; nil for none
	failfast      bool
	count         int
	cpus          []string // values for GOMAXPROCS, one a round; "" for the default
	timeout       time.Duration
	shuffle       string // seed, empty if not shuffled
	coverProfile  string // absolute, empty for none
	coverDir      string
	profiles      []string // for the first worker alone
}

// flagsWithBool are the test flags that need no value.
var flagsWithBool = []string{"short", "failfast", "fullpath", "benchmem", "paniconexit0", "v", "artifacts"}

// parseTestFlags reads the arguments of a test binary that runs in dir.
func parseTestFlags(args []string, dir string) testFlags {
	f := testFlags{count: 1, cpus: []string{""}}
	set := map[string]string{}
	for i := 0; i < len(args); i++ {
		name, value, found := testFlag(args[i])
		switch {
		case args[i] == "--":
			f.rest = append(f.rest, args[i:]...)
			i = len(args)
		case name == "":
			f.rest = append(f.rest, args[i])
		case !found && slices.Contains(flagsWithBool, name):
			set[name] = "true"
		case !found && i+1 < len(args):
			i++
			set[name] = args[i]
		default:
			set[name] = value
		}
	}
	f.read(set, dir)
	return f
}

// testFlag splits "-test.name=value"; name is empty for anything else.
func testFlag(arg string) (name, value string, found bool) {
	dashless := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
	name, ok := strings.CutPrefix(dashless, "test.")
	if !ok || dashless == arg {
		return "", "", false
	}
	return strings.Cut(name, "=")
}

// read takes what concerns the coordinator and puts the others before the user's own arguments.
func (f *testFlags) read(set map[string]string, dir string) {
	f.readOutput(set)
	f.readRounds(set)
	f.readProfiles(set, dir)
	f.readPlain(set)
	var hand []string
	for name, value := range set {
		switch name {
		case "count", "cpu", "timeout", "failfast", "shuffle", "bench", "benchtime", "benchmem", "fuzz", "fuzztime",
			"fuzzminimizetime", "list", "testlogfile", "coverprofile", "gocoverdir",
			"cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace":
		default:
			hand = append(hand, "-test."+name+"="+value)
		}
	}
	slices.Sort(hand)
	f.rest = append(append(hand, "-test.timeout=0", "-test.count=1"), f.rest...)
	if f.shuffle != "" {
		f.rest = append([]string{"-test.shuffle=" + f.shuffle}, f.rest...)
	}
}

func (f *testFlags) readOutput(set map[string]string) {
	switch set["v"] {
	case "", "false", "0":
	case "test2json":
		f.verbose, f.json = true, true
	default:
		f.verbose = true
	}
}

func (f *testFlags) readRounds(set map[string]string) {
	f.failfast = isTrue(set["failfast"])
	if n, err := strconv.Atoi(set["count"]); err == nil && n >= 0 {
		f.count = n
	}
	f.timeout, _ = time.ParseDuration(set["timeout"]) // go test has checked it
	if list := set["cpu"]; list != "" {
		f.cpus = strings.Split(list, ",")
	}
	switch s := set["shuffle"]; s {
	case "", "off":
	case "on":
		f.shuffle = strconv.FormatUint(rand.Uint64()>>1, 10) // told to the user, as go test does
	default:
		f.shuffle = s
	}
}

func (f *testFlags) readProfiles(set map[string]string, dir string) {
	out := set["outputdir"]
	if out == "" {
		out = dir
	}
	if p := set["coverprofile"]; p != "" {
		f.coverProfile = absolute(out, p)
	}
	f.coverDir = set["gocoverdir"]
	for _, name := range []string{"cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace"} {
		if set[name] != "" {
			f.profiles = append(f.profiles, "-test."+name+"="+set[name])
		}
	}
}

// readPlain finds what clew leaves to the binary itself: listing, benchmarks and fuzzing.
func (f *testFlags) readPlain(set map[string]string) {
	_, f.plain = set["list"]
	if set["bench"] == "" && set["fuzz"] == "" {
		return
	}
	f.profiles = nil // they are meant for the benchmarks
	for name, value := range set {
		switch name {
		case "run", "coverprofile", "gocoverdir", "shuffle":
		default:
			f.after = append(f.after, "-test."+name+"="+value)
		}
	}
	slices.Sort(f.after)
	f.after = append(append(f.after, "-test.run=^$"), f.rest...)
}

// worker returns the arguments of a worker. Only the first one writes profiles; coverage goes to a folder of the
// worker's own.
func (f *testFlags) worker(first bool, cpu, cover string) []string {
	var args []string
	if first {
		args = append(args, f.profiles...)
	}
	if cpu != "" {
		args = append(args, "-test.cpu="+cpu)
	}
	if cover != "" && f.covers() {
		args = append(args, "-test.coverprofile="+filepath.Join(cover, "profile"))
		if f.coverDir != "" {
			args = append(args, "-test.gocoverdir="+cover)
		}
	}
	return append(args, f.rest...)
}

// covers reports whether coverage is to be measured.
func (f *testFlags) covers() bool { return f.coverProfile != "" || f.coverDir != "" }

// marker begins lines of the testing package for test2json.
func (f *testFlags) marker() string {
	if f.json {
		return "\x16"
	}
	return ""
}

// badCPU returns what is wrong with -test.cpu, empty if nothing is.
func (f *testFlags) badCPU() string {
	for _, cpu := range f.cpus {
		if n, err := strconv.Atoi(strings.TrimSpace(cpu)); cpu != "" && (err != nil || n <= 0) {
			return fmt.Sprintf("testing: invalid value %q for -test.cpu", cpu)
		}
	}
	return ""
}

func isTrue(s string) bool {
	b, err := strconv.ParseBool(s)
	return err == nil && b
}

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// cores is the number of workers that -workers=0 means.
func cores() int { return runtime.GOMAXPROCS(0) }

// selects reports whether not all tests are to be run.
func (f *testFlags) selects() bool {
	for _, arg := range f.rest {
		switch name, _, _ := testFlag(arg); name {
		case "run", "skip", "short":
			return true
		}
	}
	return false
}
