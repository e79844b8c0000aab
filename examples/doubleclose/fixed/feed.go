// Package feed hands messages from publishers to one reader until somebody closes it. Looking
// and closing, or looking and sending, happen under one lock.
package feed

import "sync"

// Feed carries messages until it is closed.
type Feed struct {
	mu       sync.Mutex
	closed   bool // guarded by mu
	messages chan string
}

// New returns an open feed that buffers up to size messages.
func New(size int) *Feed {
	return &Feed{messages: make(chan string, size)}
}

// Publish sends a message and reports whether the feed was still open.
func (f *Feed) Publish(message string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.messages <- message
	return true
}

// Close ends the feed. Closing it again does nothing.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.closed = true
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
