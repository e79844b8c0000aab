//go:build clewinside

package time

import _ "unsafe" // for go:linkname

// Implemented in package runtime.
//
//go:linkname clewClockOrigin
func clewClockOrigin(start int64)

func init() { clewClockOrigin(startNano) }
