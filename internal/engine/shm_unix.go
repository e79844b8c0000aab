//go:build unix

package engine

import (
	"os"
	"syscall"
)

// mapFile maps the first size bytes of a file, shared with other processes.
func mapFile(f *os.File, size int) ([]byte, error) {
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return data, nil
}

func unmapFile(data []byte) {
	if data != nil {
		syscall.Munmap(data)
	}
}
