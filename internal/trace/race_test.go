package trace

import (
	"reflect"
	"strings"
	"testing"
)

const counter = `f 1 20 example.com/bank.TestCounter /p/bank_test.go
f 2 12 example.com/bank.(*Counter).Add /p/counter.go
t 1 0 0 m 0 1
t 2 1 1 g 1 2
t 3 1 2 g 1 2
o 1 mutex 1
o 2 memory 2
m 2 c000012340 heap c000012330 48 scalar
s 0 2 read 2 2 -1
v 2 0000000000000000
s 1 3 write 2 2 -1
v 3 0102
r 2 2 read 0 2,1 1r 3 write 1 2 1r,1 example.com/bank/counter.go:12|example.com/bank/counter.go:11
e ok
`

func TestARaceIsTwoAccesses(t *testing.T) {
	tr, err := Parse([]byte(counter))
	if err != nil || len(tr.Races) != 1 {
		t.Fatalf("%v, %+v", err, tr)
	}
	r := tr.Races[0]
	if m := r.Object.Memory; *m != (Memory{0xc000012340, "heap", 0xc000012330, 48, "scalar"}) || r.Object.Name != "memory#1" {
		t.Errorf("memory %+v", m)
	}
	a, b := r.First, r.Second
	if a.Thread != tr.Threads[1] || a.Op != "read" || a.Step != 0 || len(a.Stack) != 2 || !reflect.DeepEqual(a.Locks, []Lock{{tr.Objects[0], true}}) {
		t.Errorf("first access %+v", a)
	}
	if b.Thread != tr.Threads[2] || b.Op != "write" || b.Step != 1 || len(b.Stack) != 1 || len(b.Locks) != 2 || b.Locks[1].Read {
		t.Errorf("second access %+v", b)
	}
	if r.Key() != "example.com/bank/counter.go:11|example.com/bank/counter.go:12" {
		t.Errorf("key %q", r.Key())
	}
	if got := r.First.Stack[0].Place(); got != a.Place {
		t.Errorf("the frame's place is %q, the access's %q", got, a.Place)
	}
	if tr.Steps[0].Value != (Value{0, 8}) || tr.Steps[1].Value != (Value{0x0201, 2}) {
		t.Errorf("values %+v, %+v", tr.Steps[0].Value, tr.Steps[1].Value)
	}
}

func TestPlacesAreTheSameOnEveryMachine(t *testing.T) {
	for _, tt := range []struct {
		f    Frame
		want string
	}{
		{Frame{"example.com/bank.(*Account[go.shape.int]).Add", "/home/me/bank/a.go", 9}, "example.com/bank/a.go:9"},
		{Frame{"gopkg.in/yaml%2ev3.parse.func1", "/m/yaml.v3@v3.0.1/p.go", 9}, "gopkg.in/yaml%2ev3/p.go:9"},
		{Frame{"main.main", "/x.go", 3}, "main/x.go:3"},
	} {
		if got := tt.f.Place(); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.f, got, tt.want)
		}
	}
}

func TestWhatIsNotKnownOfARaceMayBeLeftOut(t *testing.T) {
	log := strings.Replace(counter, "r 2 2 read 0 2,1 1r", "r 0 2 read 0 - -", 1)
	tr, err := Parse([]byte(log))
	if err != nil {
		t.Fatal(err)
	}
	if r := tr.Races[0]; r.Object != nil || r.First.Stack != nil || r.First.Locks != nil || r.First.Place == "" {
		t.Errorf("%+v", r)
	}
}

func TestALockThatBothHoldForReadingOrdersNothing(t *testing.T) {
	o, other := &Object{Name: "rwmutex#1"}, &Object{Name: "mutex#1"}
	for _, tt := range []struct {
		name string
		a, b []Lock
		want int
	}{
		{"none", nil, []Lock{{o, false}}, 0},
		{"different", []Lock{{o, false}}, []Lock{{other, false}}, 0},
		{"both for reading", []Lock{{o, true}}, []Lock{{o, true}}, 0},
		{"one alone", []Lock{{other, false}, {o, true}}, []Lock{{o, false}}, 1},
	} {
		if got := (&Race{First: Access{Locks: tt.a}, Second: Access{Locks: tt.b}}).CommonLocks(); len(got) != tt.want {
			t.Errorf("%s: %d locks in common", tt.name, len(got))
		}
	}
}

func TestAThreadKnowsTheCallThatLedToIt(t *testing.T) {
	log := "f 1 20 p.TestX /p/x_test.go\nf 2 246 sync.(*WaitGroup).Go /go/src/sync/waitgroup.go\nt 1 0 0 m 0 1\n" +
		"s 0 1 go 0 1 -1\nt 2 1 1 g 2 2\ns 0 2 yield 0 2 -1\nt 3 1 2 g 2 2\n"
	tr, err := Parse([]byte(log))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := tr.Threads[1], tr.Threads[2]; a.Asked == nil || a.Asked.Line != 20 || a.Started.Line != 246 || b.Asked != nil {
		t.Errorf("%+v, %+v", a, b)
	}
}

func TestAValueBelongsToItsThreadsLastStep(t *testing.T) {
	tr, err := Parse([]byte(strings.Replace(counter, "r 2 2", "v 2 07\nr 2 2", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if tr.Steps[0].Value.Bits != 7 || tr.Steps[1].Value.Bits != 0x0201 {
		t.Errorf("values %+v, %+v", tr.Steps[0].Value, tr.Steps[1].Value)
	}
}

func TestALogWithARaceMayBeCutAnywhere(t *testing.T) {
	for i := range len(counter) {
		if _, err := Parse([]byte(counter[:i])); err != nil {
			t.Fatalf("cut after %d bytes: %v", i, err)
		}
	}
}

func TestBrokenRaceRecordsAreNamed(t *testing.T) {
	before, _, _ := strings.Cut(counter, "r 2 2 ")
	for _, tt := range []struct{ line, want string }{
		{"m 9 0 heap 0 0 -", "object 9 is not defined"},
		{"m 2 zz heap 0 0 -", `"zz" is not an address`},
		{"m 2 0 moon 0 0 -", `"moon" is no region`},
		{"m 2 0 heap 0 0 cheese", `"cheese" is nothing that memory holds`},
		{"m 2 0 heap 0 0", "want 6 fields"},
		{"v 2 xx", `"xx" is not up to 8 bytes`},
		{"v 2 000", `"000" is not up to 8 bytes`},
		{"v 2 001122334455667788", "not up to 8 bytes"},
		{"v 9 00", "thread 9 is not defined"},
		{"r 2 2 read 0 2 - 3 write 1 2 -", "want 12 fields"},
		{"r 2 2 read 0 2 - 3 write 1 2 - a:1", "want the two places"},
		{"r 2 0 read 0 2 - 3 write 1 2 - a:1|b:2", "thread is missing"},
		{"r 2 2 read x 2 - 3 write 1 2 - a:1|b:2", `"x" is not a number`},
		{"r 2 2 read 0 7 - 3 write 1 2 - a:1|b:2", "frame 7 is not defined"},
		{"r 2 2 read 0 2 8r 3 write 1 2 - a:1|b:2", "object 8 is not defined"},
		{"r 2 2 read 0 2 r 3 write 1 2 - a:1|b:2", `"" is not a number`},
	} {
		tr, err := Parse([]byte(before + tt.line + "\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.line, err, tt.want)
		}
		if tr != nil && len(tr.Races) > 0 {
			t.Errorf("%q: gives a race", tt.line)
		}
	}
}
