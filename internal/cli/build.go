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

// buildTest builds the test binary of a package, as it is named in the folder from, under clew's control. The caller
// removes the binary, which has a folder to itself. If the package does not build, the error is the
// user's, and what the go command had to say was printed.
func buildTest(ctx *Context, from, name string) (binary string, overlay *toolchain.Overlay, err error) {
	run, err := prepare(ctx, from)
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
	where := name
	if name == "." {
		where = from
	}
	binary = filepath.Join(tmp, filepath.Base(where)+".test")
	if err := run.build(ctx, from, binary, []string{name}, "the tests in "+where+" do not build"); err != nil {
		return "", nil, err
	}
	return binary, run.overlay, nil
}

// build builds a test binary of what names name in the folder from. If that does not build, the error is the user's, in the words of unbuilt, and
// what the go command had to say was printed.
func (s *setup) build(ctx *Context, from, binary string, names []string, unbuilt string) error {
	args, err := toolchain.TestArgs(s.overlay, nil, append([]string{"-c", "-o", binary}, names...))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd := exec.Command(s.overlay.GoBin, append([]string{"test"}, args...)...)
	cmd.Dir, cmd.Env = from, s.environ(ctx)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		ctx.Stderr.Write(out.Bytes())
		return usagef("%s", unbuilt)
	}
	if _, err := os.Stat(binary); errors.Is(err, os.ErrNotExist) {
		return usagef("no tests in %s: %s", strings.Join(names, " "), strings.TrimSpace(out.String()))
	}
	return nil
}

// place returns where the package of a schedule is built, and its name there: in its own folder, unless its schedules
// are kept elsewhere. Then it may be one that is tested as a dependency of the module in the working directory, which says
// what it is built with.
func place(ctx *Context, file, dir, importPath string) (from, name string) {
	if strings.HasPrefix(file, dir+string(filepath.Separator)) || importPath == "" {
		return dir, "."
	}
	g, err := toolchain.Find(ctx.Dir, ctx.Env)
	if err != nil {
		return dir, "."
	}
	cmd := exec.Command(g.Bin, "list", "-find", "-f={{.Dir}}", "--", importPath)
	cmd.Dir, cmd.Env = ctx.Dir, ctx.Env
	found, err := cmd.Output()
	if err != nil || !sameFolder(strings.TrimSpace(string(found)), dir) {
		return dir, "."
	}
	return ctx.Dir, importPath
}

// sameFolder reports whether two paths lead to the same folder.
func sameFolder(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
