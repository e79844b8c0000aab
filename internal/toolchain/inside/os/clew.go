//go:build clewinside

package os

import (
	"syscall"
	"unsafe"
)

// What the process started with; a test may set Stdout and Stderr to something else.
var clewStdout, clewStderr = Stdout, Stderr

// clewExample is Stdout while an example runs. What is written to it is the example's output; what is written to Stderr, or
// to the Stdout of before, is not.
var clewExample = NewFile(uintptr(syscall.Stdout), "/dev/stdout")

//go:linkname clewExampleStdout testing.clewExampleStdout
func clewExampleStdout() *File { return clewExample }

// Implemented in package runtime.
//
//go:noescape
//go:linkname clewOutput
func clewOutput(p unsafe.Pointer, n int, example bool) bool

//go:linkname clewChild
func clewChild()

// clewTakes reports whether b, about to be written to f, was taken as output of the run
// in flight.
func (f *File) clewTakes(b []byte) bool {
	return f != nil && (f == clewStdout || f == clewStderr || f == clewExample) &&
		len(b) > 0 && clewOutput(unsafe.Pointer(&b[0]), len(b), f == clewExample)
}

// clewTempNumber is a random number for the name of a temporary file.
//
//go:linkname clewTempNumber
func clewTempNumber() uint64
