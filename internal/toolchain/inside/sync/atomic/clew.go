//go:build clewinside

package atomic

import "unsafe"

// Implemented in package runtime.
//
//go:noescape
//go:linkname clewAtomicOp
func clewAtomicOp(op uint8, addr unsafe.Pointer, pc uintptr)
