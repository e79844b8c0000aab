package explain

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// Bugs that the runtime and package sync name themselves, when they end the program.

// misuses are what they say, what it is called, and how it is cured.
var misuses = []struct {
	said, name string
	tell       func(*Case) (says string, key []mark)
	cure       string
}{
	{"send on closed channel", "closed while sending", closedBy,
		"only who sends closes, and does so when all have sent; else let senders select on a second channel that tells them to stop"},
	{"close of closed channel", "double close", closedBy,
		"close with a sync.Once, or look and close under one lock"},
	{"close of nil channel", "nil channel", nil, "make the channel before anybody uses it"},
	{"negative WaitGroup counter", "WaitGroup misuse", nil, "one Add before each go statement and one Done in each thread, or start it with Go"},
	{"WaitGroup is reused before previous Wait has returned", "WaitGroup misuse", nil, "a new WaitGroup for each round"},
	{"WaitGroup misuse", "WaitGroup misuse", nil, "Add before the go statement, or start the thread with Go"},
	{"unlock of unlocked", "double unlock", unlockedBefore, "one unlock for each lock: defer it on the line after the lock"},
	{"Unlock of unlocked", "double unlock", unlockedBefore, "one unlock for each lock: defer it on the line after the lock"},
	{"concurrent map", "unsynchronised map", nil, "a lock around the map, for readers too"},
}

// misuse names what the program was ended for.
func misuse(c *Case) *Class {
	for _, m := range misuses {
		if !strings.Contains(c.Message, m.said) || len(c.Trace.Steps) == 0 {
			continue
		}
		class := &Class{Name: m.name, Cure: m.cure, Says: strings.TrimPrefix(strings.TrimPrefix(c.Message, "panic: "), "fatal: ")}
		if m.tell != nil {
			if says, key := m.tell(c); says != "" {
				class.Says, class.key = says, key
			}
		}
		return class
	}
	return nil
}

// closedBy tells who closed the channel that the last step on a channel is about.
func closedBy(c *Case) (says string, key []mark) {
	tried := c.last(len(c.Trace.Steps), func(s *trace.Step) bool { return s.Op == "send" || s.Op == "close" })
	if tried < 0 || c.Trace.Steps[tried].Object == nil {
		return "", nil // in a select, which does not say
	}
	s := &c.Trace.Steps[tried]
	closed := c.last(tried, func(o *trace.Step) bool { return o.Op == "close" && o.Object == s.Object })
	if closed < 0 {
		return "", nil
	}
	verb := "sends on it"
	if s.Op == "close" {
		verb = "closes it again"
	}
	looked := c.last(closed, func(o *trace.Step) bool { return o.Thread == s.Thread && o.Object != nil && o.Object.Kind != "memory" })
	return fmt.Sprintf("%s closes %s, and %s %s", c.who(closed), s.Object.Label(), s.Thread.Label(), verb),
		sorted(looked, closed, tried)
}

// unlockedBefore tells who gave the lock back first.
func unlockedBefore(c *Case) (says string, key []mark) {
	again := c.last(len(c.Trace.Steps), gives)
	if again < 0 {
		return "", nil
	}
	s := &c.Trace.Steps[again]
	first := c.last(again, func(o *trace.Step) bool { return gives(o) && o.Object == s.Object })
	if first < 0 {
		return fmt.Sprintf("%s unlocks %s, which nobody had locked", s.Thread.Label(), s.Object.Label()), marks(again)
	}
	return fmt.Sprintf("%s unlocks %s, which %s has unlocked before", s.Thread.Label(), s.Object.Label(), c.who(first)),
		marks(first, again)
}
