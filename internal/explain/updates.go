package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Bugs of steps that belong together and are not: another thread comes between them. All are told from a gap, a place where a
// thread was held up though it could have gone on, and from what it and the others did to the same variable before, in and after it.

// A meeting is a variable that a thread used on both sides of a gap, and that others used in it.
type meeting struct {
	gap
	object *trace.Object
	before int // the thread's last access before the gap
	after  int // its first one behind the gap; -1 for none
	within int // the last access of others in the gap that may leave another value; -1 for none
}

// meetings returns the variables of a gap, those that its thread used last first.
func (c *Case) meetings(g gap) []meeting {
	var list []meeting
	seen := map[*trace.Object]bool{}
	for i := g.from; i >= 0; i-- {
		s := &c.Trace.Steps[i]
		if s.Thread != g.thread || !data(s) || seen[s.Object] {
			continue
		}
		seen[s.Object] = true
		list = append(list, meeting{gap: g, object: s.Object, before: i,
			after:  c.next(g.to, func(o *trace.Step) bool { return o.Thread == g.thread && o.Object == s.Object && data(o) }),
			within: c.lastIn(g, func(o *trace.Step) bool { return o.Object == s.Object && changes(o) })})
	}
	return list
}

// lastIn returns the last step in a gap that is so; -1 for none.
func (c *Case) lastIn(g gap, so func(s *trace.Step) bool) int {
	if i := c.last(g.to, so); i > g.from {
		return i
	}
	return -1
}

// eachMeeting returns the first class that a recogniser sees in a variable that others changed in a gap.
func (c *Case) eachMeeting(see func(m meeting) *Class) *Class {
	for _, g := range c.gaps() {
		for _, m := range c.meetings(g) {
			if m.within < 0 {
				continue
			}
			if class := see(m); class != nil {
				return class
			}
		}
	}
	return nil
}

// lostUpdate: a thread reads a number, others write it, and the thread writes what it made of its old value.
func lostUpdate(c *Case) *Class {
	return c.eachMeeting(func(m meeting) *Class {
		if m.after < 0 || !reads(&c.Trace.Steps[m.before]) || !writes(&c.Trace.Steps[m.after]) || !c.sameFunction(m.before, m.after) || !c.adds(m.before, m.after) {
			return nil
		}
		key := sorted(m.before, c.firstIn(m), m.within, m.after)
		key[len(key)-1].comment = c.lost(m)
		return &Class{Name: "lost update", key: key,
			Says: fmt.Sprintf("%s reads %s and writes it back when %s has changed it", m.thread.Label(), c.name(m.object), c.who(m.within)),
			Cure: "one atomic operation (Add), or one lock around the read and the write"}
	})
}

// firstIn returns the first step in the gap that may leave another value.
func (c *Case) firstIn(m meeting) int {
	return c.next(m.from+1, func(s *trace.Step) bool { return s.Object == m.object && s.Thread != m.thread && changes(s) })
}

// adds reports whether a write computes with what a read gave, for all that is known: both are in one line, or the variable holds more
// than two values. What is 0 and becomes 1 may be a flag, and no number.
func (c *Case) adds(read, write int) bool {
	if v, known := c.called(c.Trace.Steps[read].Object); known && (v.Kind == "bool" || v.Kind == "map" || v.Kind == "channel" || v.Kind == "pointer") {
		return false
	}
	if o := c.Trace.Steps[read].Object; c.samePlace(read, write) {
		return o.Memory == nil || o.Memory.Holds != "pointer" || o.Kind != "atomic"
	}
	v, known := c.called(c.Trace.Steps[read].Object)
	was, is := c.Trace.Steps[read].Value, c.Trace.Steps[write].Value
	if was.Bytes == 0 || is.Bytes == 0 {
		return false
	}
	if known && v.counts() || c.Trace.Steps[read].Object.Memory != nil && c.Trace.Steps[read].Object.Memory.Holds == "scalar" {
		return was.Bits != is.Bits && (was.Bits > 1 || is.Bits > 1 || known && v.counts())
	}
	return false
}

