//go:build !unix || aix || solaris || illumos

package cli

import "os"

// hold does nothing.
func hold(*os.File) {}

// isHeld cannot tell, so it says yes.
func isHeld(*os.File) bool { return true }

// outliveReader does nothing: there is no signal to outlive.
func outliveReader() {}
