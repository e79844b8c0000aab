//go:build clewinside

package exec

import (
	"os"
	_ "unsafe" // for go:linkname
)

//go:linkname clewPipe os.clewKernelPipe
func clewPipe() (r, w *os.File, err error)