// lost says what a write back wipes out: "3 increments of main/2 are lost".
func (c *Case) lost(m meeting) string {
	writer, writes, increments, before := (*trace.Thread)(nil), 0, 0, c.Trace.Steps[m.before].Value
	for i := m.from + 1; i < m.after; i++ {
		s := &c.Trace.Steps[i]
		if s.Object != m.object || s.Thread == m.thread || !changes(s) {
			continue
		}
		if writer != nil && writer != s.Thread {
			return "what others wrote is lost"
		}
		writer, writes = s.Thread, writes+1
		if s.Value.Bytes > 0 && s.Value.Bits == before.Bits+1 {
			increments++
		}
		before = s.Value
	}
	switch {
	case increments < writes:
		return fmt.Sprintf("the write of %s is lost", writer.Label())
	case writes == 1:
		return fmt.Sprintf("the increment of %s is lost", writer.Label())
	}
	return fmt.Sprintf("%d increments of %s are lost", writes, writer.Label())
}

// checkThenAct: a thread looks at a variable, others change it, and the thread goes by what it saw. It is not one that looks again, in a
// loop say.
func checkThenAct(c *Case) *Class {
	return c.eachMeeting(func(m meeting) *Class {
		look := &c.Trace.Steps[m.before]
		if !reads(look) || !c.justLooked(m) || !c.differs(m.before, m.within) {
			return nil
		}
		act := c.next(m.to, func(s *trace.Step) bool { return s.Thread == m.thread && data(s) })
		switch {
		case act < 0:
			return nil
		case m.after >= 0 && reads(&c.Trace.Steps[m.after]) && c.samePlace(m.before, m.after):
			return nil
		case m.after >= 0 && writes(&c.Trace.Steps[m.after]) && c.mayAdd(m.before):
			return nil // a number that is written back, perhaps
		}
		name := c.name(m.object)
		if c.takenAway(m) {
			return &Class{Name: "use after close", key: sorted(m.before, m.within, act),
				Says: fmt.Sprintf("%s goes on with what it found in %s, when %s has taken it away", m.thread.Label(), name, c.who(m.within)),
				Cure: "count those who use it, and take it away when nobody does; or keep the lock while it is in use"}
		}
		return &Class{Name: "check-then-act", key: sorted(m.before, m.within, act),
			Says: fmt.Sprintf("%s looks at %s, %s changes it, and %s acts on what it saw", m.thread.Label(), name, c.who(m.within), m.thread.Label()),
			Cure: "look and act under one lock, or with one atomic operation (CompareAndSwap)"}
	})
}

// takenAway reports whether a pointer that a thread found in a variable is gone from it, and the thread does not look there again.
func (c *Case) takenAway(m meeting) bool {
	look, now := &c.Trace.Steps[m.before], c.Trace.Steps[m.within].Value
	return c.pointer(look) && look.Value.Bits != 0 && now.Bytes > 0 && now.Bits == 0 && (m.after < 0 || !reads(&c.Trace.Steps[m.after]))
}

// justLooked reports whether the thread did nothing since its look but look elsewhere, and lock and unlock.
func (c *Case) justLooked(m meeting) bool {
	return c.onlyReads(m.thread, m.before, m.from+1)
}

// onlyReads reports whether a thread only looked at things, locked and unlocked between two steps.
func (c *Case) onlyReads(t *trace.Thread, from, to int) bool {
	return c.last(to, func(s *trace.Step) bool { return s.Thread == t && !reads(s) && !takes(s) && !gives(s) }) <= from
}

// differs reports whether a value is another one later, if both are known.
func (c *Case) differs(before, later int) bool {
	a, b := c.Trace.Steps[before].Value, c.Trace.Steps[later].Value
	return a.Bytes == 0 || b.Bytes == 0 || a.Bits != b.Bits
}

// mayAdd reports whether a variable may be a number.
func (c *Case) mayAdd(step int) bool {
	s := &c.Trace.Steps[step]
	v, known := c.called(s.Object)
	if known && v.Kind != "" {
		return v.counts() || v.Kind == "float"
	}
	return !c.pointer(s) && s.Value.Bytes != 4 // an atomic.Bool has four
}

// pointer reports whether a step is about a pointer.
func (c *Case) pointer(s *trace.Step) bool {
	v, known := c.called(s.Object)
	return known && v.Kind == "pointer" || s.Object.Memory != nil && s.Object.Memory.Holds == "pointer"
}

