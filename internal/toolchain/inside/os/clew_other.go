//go:build clewinside && !(linux && (amd64 || arm64))

package os

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

func clewNetOwn(fd int) bool { return false }

func clewPipe2(p []int, flags int) error { return syscall.Pipe2(p, flags) }

//go:linkname clewKernelPipe
func clewKernelPipe() (r *File, w *File, err error) { return Pipe() }
