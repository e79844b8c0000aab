//go:build clewinside && !linux

package runtime

// clewAsleep reports whether a thread of the operating system sleeps until somebody wakes it; here nobody can tell, and a call that
// takes long is taken to.
func clewAsleep(*m) bool { return true }
