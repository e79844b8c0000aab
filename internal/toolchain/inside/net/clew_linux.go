//go:build clewinside && linux && (amd64 || arm64)

package net

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

//go:linkname clewNetOwn runtime.clewNetOwn
func clewNetOwn(fd int) bool

//go:linkname clewMemorySocket syscall.clewSocket
func clewMemorySocket(family, sotype int, listens bool, at syscall.Sockaddr) int

// clewSocket is sysSocket for one whose purpose is known: both ends may be in the run.
func clewSocket(family, sotype, proto int, laddr, raddr sockaddr) (int, error) {
	at, listens := raddr, false
	if raddr == nil && laddr != nil {
		at, listens = laddr, true
	}
	if at != nil {
		if sa, err := at.sockaddr(family); err == nil && sa != nil {
			if s := clewMemorySocket(family, sotype, listens, sa); s >= 0 {
				return s, nil
			}
		}
	}
	return sysSocket(family, sotype, proto)
}
