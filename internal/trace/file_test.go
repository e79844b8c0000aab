package trace

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// whole is a log with a record of each kind.
const whole = `f 1 20 example.com/bank.TestAB /p/bank test.go
f 2 21 example.com/bank.TestAB.func1 /p/bank test.go
f 3 21 example.com/bank.Map[...] /p/bank test.go
t 1 0 0 m 0 1
s 0 1 start 0 0 -1
s 1000 1 go 0 1 -1
t 2 1 1 g 1 2
o 1 mutex 1
o 2 rwmutex 1
o 3 chan 1
o 4 memory 2
m 4 0xc000012345 heap 0xc000012340 48 scalar
s 2000 2 lock 1 2 -1
i 2
s 3000 1 select 3 1 -1
p 1 2
k 1 timed select 3
w 1 clock
s 1000000000 1 wake 3 1 -1
s 1000001000 2 write 4 3 -1
v 2 0100
r 4 1 read 3 1,2 1,2r 2 write 5 - - example.com/bank/bank test.go:20|example.com/bank/bank test.go:21
k 2 blocked rlock 2
w 2 thread 1
k 2 outside receive 3
w 2 outside
t 3 0 1 i 0 2
t 4 1 1 a 0 0
x 4
n t 2 the second thread
n o 2 accounts
e deadlock
b 1 blocked lock 2 1,3
c 1 2 queued 127.0.0.1:20001
b 2 outside receive 3 -
h 1 2 w 2
h 2 1 r -
`

func sample(t testing.TB) *Trace {
	tr, err := Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	tr.About = About{Test: "TestAB", Package: "example.com/bank", Go: "go1.26.8", Root: " /p "}
	tr.Finding = &Finding{Kind: "deadlock", Message: "100% stuck,\nfor \"ever\" ", Story: []Sentence{{3, "main/1 takes it"}, {0, "-"}}}
	return tr
}

func written(t testing.TB, tr *Trace, write func(*Trace, *bytes.Buffer) error) []byte {
	var b bytes.Buffer
	if err := write(tr, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asText(tr *Trace, b *bytes.Buffer) error   { return tr.WriteText(b) }
func asBinary(tr *Trace, b *bytes.Buffer) error { return tr.WriteBinary(b) }

func TestATraceIsTheSameAfterItWasWrittenAndRead(t *testing.T) {
	tr := sample(t)
	for name, write := range map[string]func(*Trace, *bytes.Buffer) error{"text": asText, "binary": asBinary} {
		file := written(t, tr, write)
		back, err := Read(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, file)
		}
		if !reflect.DeepEqual(tr, back) {
			t.Errorf("%s: another trace came back\n%s", name, written(t, back, asText))
		}
	}
}

func TestTheTextFormIsForPeople(t *testing.T) {
	golden := filepath.Join("testdata", "whole.trace")
	got := written(t, sample(t), asText)
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (%v) from:\n%s", golden, err, got)
	}
}

func TestATraceCanBeWrittenByHand(t *testing.T) {
	tr, err := Read(strings.NewReader(textStart + `
		# two threads
		place    a.go:3  3  a.go  f
		object   mutex#1 mutex
		thread   main
		0s       main	start
		thread   main/1  main a.go:3
		1.5µs    main    lock   mutex#1  a.go:3
		blocks   main/1  blocked lock mutex#1
		end      deadlock
	`))
	if err != nil {
		t.Fatal(err)
	}
	if s := tr.Steps[1]; len(tr.Steps) != 2 || s.Time != 1500 || s.Object != tr.Objects[0] || s.Frame.Line != 3 || s.Pick != -1 {
		t.Errorf("steps %+v", tr.Steps)
	}
	if c := tr.Changes[2]; c.To != Blocked || c.Step != 2 || c.Thread != tr.Threads[1] || tr.Threads[1].Parent != tr.Threads[0] {
		t.Errorf("changes %+v", tr.Changes)
	}
}

func TestABrokenFileSaysWhere(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"", "line 1: the file is empty"},
		{"clew trace v2\nx", `line 1: "clew trace v2\n" is a version`},
		{"clew schedule v1\n", "line 1:"},
		{textStart + "thread main\nsteep main\n", `line 3: "steep" is no kind of records`},
		{textStart + "thread main\n1s main lock mutex#1\n", `line 3: "mutex#1" is no object`},
		{textStart + "thread main\n1x main lock\n", `line 3: "1x" is no time`},
		{textStart + "thread main\n\n1s - lock\n", "line 4: a thread is missing"},
		{textStart + "thread main\nthread main\n", `line 3: there is another "main"`},
		{textStart + "thread main\nblocks main sideways\n", `line 3: "sideways" is none of`},
		{textStart + "thread main\n1s main read - - - 1/9\n", `line 3: "1/9" is no value`},
		{textStart + "thread main\nends main main\n", `line 3: "main" is more than`},
		{textStart + "test 100%\n", "line 2:"},
		{textStart + "story 1 no finding\n", "line 2: there is a story"},
		{textStart + "wakes", "line 2:"},
		{binaryStart + "\xff", "byte 14: 0xff is no kind of records"},
		{binaryStart + "x", "byte 14: the file is cut here"},
		{binaryStart + "t\x07", "byte 14: there is no string 7 yet"},
		{binaryStart + "t\x00\xff\xff\xff\xff\x0f", "byte 14: a string of"},
		{"\x1f\x8bxxxxxxx", "broken"},
	} {
		_, err := Read(strings.NewReader(tt.file))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.file, err, tt.want)
		}
	}
}

func TestACutFileGivesWhatItHas(t *testing.T) {
	file := written(t, sample(t), asBinary)
	steps := 0
	for i := range file {
		tr, err := Read(bytes.NewReader(file[:i]))
		if err == nil {
			t.Fatalf("nothing is said of a file cut after %d of %d bytes", i, len(file))
		}
		if tr != nil {
			steps = max(steps, len(tr.Steps))
		}
	}
	if steps != 6 {
		t.Errorf("%d steps at most were read", steps)
	}
}

func FuzzRead(f *testing.F) {
	tr := sample(f)
	f.Add(written(f, tr, asText))
	f.Add(written(f, tr, asBinary))
	f.Add([]byte(binaryStart + "T\x00\x04main\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		tr, err := Read(bytes.NewReader(file))
		if err != nil || tr == nil {
			return
		}
		for _, write := range []func(*Trace, *bytes.Buffer) error{asText, asBinary} {
			once := written(t, tr, write)
			back, err := Read(bytes.NewReader(once))
			if err != nil {
				t.Fatalf("cannot read what was written: %v\n%s", err, once)
			}
			if twice := written(t, back, write); !bytes.Equal(once, twice) {
				t.Fatalf("another trace came back:\n%s\n%s", once, twice)
			}
		}
	})
}
