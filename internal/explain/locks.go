package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Bugs with locks that end in a deadlock, by who waits for whom and who holds what when the run ends.

// lockOrder: threads wait in a cycle, each for a lock that the next one holds.
func lockOrder(c *Case) *Class {
	cycle := Cycle(c.Trace)
	if len(cycle) < 2 {
		return nil
	}
	var ring []string
	var key []int
	for i, t := range cycle {
		before := cycle[(i+len(cycle)-1)%len(cycle)]
		if !isLock(t.WaitsOn) || !isLock(before.WaitsOn) || t.WaitsOn == before.WaitsOn {
			return nil
		}
		h := heldBy(c.Trace, t, before.WaitsOn)
		if h == nil {
			return nil
		}
		ring = append(ring, fmt.Sprintf("%s has %s and wants %s", t.Label(), h.Object.Label(), t.WaitsOn.Label()))
		key = append(key, c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == t && takes(s) && s.Object == h.Object }))
	}
	slices.Sort(key)
	name, says := "AB-BA deadlock", strings.Join(ring, ", ")
	if len(cycle) > 2 {
		name, says = "lock cycle", fmt.Sprintf("each of %d threads has a lock that the one before it wants", len(cycle))
	}
	return &Class{Name: name, Says: says, key: marks(key...),
		Cure: "one order for these locks, in which everybody takes them"}
}

func isLock(o *trace.Object) bool {
	return o != nil && (o.Kind == "mutex" || o.Kind == "rwmutex")
}

// heldBy returns the lock if the thread holds it at the end.
func heldBy(tr *trace.Trace, t *trace.Thread, o *trace.Object) *trace.Held {
	for i := range tr.Held {
		if h := &tr.Held[i]; h.Thread == t && h.Object == o {
			return h
		}
	}
	return nil
}

// recursiveReadLock: a thread asks for a read lock that it has, and waits behind a writer, who waits for it.
func recursiveReadLock(c *Case) *Class {
	for _, t := range c.Trace.Alive() {
		if t.WaitOp != "rlock" || t.State != "blocked" {
			continue
		}
		h := heldBy(c.Trace, t, t.WaitsOn)
		for _, w := range c.Trace.Alive() {
			if h != nil && h.Read && w != t && w.WaitsOn == t.WaitsOn && w.WaitOp == "lock" {
				return &Class{Name: "read lock taken twice",
					Says: fmt.Sprintf("%s has read-locked %s and does so again, behind the writer %s, who waits for the first one", t.Label(), h.Object.Label(), w.Label()),
					Cure: "take a read lock once: functions that lock do not call others that do",
					key:  c.onLock(t, h.Object, w)}
			}
		}
	}
	return nil
}

// onLock marks the last steps of some threads that take a lock.
func (c *Case) onLock(t *trace.Thread, o *trace.Object, others ...*trace.Thread) []mark {
	var key []int
	for i := range c.Trace.Steps {
		if s := &c.Trace.Steps[i]; s.Object == o && takes(s) && (s.Thread == t || slices.Contains(others, s.Thread)) {
			key = append(key, i)
		}
	}
	return marks(key[max(0, len(key)-3):]...)
}

// lockTakenTwice: a thread waits for itself.
func lockTakenTwice(c *Case) *Class {
	cycle := Cycle(c.Trace)
	if len(cycle) != 1 || !isLock(cycle[0].WaitsOn) {
		return nil
	}
	t := cycle[0]
	h := heldBy(c.Trace, t, t.WaitsOn)
	if h == nil {
		return nil
	}
	class := &Class{Name: "lock taken twice", key: c.onLock(t, h.Object),
		Says: fmt.Sprintf("%s locks %s, which it holds already", t.Label(), h.Object.Label()),
		Cure: "lock once: give it back first, or call a function that expects the lock to be held"}
	if h.Read {
		class.Says = fmt.Sprintf("%s wants to write-lock %s, which it holds for reading", t.Label(), h.Object.Label())
		class.Cure = "a read lock cannot become a write lock: give it back, take the write lock, and look again"
	}
	return class
}

