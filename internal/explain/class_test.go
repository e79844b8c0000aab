package explain

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/trace"
)

// A scripted run is written by hand, a line for each step and for what is left at the end:
//
//	1 load x inc:14 =0 !      thread main/1 loads x in line 14 of function inc, which is 0; another thread goes on, though it could
//	ends 2                    thread main/2 has ended
//	stuck 1 lock m            thread main/1 waits to lock m
//	held m 1 inc:14           it holds m, taken there; with "read" behind it for reading
//
// Thread 0 is main. What an object is, its first letters say (kindsOf).
type scripted struct {
	trace   *trace.Trace
	threads map[string]*trace.Thread
	objects map[string]*trace.Object
	frames  map[string]*trace.Frame
}

// kindsOf are the kinds of objects by the letters that their names begin with. An x is an atomic number, b a bool and p a pointer.
var kindsOf = []struct {
	letters, kind, holds string
	bytes                int8
}{
	{"rw", "rwmutex", "", 0}, {"wg", "waitgroup", "", 0}, {"m", "mutex", "", 0}, {"cond", "cond", "", 0}, {"c", "chan", "", 0},
	{"x", "atomic", "scalar", 8}, {"b", "atomic", "scalar", 4}, {"p", "atomic", "pointer", 8},
}

func (s *scripted) thread(name string) *trace.Thread {
	if s.threads[name] == nil {
		t := &trace.Thread{Name: "main/" + name}
		if name == "0" {
			t.Name = "main"
		}
		s.threads[name] = t
		s.trace.Threads = append(s.trace.Threads, t)
	}
	return s.threads[name]
}

func (s *scripted) object(name string) (*trace.Object, int8) {
	if name == "-" {
		return nil, 0
	}
	for _, k := range kindsOf {
		if !strings.HasPrefix(name, k.letters) {
			continue
		}
		if s.objects[name] == nil {
			o := &trace.Object{Name: name, Kind: k.kind}
			if k.holds != "" {
				o.Memory = &trace.Memory{Holds: k.holds}
			}
			s.objects[name] = o
			s.trace.Objects = append(s.trace.Objects, o)
		}
		return s.objects[name], k.bytes
	}
	panic("no kind of object: " + name)
}

// frame is the place of "inc:14", or of "context.(*cancelCtx).Done:14".
func (s *scripted) frame(at string) *trace.Frame {
	name, line, found := strings.Cut(at, ":")
	if !found {
		return nil
	}
	if !strings.Contains(name, ".") {
		name = "example.com/bank." + name
	}
	if s.frames[at] == nil {
		n, _ := strconv.Atoi(line)
		s.frames[at] = &trace.Frame{Func: name, File: "/p/bank.go", Line: n}
	}
	return s.frames[at]
}

func (s *scripted) line(words []string) {
	switch words[0] {
	case "ends":
		s.thread(words[1]).Ended = true
	case "stuck":
		t := s.thread(words[1])
		t.State, t.WaitOp = "blocked", words[2]
		t.WaitsOn, _ = s.object(words[3])
	case "held":
		o, _ := s.object(words[1])
		s.trace.Held = append(s.trace.Held, trace.Held{Object: o, Thread: s.thread(words[2]), Read: len(words) > 4, Stack: []*trace.Frame{s.frame(words[3])}})
	default:
		o, bytes := s.object(words[2])
		step := trace.Step{Thread: s.thread(words[0]), Op: words[1], Object: o, Frame: s.frame(words[3]), Pick: -1}
		for _, w := range words[4:] {
			if digits, ok := strings.CutPrefix(w, "="); ok {
				n, _ := strconv.ParseUint(digits, 10, 64)
				step.Value = trace.Value{Bits: n, Bytes: bytes}
			}
			step.Preempted = step.Preempted || w == "!"
		}
		if step.Op == "go" {
			s.thread(words[4]).Started = step.Frame
		}
		s.trace.Steps = append(s.trace.Steps, step)
	}
}

// scripts makes a case of a run that is written by hand, and of a finding's sentence: "deadlock", "panic: send on closed channel".
func scripts(message, text string) *Case {
	s := &scripted{&trace.Trace{}, map[string]*trace.Thread{}, map[string]*trace.Object{}, map[string]*trace.Frame{}}
	s.thread("0")
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			s.line(words)
		}
	}
	kind, _, _ := strings.Cut(message, ":")
	return &Case{Trace: s.trace, Kind: kind, Message: message, Where: filepath.Base}
}

