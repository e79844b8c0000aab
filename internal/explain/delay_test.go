package explain

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/trace"
)

// slowLog is a run in which main sleeps for 8 ms at x_test.go:12, and main/1, which would store at x_test.go:11, is held back.
const slowLog = `f 1 10 m.TestX /m/x_test.go
f 2 11 m.TestX.func1 /m/x_test.go
f 3 340 time.Sleep /go/runtime/time.go
f 4 12 m.TestX /m/x_test.go
f 5 20 testing.(*T).wait /go/testing/testing.go
f 6 30 time.Now /go/time/time.go
f 7 14 m.TestX /m/x_test.go
t 1 0 0 m 0 1
s 0 1 start 0 0 -1
s 1000 1 go 0 1 -1
t 2 1 1 g 1 2
l 1 1 8000000 3,4
l 2 1 1000000 3,5
s 2000 1 sleep 0 3 -1
s 3000 2 start 0 0 -1
DELAY
q 8003000 1 6,7
s 8003000 1 wake 0 3 -1
s 8004000 2 store 0 2 -1
e failure
`

func TestWhatADelayShows(t *testing.T) {
	for _, tt := range []struct{ name, delay, want string }{
		{"the alarm of the last millisecond", "y 3000 2 8000000 0\ng 2 1002000\ng 1 8002000\nu 8003000 2",
			"passes only if main/1 is not held up for 8 ms before store at x_test.go:11: time.Sleep(8ms) at x_test.go:12 is no synchronisation"},
		{"an alarm that is set, and goes off behind it", "y 3000 2 5000000 0\nu 5003000 2\ng 1 8002000",
			"passes only if main/1 is not held up for 5 ms before store at x_test.go:11: time.Sleep(8ms) at x_test.go:12 is no synchronisation"},
		{"one that went off before, if the delay is not the least", "y 3000 2 10000000 0\ng 1 8002000\nu 10003000 2",
			"passes only if main/1 is not held up for 10 ms before store at x_test.go:11: time.Sleep(8ms) at x_test.go:12 is no synchronisation"},
		{"a look at the clock", "y 3000 1 8000000 1\n",
			"passes only if main is not held up for 8 ms: time.Now at x_test.go:14 counts that time, too"},
	} {
		tr, err := trace.Parse([]byte(strings.Replace(slowLog, "DELAY", tt.delay, 1)))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := TellTiming(tr, filepath.Base).String(); got != tt.want {
			t.Errorf("%s: got\n%s, want\n%s", tt.name, got, tt.want)
		}
	}
	tr, _ := trace.Parse([]byte(strings.Replace(slowLog, "DELAY", "g 1 8002000", 1)))
	if TellTiming(tr, filepath.Base) != nil {
		t.Error("a run without delays has something to tell of them")
	}
}

func TestCallsAreNamedAsInTheSource(t *testing.T) {
	for call, stack := range map[string][]*trace.Frame{
		"time.Sleep":           {{Func: "time.Sleep"}, {Func: "m.f"}},
		"context.WithTimeout":  {{Func: "time.AfterFunc"}, {Func: "context.WithDeadline"}, {Func: "context.WithTimeout"}, {Func: "m.f"}},
		"Timer.Reset":          {{Func: "time.(*Timer).Reset"}, {Func: "example.com/time.(*T).f"}},
		"conn.SetReadDeadline": {{Func: "internal/poll.setDeadline"}, {Func: "net.(*conn).SetReadDeadline"}, {Func: "m.f"}},
	} {
		if got, at := callOf(stack); got != call || at != stack[len(stack)-1] {
			t.Errorf("%v is %q at %v, want %q", stack, got, at, call)
		}
	}
	if _, at := callOf([]*trace.Frame{{Func: "time.Sleep"}, {Func: "testing.tRunner"}}); at != nil {
		t.Error("the testing package's own sleep is told as the user's")
	}
}
