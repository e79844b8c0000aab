//go:build clewinside

package sync

import "unsafe"

// Implemented in package runtime. An address does not escape: it is a key there, and
// whoever waits keeps the object alive.

//go:noescape
//go:linkname clewLock
func clewLock(m unsafe.Pointer, pc uintptr)

//go:noescape
//go:linkname clewTryLock
func clewTryLock(m unsafe.Pointer, pc uintptr)

//go:noescape
//go:linkname clewUnlock
func clewUnlock(m unsafe.Pointer, pc uintptr)

//go:noescape
//go:linkname clewSync
func clewSync(op, kind uint8, addr unsafe.Pointer, pc uintptr)

//go:linkname clewOnce
func clewOnce() bool

//go:linkname clewOnceDone
func clewOnceDone()

//go:noescape
//go:linkname clewHolds
func clewHolds(addr unsafe.Pointer, mode uint8)
