// Package settings is a table that is read often and written seldom. Exported methods take the
// lock, once, and share what needs no lock of its own.
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
	return s.get(name)
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
	return s.get("host") + ":" + s.get("port")
}

// get needs mu held, for reading at least.
func (s *Settings) get(name string) string {
	return s.values[name]
}