// What happens in the bank of examples/bank, in parts.
const (
	look1  = "1 lock m look:21\n1 unlock m look:24 !\n"
	visit2 = "2 lock m look:21\n2 unlock m look:24\n2 lock m act:27\n2 unlock m act:30\n"
	act1   = "1 lock m act:27\n1 unlock m act:30\n"
)

func TestClasses(t *testing.T) {
	for _, tt := range []struct {
		name, message, run string
		want               string // the class; empty for none
	}{
		{"two locks in two orders", "deadlock", "1 lock m1 f:1 !\n2 lock m2 g:1\nstuck 0 wait wg\nstuck 1 lock m2\nstuck 2 lock m1\nheld m1 1 f:1\nheld m2 2 g:1", "AB-BA deadlock"},
		{"three locks in a circle", "deadlock", "stuck 1 lock m2\nstuck 2 lock m3\nstuck 3 lock m1\nheld m1 1 f:1\nheld m2 2 f:1\nheld m3 3 f:1", "lock cycle"},
		{"a queue at a lock is no circle", "deadlock", "stuck 1 lock m1\nstuck 2 lock m1\nstuck 3 receive c\nheld m1 3 f:1\nstuck 4 select -", ""},
		{"a circle over a connection", "deadlock", "stuck 1 lock m\nstuck 2 receive c\nstuck 3 sleep -\nheld m 2 f:1", ""},

		{"a writer between two reads", "deadlock", "1 rlock rw f:1 !\n2 lock rw g:1\n1 rlock rw f:2\nstuck 1 rlock rw\nstuck 2 lock rw\nheld rw 1 f:1 read", "read lock taken twice"},
		{"a reader behind another's writer", "deadlock", "stuck 1 rlock rw\nstuck 2 lock rw\nstuck 3 select -\nheld rw 3 f:1 read", ""},

		{"a lock that it holds", "deadlock", "1 lock m f:1\nstuck 1 lock m\nheld m 1 f:1", "lock taken twice"},
		{"a read lock that it holds", "deadlock", "1 rlock rw f:1\nstuck 1 lock rw\nheld rw 1 f:1 read", "lock taken twice"},

		{"the holder has ended", "deadlock", "2 lock m f:1\nends 2\nstuck 1 lock m\nheld m 2 f:1", "forgotten unlock"},
		{"nobody waits for what it left locked", "leak", "2 lock m f:1\nends 2\nstuck 1 select -\nheld m 2 f:1", ""},

		{"signalled between look and wait", "deadlock", "1 lock m f:1\n1 load x f:2 =0 !\n0 store x g:1 =1\n0 broadcast cond g:2\n1 wait cond f:3\nstuck 1 wait cond", "missed signal"},
		{"signalled before the look", "deadlock", "0 store x g:1 =1\n0 broadcast cond g:2\n1 lock m f:1\n1 load x f:2 =0\n1 wait cond f:3\nstuck 1 wait cond", ""},
		{"another condition was signalled", "deadlock", "1 lock m f:1 !\n0 broadcast cond2 g:2\n1 wait cond f:3\nstuck 1 wait cond", ""},
		{"it was woken since, and waits again", "deadlock", "1 lock m f:1\n1 wait cond f:3\n0 broadcast cond g:2\n1 wake cond f:3\n1 unlock m f:4\n1 lock m f:1\n1 wait cond f:3\nstuck 1 wait cond", ""},

		{"sends with the lock that the receiver needs", "deadlock", "1 lock m f:1\n1 send c f:2\nstuck 1 send c\nstuck 2 lock m\nstuck 0 wait wg\nheld m 1 f:1", "lock held across a blocking operation"},
		{"a third might help", "deadlock", "1 lock m f:1\n1 send c f:2\nstuck 1 send c\nstuck 2 lock m\nstuck 3 select -\nheld m 1 f:1", ""},

		{"a nil channel", "deadlock", "1 receive - f:1\nstuck 1 receive -", "nil channel"},
		{"a select without cases that are ready", "deadlock", "1 select - f:1\nstuck 1 select -", ""},

		{"left in a select on a context", "leak", "0 go - g:1 1\n1 load x context.(*cancelCtx).Done:449\n1 select - f:2\nends 0\nstuck 1 select -", "context never cancelled"},
		{"left in another select", "leak", "0 go - g:1 1\n1 load x f:1\n1 select - f:2\nends 0\nstuck 1 select -", ""},
		{"asked a context for its error", "leak", "1 load x context.(*cancelCtx).Err:465\n1 select - f:2\nends 0\nstuck 1 select -", ""},

		{"nobody is left for Done", "deadlock", "0 wait wg f:1\nstuck 0 wait wg\nends 1", "WaitGroup misuse"},
		{"somebody may be left for Done", "deadlock", "stuck 0 wait wg\nstuck 1 select -", ""},

		{"nobody receives", "leak", "1 send c f:1\nends 0\nstuck 1 send c", "nobody receives"},
		{"who could receive is stuck too", "deadlock", "1 send c f:1\nstuck 1 send c\nstuck 2 select -", ""},

		{"nobody sends", "deadlock", "0 receive c f:1\nends 1\nstuck 0 receive c", "nobody sends"},
		{"nobody closes", "deadlock", "0 receive c f:1\n1 send c g:1\n0 receive c f:1\nends 1\nstuck 0 receive c", "nobody closes"},
		{"received elsewhere before", "deadlock", "0 receive c f:1\n1 send c g:1\n0 receive c f:2\nends 1\nstuck 0 receive c", "nobody sends"},
		{"another one received there before", "deadlock", "2 receive c f:1\n1 send c g:1\n0 receive c f:1\nends 1\nends 2\nstuck 0 receive c", "nobody sends"},
		{"it received there from another one", "deadlock", "0 receive c2 f:1\n1 send c2 g:1\n0 receive c f:1\nends 1\nstuck 0 receive c", "nobody sends"},
		{"one sends, one receives", "deadlock", "stuck 0 receive c\nstuck 1 send c2", ""},

		{"send on closed", "panic: send on closed channel", "1 load b f:1 =0 !\n2 close c g:1\n1 send c f:2", "closed while sending"},
		{"close of closed", "panic: close of closed channel", "2 close c g:1\n1 close c f:2", "double close"},
		{"close of nil", "panic: close of nil channel", "1 close - f:2", "nil channel"},
		{"two unlocks", "fatal: fatal error: sync: unlock of unlocked mutex", "1 unlock m f:1\n2 unlock m f:1", "double unlock"},
		{"too many Done", "panic: sync: negative WaitGroup counter", "1 done wg f:1", "WaitGroup misuse"},
		{"two write a map", "fatal: fatal error: concurrent map writes", "1 start - f:1", "unsynchronised map"},
		{"a panic of the user's own", "panic: out of range", "1 close c f:1\n2 send c f:2", ""},

		{"late Add", "failure", "0 go - f:1 1\n1 start - g:1 !\n0 wait wg f:2\n0 lock m f:3\n1 add wg g:2", "WaitGroup misuse"},
		{"an Add behind a Wait that had to wait", "failure", "0 go - f:1 1\n0 wait wg f:2\n0 wake wg f:2\n1 add wg g:2", ""},
		{"the waiter's own Add", "failure", "0 wait wg f:2\n0 add wg f:3", ""},
		{"a second round", "failure", "0 go - f:1 1\n0 wait wg f:2\n0 lock m f:3\n1 add wg g:2\n0 wait wg f:4", ""},
		{"the thread was started afterwards", "failure", "0 wait wg f:2\n0 go - f:3 1\n1 add wg g:2", ""},

		{"read, written, written back in one line", "failure", "1 load x inc:14 =0 !\n2 load x inc:14 =0\n2 store x inc:14 =1\n1 store x inc:14 =1", "lost update"},
		{"in one function, a number", "failure", "1 load x inc:14 =5 !\n2 store x inc:15 =6\n1 store x inc:15 =6", "lost update"},
		{"in one function, perhaps a flag", "failure", "1 load x inc:14 =0 !\n2 store x inc:15 =1\n1 store x inc:15 =1", ""},
		{"in two functions", "failure", "1 load x look:14 =5 !\n2 store x inc:15 =6\n1 store x reset:15 =0", ""},
		{"without a preemption", "failure", "1 load x inc:14 =5\n2 store x inc:15 =6\n1 store x inc:15 =6", ""},
		{"with too many preemptions", "failure", "0 start - f:1 !\n1 start - f:1 !\n2 start - f:1 !\n1 load x inc:14 =5 !\n2 store x inc:14 =6\n1 store x inc:14 =6", ""},
		{"nobody has written", "failure", "1 load x inc:14 =5 !\n2 load x inc:14 =5\n1 store x inc:14 =6", ""},
		{"another variable was written", "failure", "1 load x inc:14 =5 !\n2 store x2 inc:14 =6\n1 store x inc:14 =6", ""},
		{"it looked again", "failure", "1 load x inc:14 =5 !\n2 store x inc:14 =6\n1 load x inc:14 =6\n1 store x inc:14 =7", ""},

		{"a flag that was looked at", "failure", "1 load b enter:5 =0 !\n2 store b stop:7 =1\n1 add x enter:8 =1", "check-then-act"},
		{"a flag that two set", "failure", "1 load b f:5 =0 !\n2 load b f:5 =0\n2 store b f:6 =1\n1 store b f:6 =1", "check-then-act"},
		{"a loop that looks again", "failure", "1 load b spin:5 =0 !\n2 store b stop:7 =1\n1 load b spin:5 =1\n1 add x enter:8 =1", ""},
		{"the flag was set to what it was", "failure", "1 load b enter:5 =1 !\n2 store b stop:7 =1\n1 add x enter:8 =1", ""},
		{"it did something since its look", "failure", "1 load b enter:5 =0\n1 send c enter:6 !\n2 store b stop:7 =1\n1 add x enter:8 =1", ""},
		{"it did nothing more", "failure", "1 load b enter:5 =0 !\n2 store b stop:7 =1", ""},
		{"a pointer that was taken away", "failure", "1 load p get:5 =9 !\n2 store p free:7 =0\n1 load b use:8 =1", "use after close"},
		{"a pointer that was taken away, and that it empties itself", "failure", "1 load p get:5 =9 !\n2 store p free:7 =0\n1 load b use:8 =1\n1 store p free:7 =0", "use after close"},
		{"a pointer that was taken away, which it looks at again", "failure", "1 load p get:5 =9 !\n2 store p free:7 =0\n1 load p use:8 =0", "check-then-act"},
		{"a pointer that was changed", "failure", "1 load p get:5 =9 !\n2 store p put:7 =8\n1 load b use:8 =1", "check-then-act"},
		{"nil, where something was", "panic: nil pointer dereference", "0 store p f:1 =9\n2 store p free:7 =0\n1 load p use:8 =0\n1 unlock m use:9", "use after close"},
		{"nil, where nothing ever was", "panic: nil pointer dereference", "1 load p use:8 =0", ""},
		{"nil, and what was there before is not known", "panic: nil pointer dereference", "2 store p free:7 =0\n1 load p use:8 =0", ""},
		{"nil, but for another reason", "panic: index out of range", "0 store p f:1 =9\n2 store p free:7 =0\n1 load p use:8 =0", ""},
		{"nil, which it wrote itself", "panic: nil pointer dereference", "0 store p f:1 =9\n1 store p free:7 =0\n1 load p use:8 =0", ""},

		{"reads back what another has put there", "failure", "1 store p f:1 =8\n1 unlock m f:2 !\n2 store p f:1 =9\n1 load p f:3 =9", "atomicity violation"},
		{"reads back its own", "failure", "1 store p f:1 =8\n1 unlock m f:2 !\n2 load p f:1 =8\n1 load p f:3 =8", ""},
		{"a flag that goes to and fro", "failure", "1 store b f:1 =1\n1 unlock m f:2 !\n2 store b f:1 =0\n1 load b f:3 =0", ""},

		{"seen between two writes", "failure", "1 store x set:1 =30 !\n2 load x get:5 =30\n2 load x2 get:5 =20\n1 store x2 set:2 =40", "torn update"},
		{"written between two reads", "failure", "1 load x get:5 =10 !\n2 store x set:1 =30\n2 store x2 set:2 =40\n1 load x2 get:5 =40", "torn update"},
		{"two functions write", "failure", "1 store x set:1 =30 !\n2 load x get:5 =30\n2 load x2 get:5 =20\n1 store x2 other:2 =40", ""},
		{"an earlier line: another call", "failure", "1 store x set:2 =30 !\n2 load x get:5 =30\n2 load x2 get:5 =20\n1 store x2 set:1 =40", ""},
		{"the reader does something in between", "failure", "1 store x set:1 =30 !\n2 load x get:5 =30\n2 send c get:6\n2 load x2 get:7 =20\n1 store x2 set:2 =40", ""},
		{"one lock for each", "failure", "1 lock m set:1\n1 store x set:1 =30\n1 unlock m set:1 !\n2 lock m get:5\n2 load x get:5 =30\n2 load x2 get:5 =20\n2 unlock m get:6\n" +
			"1 lock m set:2\n1 store x2 set:2 =40\n1 unlock m set:3", ""},
		{"another one reads", "failure", "1 store x set:1 =30 !\n2 load x get:5 =30\n3 load x2 get:5 =20\n1 store x2 set:2 =40", ""},

		{"two locks for one variable", "failure", "1 lock m1 f:1\n1 load x f:2 =0 !\n2 lock m2 g:1\n2 store x g:2 =7\n2 unlock m2 g:3\n1 load x f:3 =7\n1 unlock m1 f:4", "wrong lock"},
		{"one without any lock", "failure", "1 lock m1 f:1\n1 load x f:2 =0 !\n2 store x g:2 =7\n1 load x f:2 =7\n1 unlock m1 f:4", ""},
		{"the lock was given back before", "failure", "1 lock m1 f:1\n1 load x f:2 =0\n1 unlock m1 f:2 !\n2 lock m2 g:1\n2 store x g:2 =7\n2 unlock m2 g:3\n1 lock m1 f:1\n1 load x f:2 =7\n1 unlock m1 f:4", ""},
		{"they have one in common", "failure", "1 lock m1 f:1\n1 lock m f:1\n1 load x f:2 =0\n1 unlock m f:2 !\n2 lock m g:1\n2 store x g:2 =7\n2 unlock m g:3\n" +
			"1 lock m f:3\n1 load x f:3 =7\n1 unlock m f:4\n1 unlock m1 f:4", "check-then-act"},

		{"looks without the lock", "failure", "1 load p get:1 =0\n1 lock m get:2\n1 store p get:3 =9 !\n2 load p get:1 =9\n2 load x get:5 =0\n1 store x get:4 =1\n1 unlock m get:5", "double-checked locking"},
		{"looks under the lock, but not all of it is made there", "failure", "1 load p get:1 =0\n1 lock m get:2\n1 store p get:3 =9\n1 unlock m get:4 !\n2 lock m get:2\n2 load p get:1 =9\n2 load x get:5 =0\n1 store x get:4 =1", "torn update"},
		{"it is not there yet", "failure", "1 load p get:1 =0\n1 lock m get:2 !\n2 load p get:1 =0\n1 store p get:3 =9", ""},

		{"look and act in two sections", "failure", look1 + visit2 + act1, "atomicity violation"},
		{"the same section twice", "failure", look1 + "2 lock m look:21\n2 unlock m look:24\n1 lock m look:21\n1 unlock m look:24", ""},
		{"the other one only looks", "failure", look1 + "2 lock m look:21\n2 unlock m look:24\n" + act1, ""},
		{"it did something since", "failure", look1 + visit2 + "1 send c f:26\n" + act1, ""},
		{"not held up", "failure", strings.Replace(look1, "!", "", 1) + visit2 + act1, ""},
		{"another lock", "failure", look1 + visit2 + strings.ReplaceAll(act1, " m ", " m2 "), ""},
	} {
		got := ""
		class := Classify(scripts(tt.message, tt.run))
		if class != nil {
			got = class.Name
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if class == nil {
			continue
		}
		if class.Says == "" || class.Cure == "" || strings.HasSuffix(class.Says, ".") {
			t.Errorf("%s: says %q, cure %q", tt.name, class.Says, class.Cure)
		}
		for i, m := range class.key {
			if i > 0 && m.step <= class.key[i-1].step {
				t.Errorf("%s: the steps that show it are not in order: %v", tt.name, class.key)
			}
		}
	}
}

func TestAClassSaysWhoDidWhat(t *testing.T) {
	for _, tt := range []struct{ message, run, want string }{
		{"failure", "1 load x inc:14 =0 !\n2 store x inc:14 =1\n1 store x inc:14 =1", "main/1 reads x and writes it back when main/2 has changed it"},
		{"panic: send on closed channel", "2 close c g:7\n1 send c f:2", "main/2 closes c, and main/1 sends on it"},
		{"fatal: unlock of unlocked mutex", "1 unlock m f:1\n2 unlock m f:3", "main/2 unlocks m, which main/1 has unlocked before"},
		{"fatal: unlock of unlocked mutex", "2 unlock m f:3", "main/2 unlocks m, which nobody had locked"},
		{"deadlock", "2 lock m f:9\nends 2\nstuck 1 lock m\nheld m 2 f:9", "main/2 locked m and ended without unlocking it"},
		{"panic: close of nil channel", "1 close - f:2", "close of nil channel"},
	} {
		if class := Classify(scripts(tt.message, tt.run)); class == nil || class.Says != tt.want {
			t.Errorf("%+v, want %q", class, tt.want)
		}
	}
}

func TestWhatAVariableIsTellsWhatItsWritesMean(t *testing.T) {
	for kind, want := range map[string]string{"int": "lost update", "uint": "lost update", "float": "", "bool": "check-then-act", "pointer": "check-then-act"} {
		c := scripts("failure", "1 load x f:5 =0 !\n2 store x f:6 =1\n1 store x f:6 =1")
		c.Called = func(*trace.Object) (Variable, bool) { return Variable{Name: "n", Kind: kind, Size: 8}, true }
		got := ""
		if class := Classify(c); class != nil {
			got = class.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestTheStepsThatMatter(t *testing.T) {
	for _, tt := range []struct{ name, message, run, want string }{
		{"those of the class", "failure", "1 load x inc:14 =7\n1 load x inc:14 =0 !\n2 lock m g:1\n2 store x inc:14 =1\n2 unlock m g:2\n1 store x inc:14 =1",
			"2 main/1 load x = 0; 1 left out; 4 main/2 store x = 1; 1 left out; 6 main/1 store x = 1 (the increment of main/2 is lost)"},
		{"what others did to other variables is not lost", "failure", "1 load x inc:14 =0 !\n2 load x inc:14 =0\n2 store x2 inc:14 =7\n2 store x inc:14 =1\n1 store x2 inc:14 =8\n1 store x inc:14 =1",
			"1 main/1 load x = 0; 2 left out; 4 main/2 store x = 1; 1 left out; 6 main/1 store x = 1 (the increment of main/2 is lost)"},
		{"without a class: where one was held up", "failure", "1 lock m f:1 !\n2 start - g:1\n2 send c g:2\n1 send c2 f:2", "1 main/1 lock m (held up here); 2 left out; 4 main/1 send c2"},
		{"pointers are numbered", "failure", "1 load p get:5 =900 !\n2 store p put:7 =800\n1 load p use:8 =800",
			"1 main/1 load p = pointer#1; 2 main/2 store p = pointer#2; 3 main/1 load p = pointer#2"},
		{"a number of any size may be anything", "failure", "1 load x inc:14 =99999999999 !\n2 store x inc:14 =1\n1 store x inc:14 =100000000000", "1 main/1 load x; 2 main/2 store x = 1; 3 main/1 store x (the write of main/2 is lost)"},
		{"and what a panic came of", "panic: too late", "1 store b set:1 =1 !\n2 start - g:1\n2 load b get:1 =1\n2 load b2 get:2 =0", "1 main/1 store b = 1 (held up here); 1 left out; 3 main/2 load b = 1; 4 main/2 load b2 = 0"},
		{"none of a deadlock without a class", "deadlock", "1 lock m f:1 !\n2 send c g:2\nstuck 1 select -", ""},
	} {
		c := scripts(tt.message, tt.run)
		var told []string
		for _, l := range Lines(c, Classify(c), nil) {
			if l.LeftOut > 0 {
				told = append(told, fmt.Sprintf("%d left out", l.LeftOut))
			}
			text := fmt.Sprintf("%d %s %s %s", l.Step, l.Thread, l.Op, l.Object)
			if l.Value != "" {
				text += " = " + l.Value
			}
			if l.Comment != "" {
				text += " (" + l.Comment + ")"
			}
			told = append(told, text)
		}
		if got := strings.Join(told, "; "); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// racing makes a case of a race. A side is what was done, in which function and line, and, behind an @, under which lock.
func racing(variable Variable, first, second string, others ...[2]string) *Case {
	s := &scripted{&trace.Trace{}, map[string]*trace.Thread{}, map[string]*trace.Object{}, map[string]*trace.Frame{}}
	side := func(thread, text string) trace.Access {
		text, lock, locked := strings.Cut(text, "@")
		words := strings.Fields(text)
		a := trace.Access{Thread: s.thread(thread), Op: words[0]}
		for _, at := range words[1:] {
			a.Stack = append(a.Stack, s.frame(at))
		}
		if locked {
			o, _ := s.object(lock)
			a.Locks = []trace.Lock{{Object: o}}
		}
		return a
	}
	for _, sides := range append([][2]string{{first, second}}, others...) {
		s.trace.Races = append(s.trace.Races, &trace.Race{First: side("1", sides[0]), Second: side("2", sides[1])})
	}
	s.line(strings.Fields("1 lock m get:16"))
	return &Case{Trace: s.trace, Kind: "race", Where: filepath.Base, Race: s.trace.Races[0], Variable: variable}
}

func TestClassesOfRaces(t *testing.T) {
	words := Variable{Name: "Dictionary.words", Type: "map[string]string", Kind: "map"}
	look := [2]string{"write get:18 f:1@m", "read get:15 f:1"}
	for _, tt := range []struct {
		name string
		c    *Case
		want string
	}{
		{"an increment", racing(count, "write inc:10", "read inc:10"), "lost update"},
		{"two lines", racing(count, "write inc:10", "read inc:11"), ""},
		{"two writes in one line", racing(count, "write inc:10", "write inc:10"), ""},
		{"one line of a thing that is no number", racing(Variable{Name: "s", Type: "T"}, "write inc:10", "read inc:10"), ""},
		{"memory without a name", racing(Variable{Name: unnamed, Kind: "int"}, "write inc:10", "read inc:10"), ""},
		{"a map", racing(Variable{Name: "map count"}, "write f:10", "read f:10"), "unsynchronised map"},
		{"a channel", racing(Variable{Name: "channel Feed.messages"}, "read f:10", "write g:10"), "closed while sending"},
		{"a wait group", racing(Variable{Name: "Fetcher.wg"}, "read sync.(*WaitGroup).Wait:9 f:10", "write sync.(*WaitGroup).Add:9 g:10"), "WaitGroup misuse"},
		{"a wait group that is overwritten", racing(Variable{Name: "Fetcher.wg"}, "read sync.(*WaitGroup).Wait:9 f:10", "write g:10"), ""},
		{"the end of the test", racing(Variable{Name: EndOfTest}, "read f:10", "write g:10"), "thread outlives its test"},
		{"a captured variable", racing(Variable{Name: "err"}, "write example.com/m.Write.func1:11", "write example.com/m.Write.func2:12"), "captured variable"},
		{"an element of a captured slice", racing(Variable{Name: "element of table"}, "write example.com/m.Write.func1:11", "write example.com/m.Write.func2:12"), ""},
		{"closures of two functions", racing(Variable{Name: "err"}, "write example.com/m.Write.func1:11", "write example.com/m.Read.func1:12"), ""},
		{"a captured variable that one reads", racing(Variable{Name: "done"}, "write example.com/m.Write.func1:11", "read example.com/m.Write.func2:12"), ""},
		{"a look before the lock", racing(words, look[0], look[1]), "double-checked locking"},
		{"what was looked for, behind the lock", racing(words, look[0], "read get:23 f:1", look), "double-checked locking"},
		{"a look behind the lock alone", racing(words, look[0], "read get:23 f:1"), ""},
		{"a look in another function", racing(words, look[0], "read peek:15 f:1"), ""},
		{"a look under another lock", racing(words, look[0], "read get:15 f:1@m2"), ""},
		{"nobody has the lock", racing(words, "write get:18 f:1", "read get:15 f:1"), ""},
		{"a side without a stack", racing(count, "write", "read inc:10"), ""},
	} {
		got := ""
		if class := Classify(tt.c); class != nil {
			got = class.Name
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
