//go:build clewinside && unix

package http

import "syscall"

func clewDiscardFD(fd uintptr) {
	syscall.Shutdown(int(fd), syscall.SHUT_RDWR)
	syscall.Close(int(fd))
}
