//go:build clewinside && linux && (amd64 || arm64)

package unix

import _ "unsafe" // for go:linkname

//go:linkname clewNetOwn runtime.clewNetOwn
func clewNetOwn(fd int) bool

//go:linkname clewFcntl syscall.clewFcntl
func clewFcntl(fd, cmd, arg int) (int, error)
