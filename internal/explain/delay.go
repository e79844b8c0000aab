package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/internal/trace"
)

// A run that threads are held back in says something of the program only if it says what the program relied upon: the alarm that went off
// too early for a thread that was held back, or the look at the clock that it came too late for.

// A Delay is a time for which a thread was held back.
type Delay struct {
	Thread string `json:"thread"`
	MS     int    `json:"ms"`
	Before string `json:"before,omitempty"` // what it would have done next: "store at cache.go:12"; empty if it did nothing more
}

// A Reliance is what a program relied upon: a sleep, a timer, a deadline, or a look at the clock.
type Reliance struct {
	Call   string  `json:"call"`         // "time.Sleep"
	MS     float64 `json:"ms,omitempty"` // how long that was to take; 0 for a look at the clock
	At     string  `json:"at"`           // the user's place
	Thread string  `json:"thread"`       // who called it
}

// A Timing says what a run with delays shows.
type Timing struct {
	Delays   []Delay
	ReliesOn []Reliance
}

// TellTiming explains the delays of a run; nil if there are none.
func TellTiming(tr *trace.Trace, where Where) *Timing {
	if len(tr.Delays) == 0 {
		return nil
	}
	t := &Timing{}
	for i := range tr.Delays {
		d := &tr.Delays[i]
		t.Delays = append(t.Delays, Delay{Thread: d.Thread.Name, MS: int(d.For.Milliseconds()), Before: before(tr, d, where)})
		for _, r := range relies(tr, d, where) {
			if !slices.Contains(t.ReliesOn, r) {
				t.ReliesOn = append(t.ReliesOn, r)
			}
		}
	}
	return t
}

// before says what a thread would have done next.
func before(tr *trace.Trace, d *trace.Delay, where Where) string {
	if d.Look > 0 {
		return "" // at what it relies upon
	}
	for _, s := range tr.Steps[d.After:] {
		if s.Thread == d.Thread {
			if s.Frame == nil || s.Op == "wake" {
				return ""
			}
			if timekeeper(s.Frame.Package()) {
				return s.Op
			}
			return s.Op + " at " + Place(s.Frame, where)
		}
	}
	return ""
}

// relies returns what a delay shows that the program relied upon: the alarms that went off in its last millisecond, as a shorter one would
// have been over before; else the one that went off next of those that were set by then; else the last one that went off meanwhile, as the delay
// need not be the least; else the next look at the clock.
func relies(tr *trace.Trace, d *trace.Delay, where Where) []Reliance {
	end := d.From + d.For
	if d.Until > 0 {
		end = d.Until
	}
	var all []Reliance
	var next, last off
	for _, a := range tr.Alarms {
		if _, at := callOf(a.Stack); at == nil {
			continue
		}
		for _, instant := range a.Off {
			switch now := (off{a, instant}); {
			case instant > end:
				if a.Thread != d.Thread && setBy(tr, a, end) && (next.alarm == nil || instant < next.instant) {
					next = now
				}
			case instant > max(d.From, end-time.Millisecond):
				all = append(all, alarm(a, where))
			case instant > d.From && instant > last.instant:
				last = now
			}
		}
	}
	switch {
	case len(all) > 0:
		return all
	case next.alarm != nil:
		return []Reliance{alarm(next.alarm, where)}
	case last.alarm != nil:
		return []Reliance{alarm(last.alarm, where)}
	}
	return looks(lookAfter(tr, d), where)
}

// off is an alarm that goes off.
type off struct {
	alarm   *trace.Alarm
	instant time.Duration
}

// setBy reports whether an alarm was set before an instant.
func setBy(tr *trace.Trace, a *trace.Alarm, instant time.Duration) bool {
	return a.Set == 0 || tr.Steps[a.Set-1].Time < instant
}

// lookAfter returns the next look at the clock after a delay, nil if there is none: that of the thread which was held back, if it was held back
// there.
func lookAfter(tr *trace.Trace, d *trace.Delay) *trace.Look {
	for i := range tr.Looks {
		l := &tr.Looks[i]
		if l.Time >= d.From+d.For && (d.Look == 0 || l.Thread == d.Thread) {
			return l
		}
	}
	return nil
}

func looks(l *trace.Look, where Where) []Reliance {
	if l == nil {
		return nil
	}
	call, at := callOf(l.Stack)
	return []Reliance{{Call: call, At: Place(at, where), Thread: l.Thread.Name}}
}

func alarm(a *trace.Alarm, where Where) Reliance {
	call, at := callOf(a.Stack)
	length := a.Length
	if length > time.Millisecond { // the library may have looked at the clock meanwhile, which takes a microsecond
		length = length.Round(100 * time.Microsecond)
	}
	return Reliance{Call: call, MS: length.Seconds() * 1000, At: Place(at, where), Thread: a.Thread.Name}
}

// callOf returns the library function that a user called, "time.Sleep" or "Timer.Reset", and where; no frame if nobody did.
func callOf(stack []*trace.Frame) (call string, at *trace.Frame) {
	for i, f := range stack {
		if timekeeper(f.Package()) {
			continue
		}
		if i > 0 {
			call = stack[i-1].Short()
			if receiver, method, ok := strings.Cut(call, ")."); ok {
				call = strings.TrimLeft(receiver, "(*") + "." + method
			} else {
				pkg := stack[i-1].Package()
				call = pkg[strings.LastIndexByte(pkg, '/')+1:] + "." + call
			}
		}
		if Hidden(f.Package()) {
			return call, nil
		}
		return call, f
	}
	return call, nil
}

// timekeeper reports whether a package of the library sets timers and looks at the clock for its callers.
func timekeeper(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	switch first {
	case "time", "context", "net", "os", "crypto", "io", "bufio", "syscall":
		return true
	}
	return Hidden(pkg) && first != "testing"
}

// String says it for a reader: "time.Sleep(10ms) at x_test.go:30 is no synchronisation".
func (r Reliance) String() string {
	text, fault := r.Call, "may go off first"
	switch {
	case r.MS == 0:
		fault = "counts that time, too"
	case r.Call == "time.Sleep":
		fault = "is no synchronisation"
	case strings.Contains(r.Call, "Deadline") || strings.Contains(r.Call, "Timeout"):
		fault = "may run out first"
	}
	if r.MS > 0 {
		text += fmt.Sprintf("(%v)", time.Duration(r.MS*float64(time.Millisecond)))
	}
	return text + " at " + r.At + " " + fault
}

// String is the whole in a sentence, without its full stop.
func (t *Timing) String() string {
	var held, relied []string
	for _, d := range t.Delays {
		text := fmt.Sprintf("%s is not held up for %d ms", Label(d.Thread), d.MS)
		if d.Before != "" {
			text += " before " + d.Before
		}
		held = append(held, text)
	}
	for _, r := range t.ReliesOn {
		relied = append(relied, r.String())
	}
	if len(relied) == 0 {
		relied = []string{"it relies on how fast its threads are"}
	}
	return "passes only if " + strings.Join(held, ", and ") + ": " + strings.Join(relied, "; ")
}