// overwritten: a thread writes a pointer, others put theirs in its place, and the thread reads it back for its own.
func overwritten(c *Case) *Class {
	return c.eachMeeting(func(m meeting) *Class {
		if m.after < 0 || !reads(&c.Trace.Steps[m.after]) || !c.pointer(&c.Trace.Steps[m.after]) || !c.sameFunction(m.before, m.after) {
			return nil
		}
		wrote := c.last(m.from+1, func(s *trace.Step) bool { return s.Thread == m.thread && s.Object == m.object && writes(s) })
		if wrote < 0 || !c.sameFunction(wrote, m.after) || c.Trace.Steps[wrote].Value.Bits == 0 || !c.differs(wrote, m.within) {
			return nil
		}
		return &Class{Name: "atomicity violation", key: sorted(wrote, m.within, m.after),
			Says: fmt.Sprintf("%s writes %s and reads it back for its own, when %s has put something else there", m.thread.Label(), c.name(m.object), c.who(m.within)),
			Cure: "keep your own in a variable of your own, or the lock until you are done"}
	})
}

// tornWrite: a thread writes one of two variables, another one reads both, and the thread writes the second one.
func tornWrite(c *Case) *Class {
	for _, g := range c.gaps() {
		for _, m := range c.meetings(g) {
			if !writes(&c.Trace.Steps[m.before]) {
				continue
			}
			seen := c.lastIn(g, func(s *trace.Step) bool { return s.Object == m.object && reads(s) })
			if seen < 0 {
				continue
			}
			reader := c.Trace.Steps[seen].Thread
			second := c.next(g.to, func(s *trace.Step) bool {
				return s.Thread == g.thread && writes(s) && s.Object != m.object
			})
			if second < 0 || !c.sameFunction(m.before, second) || c.Trace.Steps[second].Frame.Line < c.Trace.Steps[m.before].Frame.Line {
				continue
			}
			other := c.lastIn(gap{g.thread, m.before, second}, func(s *trace.Step) bool {
				return s.Thread == reader && s.Object == c.Trace.Steps[second].Object && reads(s)
			})
			if other < 0 || !c.sameFunction(seen, other) || !c.onlyReads(reader, min(seen, other), max(seen, other)) ||
				!c.onlyReads(g.thread, m.before, second) || len(c.common(m.before, seen, other, second)) > 0 {
				continue
			}
			return c.torn(g.thread, reader, []int{m.before, seen, other, second}, m.before, second)
		}
	}
	return nil
}

// tornRead: a thread reads one of two variables, another one writes both, and the thread reads the second one.
func tornRead(c *Case) *Class {
	return c.eachMeeting(func(m meeting) *Class {
		after := m.to
		if m.before != m.from || !reads(&c.Trace.Steps[m.before]) || after == len(c.Trace.Steps) || !reads(&c.Trace.Steps[after]) ||
			c.Trace.Steps[after].Object == m.object || !c.sameFunction(m.before, after) {
			return nil
		}
		other := c.lastIn(m.gap, func(s *trace.Step) bool {
			return s.Thread == c.Trace.Steps[m.within].Thread && s.Object == c.Trace.Steps[after].Object && writes(s)
		})
		if other < 0 || !c.sameFunction(m.within, other) {
			return nil
		}
		return c.torn(c.Trace.Steps[other].Thread, m.thread, []int{m.before, m.within, other, after}, min(m.within, other), max(m.within, other))
	})
}

// torn tells of a pair that is seen half done.
func (c *Case) torn(writer, reader *trace.Thread, key []int, first, second int) *Class {
	a, b := c.name(c.Trace.Steps[first].Object), c.name(c.Trace.Steps[second].Object)
	return &Class{Name: "torn update", key: sorted(key...),
		Says: fmt.Sprintf("%s writes %s and then %s, and %s sees one of them new and the other old", writer.Label(), a, b, reader.Label()),
		Cure: "write both, and read both, under one lock; or publish a pointer to a new pair"}
}

