//go:build clewinside

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	_ "unsafe" // for go:linkname
)

// What the public package github.com/goclew/clew calls. Who is no thread of a run is answered as if there were no clew.

// clewAPIUnder reports whether clew runs the process. Package initialisation may ask before the worker has said hello.
//
//go:linkname clewAPIUnder github.com/goclew/clew.under
func clewAPIUnder() bool { return clew.worker || gogetenv("CLEW_WORKER") != "" }

// clewAPIChoose returns a number below n that the strategy picks.
//
//go:linkname clewAPIChoose github.com/goclew/clew.choose
func clewAPIChoose(n int) int {
	t := clewSelf()
	if t == nil || t.hushed {
		return 0
	}
	clewPoint(t, OpChoose, nil, sys.GetCallerPC())
	if n < 2 {
		return 0
	}
	pick := clewPick(n)
	t.hash = Mix(t.hash, uint64(pick))
	if clew.traced {
		clewLogPicked(t, pick)
	}
	return pick
}

// clewAPIFail ends the run: something that is always to hold does not.
//
//go:linkname clewAPIFail github.com/goclew/clew.fail
func clewAPIFail(name string) {
	if clewSelf() == nil {
		return
	}
	b := &clewBroken
	b.name = name
	b.n = callers(1, b.pcs[:])
	clew.verdict = clewNotAlways
	mcall(clewGiveUp)
}

// clewBroken is what did not hold, and where.
var clewBroken struct {
	name string
	pcs  [64]uintptr
	n    int
}

// clewWhatBroke returns what did not hold in the last run, and the calls that led there.
//
//go:linkname clewWhatBroke testing.clewWhatBroke
func clewWhatBroke() (name string, pcs []uintptr) {
	return clewBroken.name, clewBroken.pcs[:clewBroken.n]
}

// A clewClaim is something that is to hold sometimes.
type clewClaim struct {
	name    string
	pcs     [8]uintptr // of the first call
	n       int
	reached bool // in this run
	held    bool
}

// clewClaims are those that the runs of a batch have made, in the order in which they came first.
var clewClaims []clewClaim

// clewAPISometimes takes in a claim.
//
//go:linkname clewAPISometimes github.com/goclew/clew.sometimes
func clewAPISometimes(cond bool, name string) {
	if clewSelf() == nil {
		return
	}
	for i := range clewClaims {
		if c := &clewClaims[i]; c.name == name {
			c.reached, c.held = true, c.held || cond
			return
		}
	}
	c := clewClaim{name: name, reached: true, held: cond}
	c.n = callers(1, c.pcs[:])
	clewClaims = append(clewClaims, c)
}

// clewForgetClaims begins a batch.
//
//go:linkname clewForgetClaims testing.clewForgetClaims
func clewForgetClaims() { clewClaims = nil }

// clewClaimed returns what became of a claim in the last run; no name if there is none of that number.
//
//go:linkname clewClaimed testing.clewClaimed
func clewClaimed(i int) (name string, pcs []uintptr, reached, held bool) {
	if i >= len(clewClaims) {
		return "", nil, false, false
	}
	c := &clewClaims[i]
	return c.name, c.pcs[:c.n], c.reached, c.held
}

// clewNamed is an object that the program has named in this run. It is kept, so that nothing else comes to lie there.
type clewNamed struct {
	object any
	addr   uintptr
	name   string
}

var clewNamedObjects []clewNamed

// clewAPIName names an object, or the calling thread if that is nil. It reports false if it is nothing that threads may meet at.
//
//go:linkname clewAPIName github.com/goclew/clew.giveName
func clewAPIName(name string, object any) bool {
	t := clewSelf()
	e := efaceOf(&object)
	switch {
	case t == nil:
		return true
	case e._type == nil:
		if clew.traced {
			clewLogName("t", t.id, name)
		}
		return true
	case e._type.Kind() != abi.Pointer && e._type.Kind() != abi.Chan:
		return false
	}
	clewNamedObjects = append(clewNamedObjects, clewNamed{object, uintptr(e.data), name})
	if o := clewFind(uintptr(e.data)); clew.traced && o != nil && o.logged {
		clewLogName("o", o.id, name)
	}
	return true
}

// clewLogNames writes the names that an object was given before it was used.
func clewLogNames(o *clewObject) {
	for i := range clewNamedObjects {
		if n := &clewNamedObjects[i]; n.addr == o.addr {
			clewLogName("o", o.id, n.name)
		}
	}
}

func clewLogName(kind string, id uint32, name string) {
	clewPut("n ")
	clewPut(kind)
	clewPutInt(int64(id))
	clewPut(" ")
	from := clewLine.n
	clewPut(name[:min(len(name), clewLongestName)])
	for i, b := range clewLine.buf[from:clewLine.n] {
		if b < ' ' {
			clewLine.buf[from+i] = ' '
		}
	}
	clewPutLine()
}

// clewLongestName is the number of bytes of a name that are kept.
const clewLongestName = 200

// clewWanted are the options of the run's test, as it tells them.
var clewWanted struct {
	told      bool
	schedules int
	time      int64
	strategy  string
	seed      uint64
}

// clewAPIOptions takes in how the test is to be searched. It returns what is wrong with that, if anything.
//
//go:linkname clewAPIOptions github.com/goclew/clew.tellOptions
func clewAPIOptions(schedules int, time int64, strategy string, seed uint64) (trouble string) {
	a := &clewWanted
	number, _ := clewStrategyNamed(strategy)
	switch {
	case clewSelf() == nil:
		return ""
	case strategy != "" && strategy != "auto" && number < clewByLot:
		return "there is no strategy \"" + strategy + "\" (clew help test lists them)"
	case a.told && (a.schedules != schedules || a.time != time || a.strategy != strategy || a.seed != seed):
		return "a test has one search, and an earlier call asks for other options"
	}
	a.told, a.schedules, a.time, a.strategy, a.seed = true, schedules, time, strategy, seed
	return ""
}

// clewOptions returns the options that the last run has told of.
//
//go:linkname clewOptions testing.clewOptions
func clewOptions() (told bool, schedules int, time int64, strategy string, seed uint64) {
	a := &clewWanted
	return a.told, a.schedules, a.time, a.strategy, a.seed
}

// clewAPIBegin begins a run.
func clewAPIBegin() {
	for i := range clewClaims {
		clewClaims[i].reached, clewClaims[i].held = false, false
	}
	clear(clewNamedObjects)
	clewNamedObjects = clewNamedObjects[:0]
	clewWanted.told = false
}
