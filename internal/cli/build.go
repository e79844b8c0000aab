package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/toolchain"
)

// buildTest builds the test binary of the package in the folder dir, under clew's control. The caller
// removes the binary, which has a folder to itself. If the package does not build, the error is the
// user's, and what the go command had to say was printed.
func buildTest(ctx *Context, dir string) (binary string, overlay *toolchain.Overlay, err error) {
	run, err := prepare(ctx, dir)
	if err != nil {
		return "", nil, err
	}
	tmp, err := os.MkdirTemp("", "clew-build-")
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(tmp)
		}
	}()
	binary = filepath.Join(tmp, filepath.Base(dir)+".test")
	args, err := toolchain.TestArgs(run.overlay, nil, []string{"-c", "-o", binary, "."})
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	cmd := exec.Command(run.overlay.GoBin, append([]string{"test"}, args...)...)
	cmd.Dir, cmd.Env = dir, run.environ(ctx)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		ctx.Stderr.Write(out.Bytes())
		return "", nil, usagef("the tests in %s do not build", dir)
	}
	if _, err := os.Stat(binary); errors.Is(err, os.ErrNotExist) {
		return "", nil, usagef("no tests in %s: %s", dir, strings.TrimSpace(out.String()))
	}
	return binary, run.overlay, nil
}
