//go:build unix

package engine

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup puts the process to start in a process group of its own: a Ctrl-C at the terminal then reaches the
// coordinator alone, and what the worker itself starts can be ended with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup ends a worker and the processes that it started.
func killGroup(p *os.Process) {
	syscall.Kill(-p.Pid, syscall.SIGKILL)
	p.Kill()
}

// askForStacks makes a Go process print the stacks of its goroutines and exit.
func askForStacks(p *os.Process) error {
	if thread := busiestThread(p.Pid); thread != 0 && signalThread(p.Pid, thread) == nil {
		return nil
	}
	return p.Signal(syscall.SIGQUIT)
}

// signalOf returns the signal that ended the process, nil if none did.
func signalOf(state *os.ProcessState) os.Signal {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal()
	}
	return nil
}
