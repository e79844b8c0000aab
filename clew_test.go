package clew_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/goclew/clew"
)

// panicOf returns what f panics with, nil if it does not.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestWithoutClewNumbersAreZero(t *testing.T) {
	if clew.Under() {
		t.Skip("this is about plain go test")
	}
	for _, n := range []int{1, 2, 1<<31 - 1} {
		if got := clew.Choose(n); got != 0 {
			t.Errorf("Choose(%d) = %d", n, got)
		}
	}
}

func TestChooseSaysWhichNumberIsWrong(t *testing.T) {
	for n, want := range map[int]string{
		0:  "clew.Choose: n is 0, and must be from 1 to 2147483647",
		-7: "clew.Choose: n is -7, and must be from 1 to 2147483647",
	} {
		if got := panicOf(func() { clew.Choose(n) }); got != want {
			t.Errorf("Choose(%d) panics with %v, want %q", n, got, want)
		}
	}
}

func TestWithoutClewAlwaysPanics(t *testing.T) {
	if clew.Under() {
		t.Skip("this is about plain go test")
	}
	if got := panicOf(func() { clew.Always(true, "sane") }); got != nil {
		t.Errorf("what holds panics with %v", got)
	}
	if got, want := panicOf(func() { clew.Always(false, "sane") }), `clew.Always: "sane" does not hold`; got != want {
		t.Errorf("got %v, want %q", got, want)
	}
}

// tester stands for a testing.T.
type tester struct{ said []any }

func (t *tester) Helper() {}

func (t *tester) Fatal(args ...any) {
	t.said = args
	panic(t)
}

func TestExploreCallsItsFunctionOnce(t *testing.T) {
	ran := 0
	var mine tester
	clew.Explore(&mine, clew.Options{}, func(given *tester) {
		ran++
		if given != &mine {
			t.Error("it was not given the test")
		}
	})
	if ran != 1 {
		t.Errorf("it ran %d times", ran)
	}
	for _, o := range []clew.Options{{Schedules: -1}, {Time: -1}} {
		panicOf(func() { clew.Explore(&mine, o, func(*tester) { t.Errorf("%+v: it ran", o) }) })
		if len(mine.said) != 1 || mine.said[0] != "clew.Explore: options must not be below zero" {
			t.Errorf("%+v: %v", o, mine.said)
		}
	}
}

// What the compiler makes of a function with calls of this package, and of one without them, is the same but for its name and lines.
func TestWithoutClewCallsCostNothing(t *testing.T) {
	if testing.Short() || clew.Under() {
		t.Skip("it runs the compiler, for plain builds")
	}
	code := func(calls string) string {
		dir := t.TempDir()
		source := `package p
import ("sync"; "github.com/goclew/clew")
var _ = clew.Under
//go:noinline
func count(mu *sync.Mutex, n *int, c chan int) {
	mu.Lock()
	*n++
` + calls + `
	mu.Unlock()
}`
		file := filepath.Join(dir, "p.go")
		if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("go", "build", "-trimpath", "-gcflags=-S", "-o", os.DevNull, file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return instructions(string(out))
	}
	want := code("")
	got := code(`
	if clew.Under() {
		panic("under clew")
	}
	clew.Name("counter", mu, n)
	clew.Name("counters", c)
	clew.Name("main")
	clew.Sometimes(*n == 3, "three are counted")
	clew.Always(true, "sane")
	*n += clew.Choose(7)`)
	if !strings.Contains(want, "sync.(*Mutex)") {
		t.Fatalf("the compiler does not show its code:\n%s", want)
	}
	if got != want {
		t.Errorf("with calls the code is\n%s\nwithout\n%s", got, want)
	}
}

var temporary = regexp.MustCompile(`\.autotmp_[0-9]+`)

// instructions returns the code of the function count from the compiler's listing, without places.
func instructions(listing string) string {
	var code strings.Builder
	inside := false
	for line := range strings.Lines(listing) {
		if !strings.HasPrefix(line, "\t") {
			inside = strings.Contains(line, "command-line-arguments.count STEXT")
			continue
		}
		fields := strings.SplitN(strings.TrimSpace(line), "\t", 3) // address and place, instruction, operands
		if inside && strings.HasPrefix(fields[0], "0x") && len(fields) > 1 && strings.Contains(fields[0], "(") {
			if op := strings.Join(fields[1:], " "); !strings.HasPrefix(op, "PCDATA") && !strings.HasPrefix(op, "FUNCDATA") && op != "NOP" && op != "XCHGL AX, AX" {
				code.WriteString(temporary.ReplaceAllString(op, "") + "\n")
			}
		}
	}
	return code.String()
}

// This one is for clew, too: with -prove it is proved, as is Example.
func TestThreadsMeet(t *testing.T) {
	var mu sync.Mutex
	clew.Name("sum", &mu)
	sum := 0
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			clew.Name([]string{"first", "second"}[i])
			mu.Lock()
			defer mu.Unlock()
			sum += 1 + clew.Choose(2)
			clew.Always(sum <= 4, "the sum is four at most")
			clew.Sometimes(sum == 4, "both choose two")
		})
	}
	wg.Wait()
	if !clew.Under() && sum != 2 {
		t.Errorf("sum is %d without clew, want 2", sum)
	}
}
