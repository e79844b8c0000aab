//go:build clewinside && !(linux && (amd64 || arm64))

package poll

import "syscall"

func clewNetOwn(fd int) bool { return false }

func clewWait(sema *uint32, own bool) { runtime_Semacquire(sema) }
