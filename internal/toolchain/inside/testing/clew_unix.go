//go:build clewinside && unix

package testing

import (
	"syscall"
	"time"
	"unsafe"
)

//go:linkname clewRealTime
func clewRealTime() int64

// clewTimeNow and clewTimeSince tell how long a test took: people want to know that in real time, as go test tells it,
// whatever clock the test lives on.
func clewTimeNow() highPrecisionTime {
	if !clewWorks() {
		return highPrecisionTimeNow()
	}
	return highPrecisionTime{now: time.Unix(0, clewRealTime())}
}

func clewTimeSince(start highPrecisionTime) time.Duration {
	if !clewWorks() {
		return highPrecisionTimeSince(start)
	}
	return time.Unix(0, clewRealTime()).Sub(start.now)
}

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
