//go:build clewinside && linux && (amd64 || arm64)

package poll

import (
	"syscall"
	"unsafe"
)

//go:linkname clewNetOwn runtime.clewNetOwn
func clewNetOwn(fd int) bool

//go:linkname clewNetSemacquire
func clewNetSemacquire(sema *uint32)

// clewWait waits for the lock of a descriptor; own says whether it is one of the run's network.
func clewWait(sema *uint32, own bool) {
	if own {
		clewNetSemacquire(sema)
	} else {
		runtime_Semacquire(sema)
	}
}

// clewWritev writes to a descriptor of the run's network.
func clewWritev(fd int, iovecs []syscall.Iovec) (uintptr, error) {
	total := 0
	for _, v := range iovecs {
		n, err := syscall.Write(fd, unsafe.Slice(v.Base, v.Len))
		if n > 0 {
			total += n
		}
		if err != nil && total == 0 {
			return 0, err
		}
		if err != nil || n < int(v.Len) {
			break
		}
	}
	return uintptr(total), nil
}
