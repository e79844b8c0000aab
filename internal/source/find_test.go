package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// declarations are what all programs of these tests have.
const declarations = `package p

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/far/away"
	"example.com/m/near"
)

var count, other int
var limit time.Duration
var items []int
var table = map[string]int{}
var array [8]byte
var ready bool
var current *Counter
var state any
var far away.Config

type Counter struct {
	mu sync.Mutex
	n  int64
	by [4]int
	Base
	in struct{ depth int }
}

type Base struct{ id uint16 }

type List[T any] struct {
	all  []T
	last T
}

func (c *Counter) Add() { c.n++ }
func (c Counter) Get() int64 { return c.n }
func use(...any) {}
func get() *Counter { return current }

var hits atomic.Int64

type Outer struct{ *Base }

`

// program is a test function with two lines that are marked: by "A" and "B", or "AB" if it is one.
type program struct {
	name   string
	body   string
	opA    string // read, write, atomic; A's
	opB    string
	memory Memory
	want   string // name, type and kind; empty if it must not be known
}

// answer runs the finder on a program.
func answer(t *testing.T, p program) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(file), 0o700)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n")
	write("near/near.go", "package near\n\nvar Total int\n\ntype Box struct{ Weight float64 }\n")
	text := declarations + "func TestX(t *testing.T) {\n" + p.body + "\n}\n"
	write("p/p_test.go", text)
	a, b := access(dir, text, "A", p.opA), access(dir, text, "B", p.opB)
	v, ok := NewFinder().Variable(a, b, p.memory)
	if !ok {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%s, %s, %s %d", v.Name, v.Type, v.Kind, v.Size))
}

// access is the one on the line that is marked: // A, or // A@func1 for code in a function literal.
func access(dir, text, mark, op string) Access {
	a := Access{File: filepath.Join(dir, "p", "p_test.go"), Function: "example.com/m/p.TestX", Write: op == "write", Atomic: op == "atomic"}
	if inside, ok := strings.CutPrefix(op, "write in "); ok {
		a.Write, a.Inside = true, inside
	} else if inside, ok := strings.CutPrefix(op, "read in "); ok {
		a.Inside = inside
	}
	for i, line := range strings.Split(text, "\n") {
		_, comment, _ := strings.Cut(line, "// ")
		marks, function, _ := strings.Cut(comment, "@")
		if strings.Contains(marks, mark) && len(marks) <= 2 {
			a.Line = i + 1
			if function != "" {
				a.Function += "." + function
			}
		}
	}
	return a
}

var global, nowhere = Memory{Region: "global"}, Memory{}

// heap is memory in an object of a size.
func heap(offset, size int) Memory { return Memory{"heap", offset, size, "-"} }

// heapWord is heap, with what the word there is for.
func heapWord(offset, size int, holds string) Memory { return Memory{"heap", offset, size, holds} }

