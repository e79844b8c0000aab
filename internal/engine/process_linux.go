package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// busiestThread returns the thread of a process that uses most processor time, 0 if none uses any. A goroutine that loops
// without end shows its stack only if the signal reaches the very thread it runs on. On a machine with much
// else to do it takes a while to see who is busy.
func busiestThread(pid int) int {
	const clear = 3 // clock ticks
	before := threadTimes(pid)
	busiest, most := 0, 0
	for began := time.Now(); most < clear && time.Since(began) < 3*time.Second; {
		time.Sleep(100 * time.Millisecond)
		for thread, now := range threadTimes(pid) {
			if used := now - before[thread]; used > most {
				busiest, most = thread, used
			}
		}
	}
	return busiest
}

// threadTimes returns the processor time of each thread, in clock ticks.
func threadTimes(pid int) map[int]int {
	times := map[int]int{}
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid)) // the pattern is ours: no error
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		thread, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		// The name, in brackets, may hold anything; user and system time are fields 12 and 13 after it.
		fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
		if len(fields) > 12 {
			user, _ := strconv.Atoi(string(fields[11]))
			system, _ := strconv.Atoi(string(fields[12]))
			times[thread] = user + system
		}
	}
	return times
}

// signalThread sends SIGQUIT to one thread.
func signalThread(pid, thread int) error {
	_, _, errno := syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(pid), uintptr(thread), uintptr(syscall.SIGQUIT))
	if errno != 0 {
		return errno
	}
	return nil
}
