package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/engine"
	"github.com/goclew/clew/internal/toolchain"
)

// A setup is a toolchain made ready to run tests under clew.
type setup struct {
	toolchain *toolchain.Go
	overlay   *toolchain.Overlay
	clew      string // path of this program
	dir       string // where the go command works
}

// prepare finds the toolchain that the go command would choose in dir, and writes the overlay for it.
func prepare(ctx *Context, dir string) (*setup, error) {
	g, err := toolchain.Find(dir, ctx.Env)
	if err != nil {
		return nil, err
	}
	o, err := g.Overlay()
	if err != nil {
		return nil, err
	}
	clew, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot tell where clew itself is: %w", err)
	}
	return &setup{g, o, clew, dir}, nil
}

// command returns the command that go test is to start for each test binary: clew exec with its flags. It
// sets the options that say which binaries are under control, and where schedules are kept.
func (s *setup) command(opts *engine.Options) []string {
	opts.Overlay, opts.Go = s.overlay.Hash, s.toolchain.Version
	opts.Refuges = filepath.Join(s.overlay.Cache, "schedules")
	opts.Foreign = strings.Join([]string{s.toolchain.GOROOT, s.toolchain.ModCache}, string(filepath.ListSeparator))
	return append([]string{s.clew, "exec"}, opts.Args()...)
}

// environ returns the environment for the go command.
func (s *setup) environ(ctx *Context) []string {
	return s.overlay.Environ(ctx.Env, s.dir)
}

// blame tells whose fault it is that go test could not run any test: clew's, if the edited standard library
// itself does not compile, which is the error, else the user's.
func (s *setup) blame(ctx *Context) error {
	cmd := exec.Command(s.overlay.GoBin, s.overlay.BuildArgs("testing")...)
	cmd.Dir, cmd.Env = ctx.Dir, append(s.environ(ctx), "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.SplitN(strings.TrimSpace(string(out)), "\n", 3) // the package and its first error
	return fmt.Errorf("the edited standard library does not compile with %s: %s",
		s.toolchain.Version, strings.Join(lines[:min(2, len(lines))], " "))
}

// newOptions returns the options of a search that nobody gave flags for.
func newOptions() *engine.Options {
	opts := engine.Default()
	return &opts
}

// inDir returns a path as seen from the context's folder.
func inDir(ctx *Context, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(ctx.Dir, path)
}
