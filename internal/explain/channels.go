package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Bugs with channels, conditions, contexts and wait groups: threads that wait for what nobody does any more.

// stuckAt returns the threads that are stuck, nil unless all do the same operation at a channel, or wait for a wait group to let
// them through. All other threads have ended.
func stuckAt(c *Case, op string) []*trace.Thread {
	var stuck []*trace.Thread
	for _, t := range c.Trace.Alive() {
		switch {
		case t.State != "blocked" || t.WaitsOn == nil:
			return nil
		case t.WaitOp == op && t.WaitsOn.Kind == "chan":
			stuck = append(stuck, t)
		case t.WaitsOn.Kind != "waitgroup":
			return nil
		}
	}
	return stuck
}

// nobodyReceives: threads wait to send on channels, and all others have ended.
func nobodyReceives(c *Case) *Class {
	stuck := stuckAt(c, "send")
	if len(stuck) == 0 {
		return nil
	}
	t := stuck[0]
	return &Class{Name: "nobody receives", key: c.onChannel(t.WaitsOn),
		Says: fmt.Sprintf("%s sends on %s, and whoever was to receive has gone", t.Label(), t.WaitsOn.Label()),
		Cure: "room in the channel for what nobody may want any more, or a select that also waits for the end"}
}

// nobodySends: threads wait to receive from channels, and all others have ended.
func nobodySends(c *Case) *Class {
	stuck := stuckAt(c, "receive")
	if len(stuck) == 0 {
		return nil
	}
	t := stuck[0]
	class := &Class{Name: "nobody sends", key: c.onChannel(t.WaitsOn),
		Says: fmt.Sprintf("%s waits for a value from %s, and whoever was to send has gone", t.Label(), t.WaitsOn.Label()),
		Cure: "a select that also waits for the end"}
	here := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == t && s.Op == "receive" })
	before := c.last(here, func(s *trace.Step) bool { return s.Thread == t && s.Object == t.WaitsOn && s.Op == "receive" })
	if before >= 0 && c.samePlace(before, here) {
		class.Name = "nobody closes"
		class.Says = fmt.Sprintf("%s waits for one more value from %s, and nobody is left to send or to close it", t.Label(), t.WaitsOn.Label())
		class.Cure = "whoever sends the last value closes the channel"
	}
	return class
}

// onChannel marks the last few steps on a channel, and those that ended other threads' interest: what closed another channel.
func (c *Case) onChannel(o *trace.Object) []mark {
	var key []int
	for i := range c.Trace.Steps {
		s := &c.Trace.Steps[i]
		if s.Object != nil && (s.Object == o || s.Op == "close" && s.Frame != nil && s.Frame.Package() != "context") {
			key = append(key, i)
		}
	}
	return marks(key[max(0, len(key)-4):]...)
}

// nilChannel: a thread waits at a channel that was never made.
func nilChannel(c *Case) *Class {
	for _, t := range c.Trace.Alive() {
		if t.State == "blocked" && t.WaitsOn == nil && (t.WaitOp == "send" || t.WaitOp == "receive") {
			verb := map[string]string{"send": "sends on", "receive": "receives from"}[t.WaitOp]
			return &Class{Name: "nil channel", Says: fmt.Sprintf("%s %s a channel that is nil, which blocks for ever", t.Label(), verb),
				Cure: "make the channel before anybody uses it"}
		}
	}
	return nil
}

// contextNotCancelled: a thread is left in a select for which it has just asked a context for its end.
func contextNotCancelled(c *Case) *Class {
	alive := c.Trace.Alive()
	if c.Kind != "leak" || len(alive) == 0 {
		return nil
	}
	for _, t := range alive {
		last := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == t })
		if t.State != "blocked" || t.WaitOp != "select" || last < 0 || c.Trace.Steps[last].Op != "select" {
			return nil
		}
		asked := c.last(last, func(s *trace.Step) bool { return s.Thread == t })
		if asked < 0 {
			return nil
		}
		if f := c.Trace.Steps[asked].Frame; f == nil || f.Package() != "context" || !strings.HasSuffix(f.Func, ".Done") {
			return nil
		}
	}
	t := alive[0]
	last := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == t })
	return &Class{Name: "context never cancelled", key: marks(c.started(t), last),
		Says: fmt.Sprintf("%s waits for a context to end, and nobody has cancelled that", t.Label()),
		Cure: "defer the cancel on the line after the context was made"}
}