func TestTheNameOfMemory(t *testing.T) {
	for _, p := range []program{
		{"package variable", "count++ // AB", "read", "write", global, "count, int, int 8"},
		{"both write", "count++ // AB", "write", "write", global, "count, int, int 8"},
		{"two lines", "count = 1 // A\nuse(other, count, ready) // B", "write", "read", global, "count, int, int 8"},
		{"order does not matter", "use(other, count) // A\ncount = 1 // B", "read", "write", global, "count, int, int 8"},
		{"type of the standard library", "limit = 1 // A\nuse(limit) // B", "write", "read", global, "limit, time.Duration, int 8"},
		{"bool in a condition", "ready = true // A\nfor !ready { // B\n}", "write", "read", global, "ready, bool, bool 1"},
		{"pointer", "current = nil // A\nif current == nil { // B\n}", "write", "read", global, "current, *Counter, pointer 8"},
		{"interface", "state = 1 // A\nuse(state) // B", "write", "read", global, "state, any,  16"},
		{"switch", "count = 1 // A\nswitch count { // B\n}", "write", "read", global, "count, int, int 8"},
		{"another package of the module", "near.Total = 1 // A\nuse(near.Total) // B", "write", "read", global, "near.Total, int, int 8"},
		{"another module", "far.Name = \"x\" // A\nuse(far.Name) // B", "write", "read", global, "far.Name, ,  0"},

		{"field", "c := get()\nc.n++ // A\nd := get()\nuse(d.n) // B", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"promoted field", "c := get()\nc.id++ // A\nuse(c.id) // B", "write", "read", heap(48, 64), "Base.id, uint16, uint 2"},
		{"field of a struct without a name", "c := get()\nc.in.depth++ // A\nuse(c.in.depth) // B", "write", "read", heap(56, 64), "c.in.depth, int, int 8"},
		{"field of an imported struct", "b := new(near.Box)\nb.Weight = 1 // A\nuse(b.Weight) // B", "write", "read", heap(0, 8), "Box.Weight, float64, float 8"},
		{"field against a copy of the struct", "c := get()\nc.n++ // A\nd := *c // B\nuse(d)", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"field against a method that copies", "c := get()\nc.n++ // A\nuse(c.Get()) // B", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"field against a struct that is set", "c := get()\n*c = Counter{} // A\nuse(c.n) // B", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"field against a copied struct", "c := get()\n*c = *get() // A\nuse(c.n) // B", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"field of a new struct", "current = &Counter{n: 1} // A\nuse(current.n) // B", "write", "read", heap(8, 64), "Counter.n, int64, int 8"},
		{"pointer to a new struct", "current = &Counter{n: 1} // A\nuse(current.n) // B", "write", "read", global, "current, *Counter, pointer 8"},
		{"struct that is set, and read as a whole", "far.Name = \"\"\n*current = Counter{n: 1} // A\nuse(*current) // B", "write", "read", heap(8, 64), "*current, Counter,  64"},
		{"embedded pointer on the way", "o := new(Outer)\no.Base = nil // A\nuse(o.id) // B", "write", "read", heap(0, 8), "Outer.Base, *Base, pointer 8"},
		{"field of a struct that is not known", "b, d := away.Get(), away.Get()\nb.Weight = 1 // A\nuse(d.Weight) // B", "write", "read", heap(0, 8), "b.Weight, ,  0"},
		{"generic field", "l := &List[int]{}\nl.last = 1 // A\nuse(l.last) // B", "write", "read", heap(24, 32), "List.last, int, int 8"},

		{"element of a slice", "items[0]++ // A\nuse(items[1]) // B", "write", "read", heap(0, 32), "element of items, int, int 8"},
		{"element against a range", "items[0] = 1 // A\nfor _, v := range items { // B\nuse(v)\n}", "write", "read", heap(0, 32), "element of items, int, int 8"},
		{"elements of two names, the other way round", "xs, ys := items, items\nuse(ys[0]) // A\nxs[0]++ // B", "read", "write", heap(0, 32), "element of xs, int, int 8"},
		{"element of a sliced array", "var a [4]int\nxs := a[:]\nuse(xs)\na[0] = 1 // A\nuse(a) // B", "write", "read", heap(0, 32), "element of a, int, int 8"},
		{"copy from", "xs := make([]int, 3)\ncopy(xs, items) // A\nitems[0]++ // B", "read in runtime.slicecopy", "write", heap(0, 32), "element of items, int, int 8"},
		{"conversion to a string", "bs := []byte{1}\ns := string(bs) // A\nbs[0], s = 2, s // B", "read in runtime.slicebytetostring", "write", heap(0, 8), "element of bs, byte, uint 1"},
		{"slice set, and an element", "var xs []int\nfunc() {\nxs, xs[0] = nil, 1 // AB@func1\n}()", "write", "write", heap(0, 24), "xs or an element of it, []int,  0"},
		{"elements of two names", "xs, ys := items, items\nxs[0]++ // A\nuse(ys[0]) // B", "write", "read", heap(0, 32), "element of xs, int, int 8"},
		{"element of an array", "array[1]++ // A\nuse(array) // B", "write", "read", global, "element of array, byte, uint 1"},
		{"element of a field", "c := get()\nc.by[1]++ // A\nuse(c.by[2]) // B", "write", "read", heap(24, 64), "element of Counter.by, int, int 8"},
		{"copy", "copy(items, items[2:]) // A\nuse(items[0]) // B", "write in runtime.slicecopy", "read", heap(0, 32), "element of items, int, int 8"},
		{"append to a package's slice, the slice", "items = append(items, 1) // AB", "write", "write", global, "items, []int,  24"},
		{"append to a package's slice, an element", "items = append(items, 1) // AB", "write", "write", heap(0, 32), "element of items, int, int 8"},
		{"append to a captured slice", "var xs []int\nfunc() {\nxs = append(xs, 1) // AB@func1\n}()", "write", "write", heap(0, 24), "xs or an element of it, []int,  0"},
		{"append to a captured slice, not its header", "var xs []int\nfunc() {\nxs = append(xs, 1) // AB@func1\n}()", "write", "write", heap(0, 64), "element of xs, int, int 8"},

		{"append to a captured slice, its pointer", "var xs []int\nfunc() {\nxs = append(xs, 1) // AB@func1\n}()", "write", "write", heapWord(0, 24, "pointer"), "xs, []int,  24"},
		{"append to a captured slice of pointers, its length", "var xs []*int\nfunc() {\nxs = append(xs, nil) // AB@func1\n}()", "write", "write", heapWord(8, 24, "scalar"), "xs, []*int,  24"},
		{"append to a captured slice of structs, its pointer", "var xs []struct{ x, y int }\nfunc() {\nxs = append(xs, xs[0]) // AB@func1\n}()", "write", "write", heapWord(0, 24, "pointer"), "xs, []struct{x int; y int},  24"},
		{"append to a captured slice of structs with pointers", "var xs []struct{ x int; y *int }\nfunc() {\nxs = append(xs, xs[0]) // AB@func1\n}()", "write", "write", heapWord(0, 24, "pointer"), "xs or an element of it, []struct{x int; y *int},  0"},
		{"append to a captured slice of strings", "var xs []string\nfunc() {\nxs = append(xs, \"\") // AB@func1\n}()", "write", "write", heapWord(0, 24, "pointer"), "xs or an element of it, []string,  0"},

		{"map", "table[\"a\"] = 1 // A\nuse(table[\"b\"]) // B", "write", "read", heap(0, 48), "map table, map[string]int, map 8"},
		{"map by the runtime", "table[\"a\"] = count // A\ndelete(table, \"b\") // B", "write in runtime.mapassign_faststr", "write in runtime.mapdelete", heap(0, 48), "map table, map[string]int, map 8"},
		{"range over a map", "for k := range table { // A\nuse(k)\n}\ntable[\"b\"]++ // B", "read in runtime.mapIterStart", "write", heap(0, 48), "map table, map[string]int, map 8"},

		{"channel", "ch := make(chan int)\ngo func() { close(ch) }() // A@func1\nch <- 1 // B", "write in runtime.closechan", "read in runtime.chansend", heap(16, 96), "channel ch, chan int, channel 8"},
		{"channel with one name for sending", "ch := make(chan int)\nvar to chan<- int = ch\nto <- 1 // A\nclose(ch) // B", "read in runtime.chansend", "write in runtime.closechan", heap(16, 96), "channel ch, chan int, channel 8"},
		{"send in a select", "ch := make(chan bool)\nvar to chan<- bool = ch\nselect { // A\ncase to <- ready:\ncase items[0] = <-make(chan int):\n}\nclose(ch) // B", "read in runtime.selectgo", "write in runtime.closechan", heap(16, 96), "channel ch, chan bool, channel 8"},
		{"variable of a channel", "ch := make(chan int)\nfunc() { ch = nil }() // A@func1\nch <- 1 // B", "write", "read", heap(0, 8), "ch, chan int, pointer 8"},

		{"captured variable", "n := 0\ngo func() { n++ }() // A@func1\nuse(n) // B", "write", "read", heap(0, 8), "n, int, int 8"},
		{"a function literal on its line", "n, m := 0, 0\nm = 1; func() { n++ }() // A@func1\nfunc() { use(m, n) }() // B@func2", "write", "read", heap(0, 8), "n, int, int 8"},
		{"pointer's target", "var p, q *int\n*p = 1 // A\nuse(*q) // B", "write", "read", heap(0, 8), "*p, int, int 8"},
		{"pointer to a variable", "n := 0\np := &n\n*p = 1 // A\nuse(n) // B", "write", "read", heap(0, 8), "n, int, int 8"},
		{"atomic against plain", "var n int64\natomic.AddInt64(&n, 1) // A\nuse(n) // B", "atomic", "read", heap(0, 8), "n, int64, int 8"},
		{"atomic variable against plain", "hits.Add(1) // A\nhits = atomic.Int64{} // B", "atomic", "write", global, "hits, atomic.Int64,  8"},
		{"only what is on the line", "count, ready = 1, true // A\nuse(ready,\n\tcount, // B\n\tother)", "write", "read", global, "count, int, int 8"},
		{"a case", "count = 1 // A\nswitch {\ncase ready, count == 2: // B\n}", "write", "read", global, "count, int, int 8"},
		{"several lines", "count = // A\n\tother\nuse(ready,\n\tcount, // B\n\tother)", "write", "read", global, "count, int, int 8"},
		{"return", "func() int {\nreturn count // A@func1\n}()\ncount++ // B", "read", "write", global, "count, int, int 8"},
	} {
		t.Run(p.name, func(t *testing.T) {
			if got := answer(t, p); got != p.want {
				t.Errorf("got  %q\nwant %q", got, p.want)
			}
		})
	}
}

