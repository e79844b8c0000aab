//go:build clewinside && !unix

package testing

import (
	"time"
	"unsafe"
)

func clewTimeNow() highPrecisionTime { return highPrecisionTimeNow() }

func clewTimeSince(start highPrecisionTime) time.Duration { return highPrecisionTimeSince(start) }

func clewPrivate(fd int) {}

func clewMap(path string) unsafe.Pointer { return nil }
