//go:build clewinside

package sysrand

import "unsafe"

// Implemented in package runtime.
//
//go:noescape
//go:linkname clewRandom
func clewRandom(p unsafe.Pointer, n int) bool

// ClewRead fills b for a thread from the chance of its run. It reports false when the caller is not under control.
func ClewRead(b []byte) bool { return clewRandom(unsafe.Pointer(unsafe.SliceData(b)), len(b)) }