// forgottenUnlock: a thread waits for a lock whose holder has ended.
func forgottenUnlock(c *Case) *Class {
	for _, h := range c.Trace.Held {
		if !h.Thread.Ended || !awaited(c.Trace, h.Object) {
			continue
		}
		taken := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == h.Thread && s.Object == h.Object && takes(s) })
		return &Class{Name: "forgotten unlock", key: marks(taken),
			Says: fmt.Sprintf("%s locked %s and ended without unlocking it", h.Thread.Label(), h.Object.Label()),
			Cure: "defer the unlock on the line after the lock"}
	}
	return nil
}

// lockAcrossWait: a thread waits for others while it holds the lock for which all of them wait.
func lockAcrossWait(c *Case) *Class {
	var holder *trace.Thread
	var lock *trace.Object
	for _, t := range c.Trace.Alive() {
		if t.State != "blocked" || !isLock(t.WaitsOn) {
			continue
		}
		others, _ := waitsFor(c.Trace, t)
		if len(others) != 1 || holder != nil && (others[0] != holder || t.WaitsOn != lock) {
			return nil
		}
		holder, lock = others[0], t.WaitsOn
	}
	if holder == nil || holder.Ended || holder.State != "blocked" || isLock(holder.WaitsOn) {
		return nil
	}
	switch holder.WaitOp {
	case "send", "receive", "select", "wait":
	default:
		return nil
	}
	for _, t := range c.Trace.Alive() { // nobody else may be the one to help
		if t != holder && !isLock(t.WaitsOn) && !(t.State == "blocked" && t.WaitsOn != nil && t.WaitsOn.Kind == "waitgroup") {
			return nil
		}
	}
	last := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == holder })
	return &Class{Name: "lock held across a blocking operation",
		Says: fmt.Sprintf("%s waits %s while it holds %s, which those who could help it need first", holder.Label(), wish(holder), lock.Name),
		Cure: "give the lock back before waiting: take out under the lock what is needed, and wait without it",
		key:  append(c.onLock(holder, lock), marks(last)...)}
}

// splitSection: a thread lets go of a lock and takes it again at once, elsewhere, and another one goes through the same two sections
// in between.
func splitSection(c *Case) *Class {
	for _, g := range c.gaps() {
		look := c.section(g.thread, g.from)
		if look == nil || g.to == len(c.Trace.Steps) {
			continue
		}
		act := g.to
		s := &c.Trace.Steps[act]
		if !takes(s) || s.Object != look.lock || c.samePlace(look.from, act) {
			continue
		}
		other := c.last(act, func(o *trace.Step) bool {
			return o.Thread != g.thread && takes(o) && o.Object == look.lock && o.Op == "lock" && o.Frame == s.Frame
		})
		if other < g.from || s.Op != "lock" {
			continue
		}
		first := c.last(other, func(o *trace.Step) bool {
			return o.Thread == c.Trace.Steps[other].Thread && takes(o) && o.Object == look.lock && o.Frame == c.Trace.Steps[look.from].Frame
		})
		if first < 0 {
			continue
		}
		return &Class{Name: "atomicity violation", key: sorted(look.from, look.to, first, other, act),
			Says: fmt.Sprintf("%s unlocks %s between two steps that belong together, and %s does both in between", g.thread.Label(), look.lock.Name, c.who(other)),
			Cure: "look and act under one lock, without giving it back in between"}
	}
	return nil
}

// sorted makes marks of steps in their order, each once.
func sorted(steps ...int) []mark {
	slices.Sort(steps)
	return marks(slices.Compact(steps)...)
}

// A section is what a thread did under a lock.
type section struct {
	lock     *trace.Object
	from, to int
}

// section returns the section that a thread has just left behind a step; nil if it holds locks still, or has done something since.
func (c *Case) section(t *trace.Thread, step int) *section {
	s := &c.Trace.Steps[step]
	if s.Thread != t || s.Op != "unlock" && s.Op != "runlock" || s.Object == nil || len(c.heldAt(t, step)) > 0 {
		return nil
	}
	from := c.last(step, func(l *trace.Step) bool { return l.Thread == t && takes(l) && l.Object == s.Object })
	if from < 0 {
		return nil
	}
	return &section{s.Object, from, step}
}
