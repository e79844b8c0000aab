package trace

import "time"

// A Delay is a time for which a thread was held back that could have gone on.
type Delay struct {
	After  int // how many steps came before
	Thread *Thread
	Look   int           // how many-th look at the clock since the last step it came at, 0 if it came before the next step
	For    time.Duration // as the schedule has it
	From   time.Duration // virtual time since the start of the run
	Until  time.Duration // when the thread could go on again; 0 if the run ended before
}

// An Alarm is a timer that a thread has set.
type Alarm struct {
	Thread *Thread
	Set    int           // how many steps came before
	Length time.Duration // until it was to go off
	Stack  []*Frame      // where it was set, innermost first
	Off    []time.Duration
}

// A Look is one at the clock.
type Look struct {
	Time   time.Duration
	Thread *Thread
	Stack  []*Frame
}

// Delayed returns for how long threads were held back in all.
func (t *Trace) Delayed() (sum time.Duration) {
	for _, d := range t.Delays {
		sum += d.For
	}
	return sum
}

func (r *reader) delay(f *fields) {
	d := Delay{After: len(r.trace.Steps), From: time.Duration(f.number()), Thread: need(f, r.threads, "thread"),
		For: time.Duration(f.number()), Look: f.number()}
	if d.Look > 0 {
		d.Until = d.From + d.For
	}
	r.trace.Delays = append(r.trace.Delays, d)
}

// letGo notes the end of the thread's delay.
func (r *reader) letGo(f *fields) {
	at, t := time.Duration(f.number()), need(f, r.threads, "thread")
	for i := range r.trace.Delays {
		if d := &r.trace.Delays[i]; d.Thread == t && d.Until == 0 {
			d.Until = at
		}
	}
}

func (r *reader) alarm(f *fields) {
	id := f.number()
	a := &Alarm{Set: len(r.trace.Steps), Thread: need(f, r.threads, "thread"), Length: time.Duration(f.number())}
	a.Stack = r.stack(f)
	r.alarms[id] = a
	r.trace.Alarms = append(r.trace.Alarms, a)
}

func (r *reader) off(f *fields) {
	if a := need(f, r.alarms, "alarm"); a != nil {
		a.Off = append(a.Off, time.Duration(f.number()))
	}
}

func (r *reader) look(f *fields) {
	l := Look{Time: time.Duration(f.number()), Thread: need(f, r.threads, "thread")}
	l.Stack = r.stack(f)
	r.trace.Looks = append(r.trace.Looks, l)
}