func TestWhenInDoubtThereIsNoName(t *testing.T) {
	for _, p := range []program{
		{"two variables", "count, other = other, count // AB", "write", "write", global, ""},
		{"nothing written there", "use(count) // A\nuse(count) // B", "write", "read", global, ""},
		{"nothing in common", "count = 1 // A\nuse(other) // B", "write", "read", global, ""},
		{"a package's variable does not lie on the heap", "count++ // AB", "write", "write", heap(0, 8), ""},
		{"a captured one is not global", "n := 0\nfunc() { n++ }() // AB@func1", "write", "write", global, ""},
		{"the struct does not fit in", "c := get()\nc.n++ // AB", "write", "write", heap(8, 32), ""},
		{"there is a pointer", "n := 0\nfunc() { n++ }() // AB@func1", "write", "write", heapWord(0, 8, "pointer"), ""},
		{"there is no pointer", "var n *int\nfunc() { n = nil }() // AB@func1", "write", "write", heapWord(0, 8, "scalar"), ""},
		{"the element does not fit in", "items[0]++ // AB", "write", "write", heap(0, 4), ""},
		{"the field is elsewhere", "c := get()\nc.n++ // AB", "write", "write", heap(0, 64), ""},
		{"a field and where it points", "c := get()\ncurrent, c.n = c, 1 // A\nuse(current.n) // B", "write", "read", nowhere, ""},
		{"two pointers", "var p, q *int\n*p, *q = 1, 2 // A\nuse(*p) // B", "write", "read", heap(0, 8), ""},
		{"a local variable that nobody else knows", "n := 0\nn++ // AB\nuse(n)", "write", "write", heap(0, 8), ""},
		{"two channels", "ch, other := make(chan int), make(chan int)\nch <- 1 // A\nclose(ch); close(other) // B", "read in runtime.chansend", "write in runtime.closechan", heap(16, 96), ""},
		{"channels of two types", "to := make(chan bool)\nto <- true // A\nclose(make(chan int)) // B", "read in runtime.chansend", "write in runtime.closechan", heap(16, 96), ""},
		{"the runtime did something else", "count++ // AB", "write in runtime.chansend1", "write", global, ""},
		{"sync did it inside", "count = 1 // A\nuse(count) // B", "write in sync.(*Map).Store", "read in sync.(*Map).Load", global, ""},
		{"what an atomic operation is given", "var n, m int64\natomic.AddInt64(&n, m) // A\nfunc() { m++ }() // B@func1", "atomic", "write", heap(0, 8), ""},
		{"a new list, or a new struct in it", "cs := []*Counter{{n: 1}} // A\nuse(cs[0].n) // B", "write", "read", heap(8, 64), ""},
		{"two fields of unknown structs", "b, d := away.Get(), away.Get()\nb.Weight = 1 // A\nuse(d.Height) // B", "write", "read", heap(0, 8), ""},
		{"an atomic on another", "atomic.AddInt64((*int64)(&limit), 1) // A\nuse(count) // B", "atomic", "read", global, ""},
		{"unknown line", "count++ // A", "write", "read", global, ""},
	} {
		t.Run(p.name, func(t *testing.T) {
			if got := answer(t, p); got != p.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestWhatCannotBeReadHasNoName(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "x.go")
	os.WriteFile(broken, []byte("package x\nfunc f() { count++ \n"), 0o600)
	for _, file := range []string{"/nowhere/x.go", broken, "", "parser.y"} {
		if v, ok := NewFinder().Variable(Access{File: file, Line: 2, Write: true}, Access{File: file, Line: 2}, nowhere); ok {
			t.Errorf("%q: %+v", file, v)
		}
	}
}

func TestWhereAVariableIsDeclared(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.go")
	os.WriteFile(file, []byte("package x\n\nvar count int\n\nfunc f() { count++ }\n"), 0o600)
	os.WriteFile(filepath.Join(dir, "a_windows.go"), []byte("package x\n\nvar count string\n"), 0o600)
	os.WriteFile(filepath.Join(dir, "a_test.go"), []byte("package x_test\n\nvar count string\n"), 0o600)
	a := Access{File: file, Line: 5, Function: "x.f", Write: true}
	if v, ok := NewFinder().Variable(a, a, global); !ok || v.File != file || v.Line != 3 || v.Type != "int" {
		t.Errorf("%+v, %v", v, ok)
	}
}

func TestFunctionLiteralsAreCountedByName(t *testing.T) {
	for name, want := range map[string]int{
		"": -1, "example.com/p.F": 0, "example.com/p.(*T).M": 0, "p.F.func1": 1, "p.(*T).M.func2.1": 2, "p.glob..func1": 1,
		"gopkg.in/yaml%2ev3.F.func1.2.3": 3, "p.F.gowrap1": 0, "p.F-range1": 0, "p.F.func1-range2": 1, "p.F.G.func1": 1,
	} {
		if got := literals(name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
