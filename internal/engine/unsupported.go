//go:build !unix

package engine

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// mapFile says that clew cannot run here yet: sharing memory with workers is written for Unix only.
func mapFile(*os.File, int) ([]byte, error) {
	return nil, fmt.Errorf("clew is not supported on %s yet: sharing memory with a worker is written for Unix only", runtime.GOOS)
}

func unmapFile([]byte) {}

func ownGroup(*exec.Cmd) {}

func killGroup(p *os.Process) { p.Kill() }

func askForStacks(p *os.Process) error { return p.Kill() }

func signalOf(*os.ProcessState) os.Signal { return nil }
