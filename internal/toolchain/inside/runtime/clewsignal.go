//go:build clewinside && unix

package runtime

import (
	"internal/runtime/atomic"
	_ "unsafe" // for go:linkname
)

// Signals that a thread sends to its own process. The kernel delivers them when it likes, in real time, to any M, while the
// clock of the run may leap: so whoever sends one goes on when it has come, and when os/signal has passed it on.

// clewSignals counts the signals that came to the process, by their numbers.
var clewSignals [64]atomic.Uint32

// clewSignalPatience is how long a signal is waited for, in nanoseconds of real time: it may be blocked.
const clewSignalPatience = 1_000_000_000

// clewSignalCount returns how many signals of a number have come.
//
//go:linkname clewSignalCount syscall.clewSignalCount
func clewSignalCount(number int) uint32 { return clewSignals[number&63].Load() }

// clewSignalComes has a thread wait until another signal of a number has come than those before, if the program handles these.
//
//go:linkname clewSignalComes syscall.clewSignalComes
func clewSignalComes(number int, before uint32) {
	if clewSelf() == nil || number <= 0 || number >= 64 || handlingSig[number] == 0 {
		return
	}
	for until := nanotime() + clewSignalPatience; nanotime() < until; {
		if clewSignalCount(number) != before && clewSignalsPassedOn() {
			return
		}
		entersyscallblock()
		usleep(50)
		exitsyscall()
	}
}

// clewSignalsPassedOn reports whether os/signal has nothing to do, or waits for a lock that a thread holds.
func clewSignalsPassedOn() bool {
	if !sig.inuse || clewAnyStranger(clewWaitsToPassOn) {
		return true
	}
	for i := range sig.mask {
		if sig.mask[i] != 0 {
			return false
		}
	}
	return sig.delivering.Load() == 0 && sig.state.Load() == sigReceiving
}

// clewWaitsToPassOn reports whether a goroutine is the one that passes signals on, and waits for a lock.
func clewWaitsToPassOn(gp *g) bool {
	f := findfunc(gp.startpc)
	return readgstatus(gp)&^_Gscan == _Gwaiting && f.valid() && funcname(f) == clewSignalLoop
}
