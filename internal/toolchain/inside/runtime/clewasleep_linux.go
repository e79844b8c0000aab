//go:build clewinside

package runtime

import "unsafe"

// clewAsleep reports whether a thread of the operating system sleeps until somebody wakes it. One that waits for a disk, or for a
// core while the machine is busy, does not: it will be back soon.
func clewAsleep(mp *m) bool {
	var path [64]byte
	var digits [20]byte
	n := copy(path[:], "/proc/self/task/")
	n += copy(path[n:], itoa(digits[:], mp.procid))
	copy(path[n:], "/stat")
	fd := open(&path[0], 0, 0)
	if fd < 0 {
		return true
	}
	var text [128]byte
	got := read(fd, noescape(unsafe.Pointer(&text[0])), int32(len(text)))
	closefd(fd)
	// "123 (name) S …": the name may have anything in it.
	for i := int(got) - 3; i >= 0; i-- {
		if text[i] == ')' {
			return text[i+2] == 'S'
		}
	}
	return true
}
