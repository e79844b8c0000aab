//go:build unix

package cli

import (
	"os"
	"os/exec"
	"syscall"
)

// stopSignals are the ways to ask clew to stop.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// ownGroup makes the command and all that it starts a process group, so that a Ctrl-C reaches them
// once, by way of clew. (None of them reads from the terminal.)
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// interrupt asks all processes of the command's group to stop.
func interrupt(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }

// kill ends all processes of the command's group.
func kill(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