// started returns the go statement that made a thread; -1 if it is not known.
func (c *Case) started(t *trace.Thread) int {
	return c.next(0, func(s *trace.Step) bool {
		return s.Op == "go" && s.Frame != nil && (s.Frame == t.Started || s.Frame == t.Asked)
	})
}

// missedSignal: a thread waits for a condition that was signalled after the thread had looked, and before it waited.
func missedSignal(c *Case) *Class {
	for _, t := range c.Trace.Alive() {
		cond := t.WaitsOn
		if t.State != "blocked" || t.WaitOp != "wait" || cond == nil || cond.Kind != "cond" {
			continue
		}
		end := len(c.Trace.Steps)
		waited := c.last(end, func(s *trace.Step) bool { return s.Thread == t && s.Op == "wait" && s.Object == cond })
		signalled := c.last(end, func(s *trace.Step) bool { return s.Object == cond && (s.Op == "signal" || s.Op == "broadcast") })
		if waited < 0 || signalled < 0 || signalled > waited || c.Trace.Steps[signalled].Thread == t {
			continue
		}
		for _, locked := range c.heldAt(t, waited) {
			if locked > signalled {
				continue
			}
			looked := c.last(signalled, func(s *trace.Step) bool { return s.Thread == t })
			changed := c.last(signalled, func(s *trace.Step) bool { return s.Thread == c.Trace.Steps[signalled].Thread && changes(s) })
			if changed < locked {
				changed = -1
			}
			return &Class{Name: "missed signal", key: sorted(locked, looked, changed, signalled, waited),
				Says: fmt.Sprintf("%s signals %s when %s has looked, but does not wait yet: nobody hears it, and no other comes", c.who(signalled), cond.Name, t.Label()),
				Cure: "change what is waited for under the lock that the waiters hold while they look at it"}
		}
	}
	return nil
}

// doneMissing: all that are left wait for wait groups.
func doneMissing(c *Case) *Class {
	alive := c.Trace.Alive()
	if len(alive) == 0 {
		return nil
	}
	for _, t := range alive {
		if t.State != "blocked" || t.WaitsOn == nil || t.WaitsOn.Kind != "waitgroup" {
			return nil
		}
	}
	t := alive[0]
	return &Class{Name: "WaitGroup misuse",
		Says: fmt.Sprintf("%s waits for %s, and nobody is left to call Done", t.Label(), t.WaitsOn.Label()),
		Cure: "defer Done on the first line of each thread, or start it with Go"}
}

// lateAdd: a wait group lets a thread through, as it is at zero, and a thread that was there already counts itself in then.
func lateAdd(c *Case) *Class {
	for wait := range c.Trace.Steps {
		w := &c.Trace.Steps[wait]
		if w.Op != "wait" || w.Object == nil || w.Object.Kind != "waitgroup" {
			continue
		}
		follows := c.next(wait+1, func(s *trace.Step) bool { return s.Thread == w.Thread })
		if follows < 0 || c.Trace.Steps[follows].Op == "wake" {
			continue // it had to wait
		}
		add := c.next(wait+1, func(s *trace.Step) bool { return s.Object == w.Object && s.Op == "add" })
		again := c.next(wait+1, func(s *trace.Step) bool { return s.Object == w.Object && s.Op == "wait" })
		if add < 0 || again >= 0 || c.Trace.Steps[add].Thread == w.Thread || c.started(c.Trace.Steps[add].Thread) > wait {
			continue
		}
		return &Class{Name: "WaitGroup misuse", key: marks(c.started(c.Trace.Steps[add].Thread), wait, add),
			Says: fmt.Sprintf("%s counts itself in when %s has waited already", c.who(add), w.Thread.Label()),
			Cure: "Add before the go statement, or start the thread with Go"}
	}
	return nil
}
