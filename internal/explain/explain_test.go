package explain

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/trace"
)

const frames = `f 1 20 example.com/bank.TestAB /p/bank_test.go
f 2 31 example.com/bank.Transfer /p/bank.go
f 3 9 sync.(*Mutex).Lock /goroot/sync/mutex.go
f 4 30 example.com/bank.Transfer /p/bank.go
f 5 22 example.com/bank.TestAB.func1 /p/bank_test.go
f 6 24 example.com/bank.TestAB.func2 /p/bank_test.go
t 1 0 0 m 0 1
t 2 1 1 g 1 5
t 3 1 2 g 1 6
`

func tellLog(t *testing.T, log, kind string) *Story {
	t.Helper()
	tr, err := trace.Parse([]byte(frames + log))
	if err != nil {
		t.Fatal(err)
	}
	return Tell(tr, kind, filepath.Base)
}

func TestTwoLocksInOppositeOrderAreACycle(t *testing.T) {
	s := tellLog(t, `o 1 mutex 2
o 2 mutex 2
o 3 waitgroup 1
e deadlock
b 1 blocked wait 3 1
b 2 blocked lock 2 3,2,5
b 3 blocked lock 1 3,2,6
h 1 2 w 4,5
h 2 3 w 4,6
`, "deadlock")
	want := "main/1 waits for mutex#2, held by main/2; main/2 waits for mutex#1, held by main/1"
	if s.Cycle != want {
		t.Errorf("cycle %q", s.Cycle)
	}
	if s.Message != "deadlock: main/1 and main/2 wait for each other" {
		t.Errorf("message %q", s.Message)
	}
	if len(s.Threads) != 3 || s.Threads[2].WaitsFor != "for waitgroup#1 to come down to zero" {
		t.Fatalf("threads %+v", s.Threads)
	}
	first := s.Threads[0]
	if first.Function != "TestAB.func1 (bank_test.go:22)" || first.WaitsFor != "to lock mutex#2, held by main/2" {
		t.Errorf("first thread %+v", first)
	}
	if got := strings.Join(first.Stack, "; "); got != "Transfer bank.go:31; TestAB.func1 bank_test.go:22" {
		t.Errorf("waits at %q: sync's own frame must not show", got)
	}
	if h := first.Holds; len(h) != 1 || h[0].Object != "mutex#1" || h[0].Stack[0] != "Transfer bank.go:30" {
		t.Errorf("holds %+v", h)
	}
}

func TestAWriterBetweenTwoReadsIsACycle(t *testing.T) {
	s := tellLog(t, `o 1 rwmutex 2
e deadlock
b 2 blocked rlock 1 2
b 3 blocked lock 1 2
h 1 2 r 4
`, "deadlock")
	want := "main/1 waits for rwmutex#1, behind the writer main/2; main/2 waits for rwmutex#1, held by main/1 for reading"
	if s.Cycle != want {
		t.Errorf("cycle %q", s.Cycle)
	}
}

func TestALockTakenTwiceIsACycleOfOne(t *testing.T) {
	s := tellLog(t, "o 1 mutex 2\ne deadlock\nb 2 blocked lock 1 2\nb 3 timed sleep 0 6\nh 1 2 w 4\n", "deadlock")
	if s.Message != "deadlock: main/1 waits for itself, while another thread lives on" {
		t.Errorf("message %q", s.Message)
	}
	if s.Cycle != "main/1 waits for mutex#1, held by main/1 itself" {
		t.Errorf("cycle %q", s.Cycle)
	}
	if len(s.Others) != 1 || s.Others[0] != "main/2 TestAB.func2 (bank_test.go:24): timed" {
		t.Errorf("others %q", s.Others)
	}
}

func TestALockOfAnEndedThreadIsNamed(t *testing.T) {
	s := tellLog(t, "o 1 mutex 2\nx 3\ne deadlock\nb 1 blocked lock 1 1\nh 1 3 w 4,6\n", "deadlock")
	if got := s.Threads[0].WaitsFor; got != "to lock mutex#1, held by main/2, which has ended" {
		t.Errorf("waits %q", got)
	}
	if last := s.Threads[len(s.Threads)-1]; last.State != "ended" || len(last.Holds) != 1 {
		t.Errorf("the ended thread's lock is not told: %+v", last)
	}
	if s.Cycle != "" {
		t.Errorf("cycle %q", s.Cycle)
	}
}

func TestAChannelNobodyReadsIsNoCycle(t *testing.T) {
	s := tellLog(t, "o 1 chan 2\nx 1\nx 3\ne leak\nb 2 blocked send 1 2,5\n", "leak")
	if s.Message != "leak: the test has ended, but main/1 waits for ever" || s.Cycle != "" {
		t.Errorf("message %q, cycle %q", s.Message, s.Cycle)
	}
	if s.Threads[0].WaitsFor != "to send on chan#1" {
		t.Errorf("waits %q", s.Threads[0].WaitsFor)
	}
}

func TestBothWhoReadFirstAreACycle(t *testing.T) {
	s := tellLog(t, `o 1 conn 2
e deadlock
b 2 blocked receive 1 2
c 2 3 used 127.0.0.1:20001
b 3 blocked send 1 2
c 3 2 used 127.0.0.1:20002
`, "deadlock")
	want := "main/1 waits for conn#1, whose other end main/2 used last; main/2 waits for conn#1, whose other end main/1 used last"
	if s.Cycle != want {
		t.Errorf("cycle %q", s.Cycle)
	}
	if got := s.Threads[0].WaitsFor; got != "to read from conn#1 (127.0.0.1:20001), whose other end main/2 used last" {
		t.Errorf("waits %q", got)
	}
	if got := s.Threads[1].WaitsFor; got != "for room to write to conn#1 (127.0.0.1:20002), whose other end main/1 used last" {
		t.Errorf("waits %q", got)
	}
}

func TestWhoWaitsToBeAcceptedIsTold(t *testing.T) {
	s := tellLog(t, `o 1 conn 2
o 2 listener 2
o 3 pipe 2
e deadlock
b 1 blocked receive 1 2
c 1 2 queued 127.0.0.1:20001
b 2 blocked receive 2 2
c 2 0 listens 127.0.0.1:20001
b 3 blocked receive 3 2
c 3 0 used -
`, "deadlock")
	for i, want := range []string{
		"to read from conn#1 (127.0.0.1:20001), which main/1 has not accepted",
		"for a connection to listener#1 (127.0.0.1:20001)",
		"to read from pipe#1",
	} {
		if got := s.Threads[i].WaitsFor; got != want {
			t.Errorf("waits %q, want %q", got, want)
		}
	}
}

func TestAThreadThatWaitsInsideALibraryIsSaidToWaitThere(t *testing.T) {
	s := tellLog(t, `f 7 50 runtime.gopark /goroot/runtime/proc.go
f 8 2000 testing.(*T).Run /goroot/testing/testing.go
e deadlock
b 1 blocked wake 0 7,8,1
`, "deadlock")
	if len(s.Threads) != 1 || s.Threads[0].WaitsFor != "in testing.(*T).Run" {
		t.Errorf("threads %+v", s.Threads)
	}
}