// wrongLock: two threads use a variable under two locks, which keep them out of nothing.
func wrongLock(c *Case) *Class {
	return c.eachMeeting(func(m meeting) *Class {
		mine, other := c.heldAt(m.thread, m.from), c.Trace.Steps[m.within].Thread
		theirs := c.heldAt(other, m.within)
		if m.after < 0 || len(mine) == 0 || len(theirs) == 0 || len(c.common(m.before, m.within)) > 0 || len(c.common(m.within, m.after)) > 0 ||
			len(c.common(m.before, m.from, m.after)) == 0 {
			return nil
		}
		return &Class{Name: "wrong lock", key: sorted(mine[0], m.before, theirs[0], m.within, m.after),
			Says: fmt.Sprintf("%s uses %s under %s, %s under %s: these locks do not keep them apart", m.thread.Label(), c.name(m.object),
				c.Trace.Steps[mine[0]].Object.Label(), other.Label(), c.Trace.Steps[theirs[0]].Object.Label()),
			Cure: "one lock for one variable, wherever it is used"}
	})
}

// doubleChecked: a thread that looked without the lock makes something under the lock, and another one that looks without it finds it
// half done.
func doubleChecked(c *Case) *Class {
	for _, g := range c.gaps() {
		for _, l := range c.heldAt(g.thread, g.from) {
			lock := c.Trace.Steps[l].Object
			wrote := c.last(g.from+1, func(s *trace.Step) bool { return s.Thread == g.thread && writes(s) })
			for ; wrote > l; wrote = c.last(wrote, func(s *trace.Step) bool { return s.Thread == g.thread && writes(s) }) {
				if class := c.doubleCheckedOn(g, lock, l, wrote); class != nil {
					return class
				}
			}
		}
	}
	return nil
}

// doubleCheckedOn looks at one variable, which the gap's thread wrote under the lock that it took in step l.
func (c *Case) doubleCheckedOn(g gap, lock *trace.Object, l, wrote int) *Class {
	o := c.Trace.Steps[wrote].Object
	looked := c.last(l, func(s *trace.Step) bool { return s.Thread == g.thread && s.Object == o && reads(s) })
	found := c.lastIn(g, func(s *trace.Step) bool {
		return s.Object == o && reads(s) && looked >= 0 && s.Frame == c.Trace.Steps[looked].Frame && (s.Value.Bytes == 0 || s.Value.Bits != 0)
	})
	if looked < 0 || found < 0 || !c.sameFunction(looked, wrote) || c.holds(c.Trace.Steps[found].Thread, lock, found) || c.holds(g.thread, lock, looked) {
		return nil
	}
	uses := c.next(found+1, func(s *trace.Step) bool { return s.Thread == c.Trace.Steps[found].Thread && data(s) })
	finishes := c.next(g.to, func(s *trace.Step) bool { return s.Thread == g.thread && writes(s) })
	return &Class{Name: "double-checked locking", key: sorted(looked, l, wrote, found, max(uses, found), max(finishes, found)),
		Says: fmt.Sprintf("%s looks at %s without %s, and finds it there before %s, which has the lock, is done", c.who(found), c.name(o), lock.Name, g.thread.Label()),
		Cure: "sync.Once or sync.OnceValue, or always the lock"}
}

// useAfterClose: a thread finds nil where another one has taken something away.
func useAfterClose(c *Case) *Class {
	if len(c.Trace.Steps) == 0 || !strings.Contains(c.Message, "nil pointer dereference") {
		return nil
	}
	thread := c.Trace.Steps[len(c.Trace.Steps)-1].Thread // what it has done since is deferred
	n := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Thread == thread && data(s) })
	if n < 0 {
		return nil
	}
	last := &c.Trace.Steps[n]
	if !reads(last) || last.Value.Bytes == 0 || last.Value.Bits != 0 {
		return nil
	}
	taken := c.last(n, func(s *trace.Step) bool { return s.Object == last.Object && changes(s) })
	if taken < 0 || c.Trace.Steps[taken].Thread == last.Thread || c.Trace.Steps[taken].Value.Bits != 0 {
		return nil
	}
	was := c.last(taken, func(s *trace.Step) bool { return s.Object == last.Object && data(s) })
	if was < 0 || c.Trace.Steps[was].Value.Bits == 0 {
		return nil // it was never there
	}
	return &Class{Name: "use after close", key: sorted(taken, n),
		Says: fmt.Sprintf("%s uses %s, when %s has taken it away", last.Thread.Label(), c.name(last.Object), c.who(taken)),
		Cure: "look whether it is still there, under the lock that guards it"}
}
