//go:build unix && !linux

package engine

import "errors"

// busiestThread is known on Linux only.
func busiestThread(int) int { return 0 }

func signalThread(int, int) error { return errors.New("not known on this system") }
