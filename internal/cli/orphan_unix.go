//go:build unix && !aix && !solaris && !illumos

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// hold takes the lock on a file, for as long as it is open. Where locks do not work isHeld says that it is held.
func hold(f *os.File) { syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// isHeld reports whether another process holds the file.
func isHeld(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

// outliveReader keeps a clew exec alive, to clean up, when nobody is left to read what it prints.
func outliveReader() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
