//go:build !unix

package cli

import (
	"os"
	"os/exec"
)

// stopSignals are the ways to ask clew to stop.
var stopSignals = []os.Signal{os.Interrupt}

// ownGroup does nothing: the console sends a Ctrl-C to all of its processes.
func ownGroup(*exec.Cmd) {}

// interrupt does nothing, for the same reason.
func interrupt(*exec.Cmd) {}

// kill ends the go command.
func kill(cmd *exec.Cmd) { cmd.Process.Kill() }
