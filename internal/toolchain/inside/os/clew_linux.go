//go:build clewinside && linux && (amd64 || arm64)

package os

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

//go:linkname clewNetOwn runtime.clewNetOwn
func clewNetOwn(fd int) bool

//go:linkname clewPipe2 syscall.clewPipe2
func clewPipe2(p []int, flags int) error

// clewKernelPipe is Pipe for package os/exec: the pipe is the kernel's.
//
//go:linkname clewKernelPipe
func clewKernelPipe() (r *File, w *File, err error) {
	var p [2]int
	if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC); err != nil {
		return nil, nil, NewSyscallError("pipe2", err)
	}
	return newFile(p[0], "|0", kindPipe, false), newFile(p[1], "|1", kindPipe, false), nil
}
