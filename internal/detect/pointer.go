package detect

import "unsafe"

// detectPointer returns an address as a pointer. What lies there is not the garbage collector's.
func detectPointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

func detectHash(a uintptr) uint32 { return uint32(uint64(a) * 0x9e3779b97f4a7c15 >> 32) }
