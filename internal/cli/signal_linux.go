package cli

import (
	"os/exec"
	"syscall"
)

// endWithUs has the command interrupted when the OS thread that starts it ends, as it does when clew is killed. The
// command's group must have been set.
func endWithUs(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGINT }
