//go:build clewinside

package testing

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	_ "unsafe" // for go:linkname
)

// What runs have said by the public package github.com/goclew/clew, told to the coordinator.

// Implemented in package runtime.

//go:linkname clewWhatBroke
func clewWhatBroke() (name string, pcs []uintptr)

//go:linkname clewForgetClaims
func clewForgetClaims()

//go:linkname clewClaimed
func clewClaimed(i int) (name string, pcs []uintptr, reached, held bool)

//go:linkname clewOptions
func clewOptions() (told bool, schedules int, time int64, strategy string, seed uint64)

// A clewClaim is something that is to hold in some run.
type clewClaim struct {
	name, at      string // where it was made first, as a JSON object
	reached, held int    // runs
}

// claim counts what the last run has claimed.
func (b *clewBatch) claim() {
	for i := 0; ; i++ {
		name, pcs, reached, held := clewClaimed(i)
		switch {
		case name == "" && pcs == nil:
			return
		case i == len(b.claims):
			b.claims = append(b.claims, clewClaim{name: name, at: clewStack(pcs)[0]})
		}
		if reached {
			b.claims[i].reached++
		}
		if held {
			b.claims[i].held++
		}
	}
}

// clewStack returns the calls in a stack as JSON objects, innermost first, but for those of package runtime and of the public package.
func clewStack(pcs []uintptr) (calls []string) {
	frames := runtime.CallersFrames(pcs)
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") && !strings.HasPrefix(f.Function, "github.com/goclew/clew.") {
			calls = append(calls, fmt.Sprintf(`{"function":%s,"file":%s,"line":%d}`, clewQuote(f.Function), clewQuote(f.File), f.Line))
		}
	}
	return calls
}

// brokeWhat returns the finding that something that is always to hold does not.
func (b *clewBatch) brokeWhat() (kind, message string) {
	name, pcs := clewWhatBroke()
	b.stack = clewStack(pcs)
	return "failure", "not always: " + strconv.Quote(name) + " does not hold"
}

// said returns what the batch has said, as fields of a done reply.
func (b *clewBatch) said() string {
	var w strings.Builder
	sep := `,"claims":[`
	for _, c := range b.claims {
		fmt.Fprintf(&w, `%s{"name":%s,"at":%s,"reached":%d,"held":%d}`, sep, clewQuote(c.name), c.at, c.reached, c.held)
		sep = ","
	}
	if len(b.claims) > 0 {
		w.WriteString("]")
	}
	if told, schedules, time, strategy, seed := clewOptions(); told {
		fmt.Fprintf(&w, `,"options":{"schedules":%d,"time":%d,"strategy":%s,"seed":%d}`, schedules, time, clewQuote(strategy), seed)
	}
	return w.String()
}
