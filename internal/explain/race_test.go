package explain

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/trace"
)

const raceFrames = `f 1 20 example.com/bank.TestCount /p/bank_test.go
f 2 12 example.com/bank.increment /p/counter.go
f 3 22 example.com/bank.TestCount.func1 /p/bank_test.go
f 4 9 runtime.mapassign /goroot/src/runtime/map.go
t 1 0 0 m 0 1
t 2 1 1 g 1 3
t 3 1 2 g 1 3
o 1 mutex 1
o 2 memory 2
m 2 c000012340 heap c000012330 48 scalar
`

const raceRecord = "r 2 2 read 0 4,2,3 1r 3 write 1 2,3 1r example.com/bank/counter.go:12|example.com/bank/counter.go:12\n"

var count = Variable{Name: "count", Type: "int", Declared: "counter.go:9", Kind: "int", Size: 8}

func parse(t *testing.T, log string) *trace.Trace {
	t.Helper()
	tr, err := trace.Parse([]byte(log))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestARaceTellsBothSides(t *testing.T) {
	tr := parse(t, raceFrames+raceRecord)
	r := TellRace(tr.Races[0], count, filepath.Base)
	if r.Message != "data race on count (counter.go:9)" || len(r.Common) != 0 {
		t.Errorf("message %q, common %q", r.Message, r.Common)
	}
	a := r.Accesses[0]
	if a.Thread != "main/1" || a.Function != "increment" || a.Op != "read" || a.Place != "counter.go:12" || a.Started != "bank_test.go:20" {
		t.Errorf("first access %+v", a)
	}
	if got := strings.Join(a.Stack, "; "); got != "increment counter.go:12; TestCount.func1 bank_test.go:22" {
		t.Errorf("stack %q", got)
	}
	if len(a.Locks) != 1 || a.Locks[0] != "mutex#1 for reading" {
		t.Errorf("locks %q", a.Locks)
	}
}

func TestAThreadOfALibraryWasStartedByTheUsersCall(t *testing.T) {
	log := strings.Replace(raceFrames, "t 2 1 1 g 1 3", "s 0 1 go 0 3 -1\nt 2 1 1 g 4 3", 1) + raceRecord
	if a := TellRace(parse(t, log).Races[0], count, filepath.Base).Accesses[0]; a.Started != "bank_test.go:22" {
		t.Errorf("started at %s", a.Started)
	}
}

func TestAnAccessWithoutAStackHasItsPlace(t *testing.T) {
	tr := parse(t, raceFrames+strings.Replace(raceRecord, "4,2,3", "-", 1))
	if a := TellRace(tr.Races[0], count, filepath.Base).Accesses[0]; a.Place != "counter.go:12" || a.Function != "" || len(a.Stack) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestMemoryWithoutANameSaysWhereItLies(t *testing.T) {
	for region, want := range map[string]string{
		"heap c000012330 48": "data race on memory at offset 16 of a 48-byte heap object",
		"heap 0 0":           "data race on memory",
		"global 0 0":         "data race on memory of a package variable",
		"other 0 0":          "data race on memory",
	} {
		tr := parse(t, strings.Replace(raceFrames, "heap c000012330 48", region, 1)+raceRecord)
		if got := RaceMessage(Unnamed(tr.Races[0].Object)); got != want {
			t.Errorf("%s: %q, want %q", region, got, want)
		}
	}
	if got := RaceMessage(Unnamed(nil)); got != "data race on memory" {
		t.Errorf("unknown: %q", got)
	}
}

// accesses are steps to object 2, as "2r0" for a read by thread 2 that sees 0; one behind which it is held up has a "!".
func accesses(t *testing.T, steps string) *trace.Trace {
	t.Helper()
	var log strings.Builder
	for i, s := range strings.Fields(steps) {
		op := map[byte]string{'r': "read", 'w': "write"}[s[1]]
		fmt.Fprintf(&log, "s %d %c %s 2 2 -1\nv %c %02x00000000000000\n", i, s[0], op, s[0], s[2]-'0')
		if strings.HasSuffix(s, "!") {
			fmt.Fprintf(&log, "i %c\n", s[0])
		}
	}
	return parse(t, raceFrames+log.String()+raceRecord)
}

// tellAccesses classifies a failed run with a raced variable, and tells its steps.
func tellAccesses(tr *trace.Trace, v Variable) (class, story string) {
	objects := RacedObjects(tr, tr.Races[0].Key())
	c := &Case{Trace: tr, Kind: "failure", Where: filepath.Base, Called: func(o *trace.Object) (Variable, bool) { return v, o == objects[0] }}
	found := Classify(c)
	if found != nil {
		class = found.Name
	}
	var lines []string
	for _, m := range Lines(c, found, objects) {
		if m.LeftOut > 0 {
			lines = append(lines, fmt.Sprintf("… %d", m.LeftOut))
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s = %s %s %s", m.Thread, m.Function, m.Op, m.Object, m.Value, m.Place, m.Comment)))
	}
	return class, strings.Join(lines, "\n")
}

func TestALostUpdateIsTold(t *testing.T) {
	class, got := tellAccesses(accesses(t, "2r0! 3r0 3w1 2w1 1r1"), count)
	want := `main/1 increment read count = 0 counter.go:12
… 1
main/2 increment write count = 1 counter.go:12
main/1 increment write count = 1 counter.go:12 the increment of main/2 is lost`
	if got != want || class != "lost update" {
		t.Errorf("%s: got\n%s\nwant\n%s", class, got, want)
	}
}

func TestWhatIsLostIsSaidOnlyWhenItIs(t *testing.T) {
	for _, tt := range []struct{ name, steps, want string }{
		{"one after the other", "2r0 2w1 3r1 3w2", ""},
		{"two increments", "2r0! 3r0 3w1 3r1 3w2 2w1", "2 increments of main/2 are lost"},
		{"another write", "2r0! 3w5 2w1", "the write of main/2 is lost"},
		{"a write that did not read", "3w1! 2w1", ""},
		{"several writers", "2r0! 3w5 1w6 2w1", "what others wrote is lost"},
		{"its own write", "2r0! 2w1 2w2", ""},
		{"it looked again", "2r0! 3w5 2r5 2w6", ""},
	} {
		_, got := tellAccesses(accesses(t, tt.steps), count)
		if lost := strings.Contains(got, "lost"); lost != (tt.want != "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got\n%s\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestManyAccessesFitAScreen(t *testing.T) {
	many := strings.Repeat("3r1 3w2 ", 50)
	_, got := tellAccesses(accesses(t, "2w1 "+many+"2r2"), count)
	if lines := strings.Split(got, "\n"); len(lines) != mostLines || !strings.HasPrefix(lines[mostLines-1], "main/1 increment read") {
		t.Errorf("without a class:\n%s", got)
	}
	_, got = tellAccesses(accesses(t, "2w1 "+strings.Repeat("3r1 ", 50)+"2r2"), count)
	if strings.Count(got, "\n") != 1 {
		t.Errorf("what says the same is told again and again:\n%s", got)
	}
}

func TestValuesReadAsInGo(t *testing.T) {
	for _, tt := range []struct {
		kind  string
		size  int
		value trace.Value
		want  string
	}{
		{"int", 8, trace.Value{Bits: 1<<64 - 1, Bytes: 8}, "-1"},
		{"int", 2, trace.Value{Bits: 0x1ffff, Bytes: 8}, "-1"},
		{"uint", 1, trace.Value{Bits: 0x1ff, Bytes: 8}, "255"},
		{"bool", 1, trace.Value{Bits: 0xff01, Bytes: 8}, "true"},
		{"float", 8, trace.Value{Bits: 0x3ff8000000000000, Bytes: 8}, "1.5"},
		{"float", 4, trace.Value{Bits: 0x3fc00000, Bytes: 4}, "1.5"},
		{"pointer", 8, trace.Value{Bytes: 8}, "nil"},
		{"pointer", 8, trace.Value{Bits: 0xc000, Bytes: 8}, "pointer#2"},
		{"", 0, trace.Value{Bits: 255, Bytes: 8}, "0xff"},
		{"int", 8, trace.Value{Bits: 1, Bytes: 4}, ""},
		{"int", 8, trace.Value{}, ""},
		{"map", 8, trace.Value{Bits: 1, Bytes: 8}, ""},
	} {
		v := Variable{Kind: tt.kind, Size: tt.size}
		if got := v.text(tt.value, map[uint64]int{0xc001: 1}); got != tt.want {
			t.Errorf("%s of %d bytes, %+v: %q, want %q", tt.kind, tt.size, tt.value, got, tt.want)
		}
	}
	v := Variable{Type: "string", Size: 16}
	if got := v.text(trace.Value{Bits: 0xc000, Bytes: 8}, nil); got != "" {
		t.Errorf("a string's first word is told: %q", got)
	}
}

func TestWithoutARecordARaceIsKnownByItsPlaces(t *testing.T) {
	tr := accesses(t, "2r0 3w1")
	key := tr.Races[0].Key()
	tr.Races = nil
	if got := RacedObjects(tr, key); len(got) != 1 || got[0].Name != "memory#1" {
		t.Errorf("two threads at the place: %v", got)
	}
	if got := RacedObjects(tr, "a/b.go:1|a/b.go:2"); len(got) != 0 {
		t.Errorf("another race: %v", got)
	}
	tr.Steps[1].Thread = tr.Steps[0].Thread
	if got := RacedObjects(tr, key); len(got) != 0 {
		t.Errorf("one thread at the place: %v", got)
	}
}
