package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// workingFolder returns the folder in which go test was called, for a clew exec that clew test did not start: the one
// that the go command, its parent, works in. It returns "" if that cannot be known: flag -C has the go command change it.
func workingFolder() string {
	parent := fmt.Sprintf("/proc/%d", os.Getppid())
	cmdline, err := os.ReadFile(parent + "/cmdline")
	args := strings.Split(string(cmdline), "\x00")
	if err != nil || filepath.Base(args[0]) != "go" {
		return ""
	}
	for _, a := range args[1:min(3, len(args))] { // go -C dir test, or go test -C dir
		if strings.HasPrefix(strings.TrimLeft(a, "-"), "C") && strings.HasPrefix(a, "-") {
			return ""
		}
	}
	dir, err := os.Readlink(parent + "/cwd")
	if err != nil {
		return ""
	}
	return dir
}
