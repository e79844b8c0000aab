package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A session is a folder in which the coordinators of one clew test leave what they find: a file
// <package>.json for each test binary, complete or not there, and progress-<pid> while one is at work.
// A file coordinator-<pid> is there from a coordinator's start to its end: one that is left over is of a
// coordinator that died. The file owner is held by clew test, so that coordinators see when that dies (orphan.go).
type session struct {
	dir   string
	owner *os.File
}

// newSession makes the folder, in the place for temporary files.
func newSession() (*session, error) {
	dir, err := os.MkdirTemp("", "clew-session-")
	var owner *os.File
	if err == nil {
		owner, err = os.Create(filepath.Join(dir, ownerFile))
	}
	if err != nil {
		return nil, fmt.Errorf("no place for temporary files (%w): make room, or name another folder in TMPDIR", err)
	}
	hold(owner)
	return &session{dir, owner}, nil
}

// files returns the paths of the session's files that match a pattern, in order.
func (s *session) files(pattern string) []string {
	paths, _ := filepath.Glob(filepath.Join(s.dir, pattern)) // the pattern is ours: no error
	return paths
}

// remove removes the folder and all that is in it.
func (s *session) remove() {
	os.RemoveAll(s.dir)
	s.owner.Close()
}

// attended returns the command clew exec such that the session, if there is one among its flags, knows
// when it began and whether it came to its end. One that fails does not count as having come to it. One whose session
// is nobody's any more removes it.
func attended(run func(*Context, []string) int) func(*Context, []string) int {
	return func(ctx *Context, args []string) int {
		dir := sessionFlag(args)
		if dir == "" {
			return run(ctx, args)
		}
		file := filepath.Join(dir, "coordinator-"+strconv.Itoa(os.Getpid()))
		if err := os.WriteFile(file, []byte(ctx.Dir), 0o666); err != nil {
			return ctx.Fail(fmt.Errorf("session: %w", err))
		}
		code := run(ctx, args)
		if code != exitFailure {
			os.Remove(file)
		}
		if abandoned(dir) {
			os.RemoveAll(dir)
		}
		return code
	}
}

// sessionFlag returns the value of -session among the flags that clew test gives to clew exec.
func sessionFlag(args []string) string {
	for _, a := range args {
		if dir, ok := strings.CutPrefix(a, "-session="); ok {
			return dir
		}
		if !strings.HasPrefix(a, "-") {
			break // the test binary
		}
	}
	return ""
}

// lost returns the folders of packages whose coordinators did not come to their ends.
func (s *session) lost() []string {
	var folders []string
	for _, file := range s.files("coordinator-*") {
		folder, _ := os.ReadFile(file)
		folders = append(folders, string(folder))
	}
	return folders
}
