//go:build clewinside && unix

package testing

import (
	"syscall"
	"unsafe"
)

// clewPrivate keeps a file from the processes that tests start.
func clewPrivate(fd int) { syscall.CloseOnExec(fd) }

// clewMap maps the memory that is shared with the coordinator; nil if there is none.
func clewMap(path string) unsafe.Pointer {
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil || st.Size < 4096 {
		return nil
	}
	mem, err := syscall.Mmap(fd, 0, int(st.Size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil || string(mem[:8]) != "clewshm1" {
		return nil
	}
	return unsafe.Pointer(&mem[0])
}
