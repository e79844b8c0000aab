package cli

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
)

// A goTest is a go command at work.
type goTest struct {
	exit        int  // its exit code
	interrupted bool // whether clew was asked to stop meanwhile
}

// runGo runs the go command to its end. When clew is asked to stop (Ctrl-C, SIGTERM), all processes below
// the go command are asked to, so that they can save what they found; when clew is asked again, they
// are killed. When clew is killed itself, they end by themselves (orphan.go). The error says that the command could not
// be started.
func runGo(bin string, args []string, dir string, env []string, stdout, stderr io.Writer) (goTest, error) {
	cmd := exec.Command(bin, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ownGroup(cmd)
	endWithUs(cmd)
	runtime.LockOSThread() // it must not end before the command does
	defer runtime.UnlockOSThread()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return goTest{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var result goTest
	for {
		select {
		case <-signals:
			if result.interrupted {
				kill(cmd)
			} else {
				interrupt(cmd)
			}
			result.interrupted = true
		case err := <-ended:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				return result, err
			}
			result.exit = cmd.ProcessState.ExitCode()
			return result, nil
		}
	}
}
