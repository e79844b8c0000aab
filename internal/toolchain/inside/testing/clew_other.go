//go:build clewinside && !unix

package testing

import "unsafe"

func clewPrivate(fd int) {}

func clewMap(path string) unsafe.Pointer { return nil }
