package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// waitsFor returns the threads that t waits for, and how to say it: "held by main/2". Nobody holds channels,
// wait groups and conditions; for those it returns nothing.
func waitsFor(tr *trace.Trace, t *trace.Thread) (others []*trace.Thread, how string) {
	if t.WaitsOn == nil {
		return nil, ""
	}
	reads := t.WaitOp == "rlock"
	var names []string
	behindRead := false
	for _, h := range tr.Held {
		if h.Object != t.WaitsOn || reads && h.Read {
			behindRead = behindRead || h.Object == t.WaitsOn
			continue
		}
		others = append(others, h.Thread)
		names = append(names, holder(t, h))
	}
	if len(others) > 0 {
		return others, "held by " + list(names)
	}
	if t.Far != nil && t.Far.Thread != nil && t.WaitsOn.Kind != "listener" {
		return []*trace.Thread{t.Far.Thread}, hasFar(t)
	}
	if !behindRead {
		return nil, ""
	}
	for _, w := range tr.Threads {
		if w != t && w.WaitsOn == t.WaitsOn && w.WaitOp == "lock" {
			others = append(others, w)
			names = append(names, w.Label())
		}
	}
	if len(others) == 0 {
		return nil, ""
	}
	return others, "behind the writer " + list(names)
}

// holder names who holds a lock that t waits for.
func holder(t *trace.Thread, h trace.Held) string {
	name := h.Thread.Label()
	if h.Thread == t {
		name += " itself"
	}
	if h.Thread.Ended {
		name += ", which has ended"
	}
	if h.Read {
		name += " for reading"
	}
	return name
}

// hasFar says who has the other end of the connection that t waits on.
func hasFar(t *trace.Thread) string {
	name := t.Far.Thread.Label()
	switch {
	case t.Far.Thread == t:
		name = "it"
	case t.Far.Thread.Ended:
		name += ", which has ended,"
	}
	if t.Far.Queued {
		return "which " + name + " has not accepted"
	}
	return "whose other end " + name + " used last"
}

// wish says what a blocked thread waits for: "to lock mutex#1".
func wish(t *trace.Thread) string {
	object := "an object that is not known"
	if t.WaitsOn != nil {
		object = t.WaitsOn.Label()
	}
	if t.Far != nil {
		return farWish(t)
	}
	switch t.WaitOp {
	case "lock":
		return "to lock " + object
	case "rlock":
		return "to read-lock " + object
	case "send":
		return "to send on " + object
	case "receive":
		return "to receive from " + object
	case "do":
		return "for " + object + " to be done"
	case "select":
		if t.WaitsOn == nil {
			return "in a select of which no case is ready"
		}
		return "in a select, on " + object + " among others"
	case "wait":
		return waitWish(t, object)
	case "sleep":
		return "for its sleep to end"
	}
	if call := libraryCall(t); call != nil && t.WaitsOn == nil {
		return "in " + call.Func
	}
	return fmt.Sprintf("to %s %s", t.WaitOp, object)
}

// libraryCall returns the library function that the user's code called and that has not returned, nil for none. Where such a function
// waits for reasons of its own, a test for its subtests say, that is no operation of the thread's.
func libraryCall(t *trace.Thread) (call *trace.Frame) {
	for _, f := range t.Stack {
		if !Hidden(f.Package()) {
			break
		}
		call = f
	}
	return call
}

// farWish says what a thread that waits at a connection, listener or pipe waits for: "to read from conn#1 (127.0.0.1:20001)".
func farWish(t *trace.Thread) string {
	where := t.WaitsOn.Label()
	if t.Far.Name != "-" {
		where += " (" + t.Far.Name + ")"
	}
	switch {
	case t.WaitsOn.Kind == "listener":
		return "for a connection to " + where
	case t.WaitOp == "send":
		return "for room to write to " + where
	default:
		return "to read from " + where
	}
}

func waitWish(t *trace.Thread, object string) string {
	if t.WaitsOn != nil && t.WaitsOn.Kind == "waitgroup" {
		return "for " + object + " to come down to zero"
	}
	return "for a signal on " + object
}

// Cycle returns threads of which each waits for the next and the last for the first; nil if there are
// none. A thread that waits for itself is a cycle of one.
func Cycle(tr *trace.Trace) []*trace.Thread {
	done := map[*trace.Thread]bool{}
	for _, t := range tr.Alive() {
		if c := walk(tr, t, done, nil); c != nil {
			return fromFirst(tr, c)
		}
	}
	return nil
}

// walk follows who waits for whom from t, depth first, and returns the first cycle it closes.
func walk(tr *trace.Trace, t *trace.Thread, done map[*trace.Thread]bool, path []*trace.Thread) []*trace.Thread {
	for i, seen := range path {
		if seen == t {
			return path[i:]
		}
	}
	if done[t] || t.State != "blocked" {
		return nil
	}
	others, _ := waitsFor(tr, t)
	for _, other := range others {
		if c := walk(tr, other, done, append(path, t)); c != nil {
			return c
		}
	}
	done[t] = true
	return nil
}

// fromFirst turns the cycle so that it begins with the thread that came to be first.
func fromFirst(tr *trace.Trace, cycle []*trace.Thread) []*trace.Thread {
	for _, t := range tr.Threads {
		for i, c := range cycle {
			if c == t {
				return append(append([]*trace.Thread{}, cycle[i:]...), cycle[:i]...)
			}
		}
	}
	return cycle
}

// cycleText says the cycle in one sentence.
func cycleText(tr *trace.Trace, cycle []*trace.Thread) string {
	var parts []string
	for _, t := range cycle {
		_, how := waitsFor(tr, t)
		parts = append(parts, fmt.Sprintf("%s waits for %s, %s", t.Label(), t.WaitsOn.Label(), how))
	}
	return strings.Join(parts, "; ")
}

// list joins names: "a", "a and b", "a, b and 7 more".
func list(names []string) string {
	const most = 4
	if len(names) > most {
		more := fmt.Sprintf("%d more", len(names)-most+1)
		names = append(append([]string{}, names[:most-1]...), more)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
