// Package settings is a table that is read often and written seldom. Describe takes the read
// lock and calls Get, which takes it again: a writer that arrives in between bars the way.
package settings

import "sync"

// Settings maps names to values.
type Settings struct {
	mu     sync.RWMutex
	values map[string]string
}

// New returns settings with the given values.
func New(values map[string]string) *Settings {
	return &Settings{values: values}
}

// Get returns the value of a name, or "".
func (s *Settings) Get(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.values[name]
}

// Set changes the value of a name.
func (s *Settings) Set(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = value
}

// Describe returns host and port as one address.
func (s *Settings) Describe() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.Get("host") + ":" + s.Get("port")
}
