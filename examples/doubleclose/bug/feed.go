// Package feed hands messages from publishers to one reader until somebody closes it. It
// looks before it closes and before it sends, but not at the same moment.
//
// It takes one preemption, behind the look.
package feed

import "sync/atomic"

// Feed carries messages until it is closed.
type Feed struct {
	messages chan string
	closed   atomic.Bool
}

// New returns an open feed that buffers up to size messages.
func New(size int) *Feed {
	return &Feed{messages: make(chan string, size)}
}

// Publish sends a message and reports whether the feed was still open.
func (f *Feed) Publish(message string) bool {
	if f.closed.Load() {
		return false
	}
	f.messages <- message
	return true
}

// Close ends the feed. Closing it again does nothing.
func (f *Feed) Close() {
	if f.closed.Load() {
		return
	}
	f.closed.Store(true)
	close(f.messages)
}

// ReadAll returns all messages until the feed is closed.
func (f *Feed) ReadAll() []string {
	var all []string
	for message := range f.messages {
		all = append(all, message)
	}
	return all
}
