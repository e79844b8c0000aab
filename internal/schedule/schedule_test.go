package schedule

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() *Schedule {
	return &Schedule{
		Test: "TestCounter", Package: "example.com/counter", Go: "go1.26.8", Finding: "deadlock",
		Clock: 1795400000000000000, Origin: Origin{Strategy: "random", Seed: 1, Index: 17}, Total: 3,
		Points: []string{"example.com/counter/counter.go:9", "example.com/counter/a b.go:12"},
		Steps: []Step{
			{"main", "go", "", "counter_test.go:14", -1},
			{"main/1", "lock", "mutex#1", "/else where/100%/counter.go:9", -1},
			{"main/t2/1", "select", "", "", 1},
		},
	}
}

func TestAWrittenScheduleReadsBackTheSame(t *testing.T) {
	var text bytes.Buffer
	if _, err := sample().WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	got, err := Parse(&text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, sample()) {
		t.Errorf("got  %+v\nwant %+v", got, sample())
	}
}

// Names that the program gives are for people: without them, or with others, it is the same schedule.
func TestWhatThingsAreCalledIsAComment(t *testing.T) {
	s := sample()
	s.Called = []Called{{"mutex#1", "accounts\nmain lock - -"}, {"main/1", "writer"}}
	var text bytes.Buffer
	s.WriteTo(&text)
	if want := "\n\n# mutex#1: accounts main lock - -\n# main/1: writer\nmain "; !strings.Contains(text.String(), want) {
		t.Errorf("no %q in\n%s", want, text.String())
	}
	if got, err := Parse(&text); err != nil || !reflect.DeepEqual(got, sample()) || s.Hash() != sample().Hash() {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAllMemoryStandsForAllPlaces(t *testing.T) {
	s := sample()
	s.Points = []string{AllMemory}
	var text bytes.Buffer
	s.WriteTo(&text)
	more := strings.Replace(text.String(), "points memory\n", "points a/b.go:1\npoints memory\npoints a/b.go:2\n", 1)
	for _, text := range []string{text.String(), more} {
		got, err := Parse(strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
}

func TestPointsTellApartSchedulesThatListNoSteps(t *testing.T) {
	a, b := sample(), sample()
	b.Points = nil
	if a.Hash() != b.Hash() {
		t.Error("the steps are the same, the hash is not")
	}
	a.Steps, b.Steps = nil, nil
	if a.Hash() == b.Hash() {
		t.Error("two runs have one name")
	}
}

func TestALongScheduleListsItsFirstStepsOnly(t *testing.T) {
	s := sample()
	s.Steps = nil
	for range MaxSteps + 5 {
		s.Steps = append(s.Steps, Step{Thread: "main", Op: "yield", Pick: -1})
	}
	s.Total = len(s.Steps)
	var text bytes.Buffer
	s.WriteTo(&text)
	if !strings.HasSuffix(text.String(), "\n# … 5 more steps, drawn by the origin\n") {
		t.Errorf("the last line is not the count of the rest: %q", text.String()[text.Len()-80:])
	}
	got, err := Parse(&text)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Partial() || len(got.Steps) != MaxSteps || got.Total != MaxSteps+5 {
		t.Errorf("partial %v, %d steps listed of %d", got.Partial(), len(got.Steps), got.Total)
	}
	if got.Hash() != s.Hash() {
		t.Error("the hash depends on steps that the file does not list")
	}
}

func TestBrokenFilesSayWhatIsWrong(t *testing.T) {
	var good bytes.Buffer
	sample().WriteTo(&good)
	text := good.String()
	tests := []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"other file", "package x\n", `line 1: "package x" is not the first line`},
		{"newer version", "clew schedule v2\n", "cannot read"},
		{"binary", "\x00\x01\x02", "not the first line"},
		{"no test", strings.Replace(text, "test TestCounter\n", "", 1), `no "test" line`},
		{"twice", strings.Replace(text, "go go", "test TestX\ngo go", 1), `says "test" twice`},
		{"bad count", strings.Replace(text, "steps 3", "steps three", 1), `"three" is no value for "steps"`},
		{"negative count", strings.Replace(text, "steps 3", "steps -3", 1), `"-3" is no value`},
		{"bad origin", strings.Replace(text, "seed=1", "seed=x", 1), `no value for "origin"`},
		{"bad point", strings.Replace(text, "counter.go:9\n", "counter.go\n", 1), `"example.com/counter/counter.go" is no value for "points"`},
		{"point without a package", strings.Replace(text, "points example.com/counter/c", "points c", 1), `"counter.go:9" is no value for "points"`},
		{"point at line 0", strings.Replace(text, "counter.go:9\n", "counter.go:0\n", 1), `no value for "points"`},
		{"empty point", strings.Replace(text, "points example.com/counter/counter.go:9", "points", 1), `"" is no value for "points"`},
		{"cut", text[:strings.LastIndex(text, "main/t2")], "the file is cut: the header says 3 steps, only 2"},
		{"cut in a line", text[:strings.LastIndex(text, "select")+6], "line 14"},
		{"too many", text + "main go - -\n", "4 are listed"},
		{"bad thread", strings.Replace(text, "main/t2/1", "main/x/1 ", 1), `"main/x/1" is not the name of a thread`},
		{"bad pick", strings.Replace(text, "pick=1", "pick=-1", 1), `"pick=-1" is not pick=N`},
		{"long line", firstLine + "\ntest " + strings.Repeat("x", 2<<20), "line 2: the line is longer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(tt.text))
			var broken *SyntaxError
			if !errors.As(err, &broken) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

func TestKeysFollowThePathOfStarts(t *testing.T) {
	main, _ := Key("main")
	if main != 0x9e3779b97f4a7c15 {
		t.Errorf("main is %x", main)
	}
	child, _ := Key("main/2")
	if child != Mix(main, 4) {
		t.Errorf("main/2 is %x, want %x", child, Mix(main, 4))
	}
	timer, _ := Key("main/2/t3")
	if timer != Mix(child, 7) {
		t.Errorf("main/2/t3 is %x, want %x", timer, Mix(child, 7))
	}
	for _, bad := range []string{"", "Main", "main/", "main/0", "main/-1", "main/t", "main//1", "x/1", "main/99999999999999999999"} {
		if _, err := Key(bad); err == nil {
			t.Errorf("%q passes for a thread's name", bad)
		}
	}
}

func TestSaveWritesWholeFilesOnly(t *testing.T) {
	pkg := t.TempDir()
	path, err := sample().Save(Dir(pkg, "TestCounter"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(pkg, "testdata", "clew", "TestCounter", sample().Hash()); path != want {
		t.Errorf("saved to %s, want %s", path, want)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
	os.WriteFile(filepath.Join(filepath.Dir(path), ".clew-123"), nil, 0o600)
	files, err := List(pkg, "TestCounter")
	if err != nil || len(files) != 1 {
		t.Errorf("listed %v, %v; want the one schedule", files, err)
	}
	if files, err := List(pkg, "TestOther"); len(files) != 0 || err != nil {
		t.Errorf("a test without schedules lists %v, %v", files, err)
	}
	blocked := filepath.Join(pkg, "file")
	os.WriteFile(blocked, nil, 0o600)
	if _, err := sample().Save(filepath.Join(blocked, "x")); err == nil {
		t.Error("saving below a plain file gives no error")
	}
}

func TestPlanHoldsKeys(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WritePlan(&b); err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(b.String(), "\n"); first != "9e3779b97f4a7c15 go -1" {
		t.Errorf("first line %q", first)
	}
}

func TestDelaysStandOnTheStepsTheyFollow(t *testing.T) {
	s := sample()
	s.Delays = []Delay{{1, "main/1", 8 * time.Millisecond, 0}, {1, "main", time.Millisecond, 2}, {3, "main", 100 * time.Millisecond, 0}}
	s.Origin.Slow = Slow{10 * time.Millisecond, 37, 2}
	var text bytes.Buffer
	s.WriteTo(&text)
	for _, want := range []string{"  delay=main/1:8ms  delay=main:1ms@2\n", "pick=1  delay=main:100ms\n", "index=17 slow=10ms/37/2\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
	got, err := Parse(strings.NewReader(text.String()))
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, s)
	}
	if got.Delayed() != 109*time.Millisecond {
		t.Errorf("delayed for %v", got.Delayed())
	}
	if s.Hash() == sample().Hash() {
		t.Error("a schedule with delays has the name of the one without")
	}
	plan, err := s.PlanDelays()
	main, _ := Key("main")
	first, _ := Key("main/1")
	if want := fmt.Sprintf("%d:1:0:%d:8000000,%d:1:2:%d:1000000,", main, first, main, main); err != nil || !strings.HasPrefix(plan, want) {
		t.Errorf("plan %q, %v; want %q first", plan, err, want)
	}
	for _, bad := range []string{"delay=main/1", "delay=x:1ms", "delay=main:1s", "delay=main:0ms", "delay=main:1ms@0", "delay=main:-1ms"} {
		broken := strings.Replace(text.String(), "delay=main/1:8ms", bad, 1)
		if _, err := Parse(strings.NewReader(broken)); err == nil || !strings.Contains(err.Error(), "is not delay=THREAD:Nms") {
			t.Errorf("%s gives %v", bad, err)
		}
	}
	for _, bad := range []string{"slow=10ms", "slow=10ms/1", "slow=10ms/x/2", "slow=1s/1/2", "slow=10ms/1/-2", "fast"} {
		broken := strings.Replace(text.String(), "slow=10ms/37/2", bad, 1)
		if _, err := Parse(strings.NewReader(broken)); err == nil || !strings.Contains(err.Error(), "origin") {
			t.Errorf("%s gives %v", bad, err)
		}
	}
}
