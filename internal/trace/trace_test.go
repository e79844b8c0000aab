package trace

import (
	"strings"
	"testing"
)

const abba = `f 1 20 example.com/bank.TestAB /p/bank test.go
t 1 0 0 m 0 1
s 0 1 start 0 0 -1
t 2 1 1 g 1 1
s 1000 1 go 0 1 -1
o 1 mutex 1
o 2 mutex 1
o 3 chan 1
s 2000 2 lock 1 1 -1
z something new
s 3000 1 select 3 1 -1
p 1 2
x 2
e deadlock
b 1 blocked lock 2 1,1
h 2 1 w -
`

func TestALogBecomesEvents(t *testing.T) {
	tr, err := Parse([]byte(abba))
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.Threads[1].Name; got != "main/1" {
		t.Errorf("the child is called %q", got)
	}
	if got := tr.Objects[1].Name + " " + tr.Objects[2].Name; got != "mutex#2 chan#1" {
		t.Errorf("objects are called %q", got)
	}
	if f := tr.Threads[0].Entry; f.File != "/p/bank test.go" || f.Line != 20 || f.Short() != "TestAB" {
		t.Errorf("frame %+v, short %q", f, f.Short())
	}
	if len(tr.Steps) != 4 || tr.Switches() != 2 || tr.Steps[3].Pick != 2 {
		t.Errorf("%d steps, %d switches", len(tr.Steps), tr.Switches())
	}
	alive := tr.Alive()
	if tr.End != "deadlock" || len(alive) != 1 || alive[0].WaitsOn != tr.Objects[1] || len(alive[0].Stack) != 2 {
		t.Errorf("end %q, alive %+v", tr.End, alive)
	}
	if h := tr.Held[0]; h.Object != tr.Objects[1] || h.Read || h.Stack != nil {
		t.Errorf("held %+v", h)
	}
}

func TestALogMayBeCutAnywhere(t *testing.T) {
	for i := range len(abba) {
		tr, err := Parse([]byte(abba[:i]))
		if err != nil {
			t.Fatalf("cut after %d bytes: %v", i, err)
		}
		if tr.End != "" && i < strings.Index(abba, "e deadlock")+len("e deadlock\n") {
			t.Fatalf("cut after %d bytes has an end", i)
		}
	}
}

func TestALogThatBreaksTheRulesIsNamed(t *testing.T) {
	for _, tt := range []struct{ log, want string }{
		{"s 0 1 lock 0 0 -1\n", "line 1: thread 1 is not defined"},
		{"f 1 x F /f\n", `"x" is not a number`},
		{"f 1 2\n", "want 4 fields"},
		{"t 2 1 1 g 0 0\n", "no parent"},
		{"o 1 mutex 9\n", "frame 9 is not defined"},
	} {
		if _, err := Parse([]byte(tt.log)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.log, err, tt.want)
		}
	}
}

func TestShortNamesLeaveThePackageOut(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/a.b/bank.(*Account).Deposit": "(*Account).Deposit",
		"main.main":                       "main",
		"example.com/p.Map[go.shape.int]": "Map[go.shape.int]",
		"example.com/p.(*T[a/b.C]).M":     "(*T[a/b.C]).M",
		"example.com/p.TestX.func1":       "TestX.func1",
	} {
		if got := (&Frame{Func: name}).Short(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
