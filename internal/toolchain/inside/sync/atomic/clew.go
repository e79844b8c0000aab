//go:build clewinside

package atomic

import "unsafe"

// Implemented in package runtime.
//
//go:noescape
//go:linkname clewAtomicOp
func clewAtomicOp(op uint8, addr unsafe.Pointer, pc uintptr)

//go:noescape
//go:linkname clewEdge
func clewEdge(op uint8, addr unsafe.Pointer, size uintptr)

//go:noescape
//go:linkname clewSwapped
func clewSwapped(addr unsafe.Pointer)
