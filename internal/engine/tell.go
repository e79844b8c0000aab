package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// where shortens a path for people: relative to the working directory, if that is known, for what is in the user's
// module; without the folder of the module cache or of Go for what is there.
func (e *engine) where(file string) string { return shortPath(file, e.base, e.module) }

// inPackage shortens a path for schedule files, which must be the same on every machine.
func (e *engine) inPackage(file string) string { return shortPath(file, e.dir, e.module) }

func shortPath(file, base, module string) string {
	if base != "" && within(file, base) || module != "" && within(file, module) {
		short, err := filepath.Rel(base, file)
		if err != nil {
			short = file
		}
		return filepath.ToSlash(short)
	}
	file = filepath.ToSlash(file)
	for _, mark := range []string{"/pkg/mod/", "/src/"} {
		if _, rest, found := strings.Cut(file, mark); found && !strings.HasPrefix(rest, "/") {
			return rest
		}
	}
	return file
}

// within reports whether a file is in a folder or below.
func within(file, folder string) bool {
	return strings.HasPrefix(file, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// relative shortens the path of a file that the user is to name in a command: it stays a path from the working directory.
func (e *engine) relative(path string) string {
	if short, err := filepath.Rel(e.base, path); err == nil && (within(path, e.base) || within(path, e.dir)) {
		return short
	}
	return path
}

// moduleRoot returns the folder of the go.mod that dir belongs to, empty if there is none.
func moduleRoot(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// say prints a line in clew's own name.
func (e *engine) say(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	fmt.Fprintf(e.stderr, "clew: %s\n", oneLine(fmt.Sprintf(format, args...)))
}

// broken tells of input in testdata/clew that is none: once, and in the exit code.
func (e *engine) broken(reason string) {
	reason = e.shortenPaths(reason)
	e.mu.Lock()
	known := slices.Contains(e.result.Broken, reason)
	if !known {
		e.result.Broken = append(e.result.Broken, reason)
	}
	e.mu.Unlock()
	if !known {
		e.say("%s", reason)
	}
}

// shortenPaths makes the paths of saved schedules in an error relative.
func (e *engine) shortenPaths(text string) string {
	saved := filepath.Join(e.dir, "testdata", "clew")
	return strings.ReplaceAll(text, saved, e.relative(saved))
}

// oneLine joins the lines of a text.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// A progressFile says, in one line, how far the coordinator is: package, test, schedules so far. clew test
// shows it on a terminal.
type progressFile struct {
	path string // empty for none
	pkg  string
	mu   sync.Mutex
	last time.Time
}

const progressEvery = 200 * time.Millisecond

func newProgressFile(session, pkg string) *progressFile {
	p := &progressFile{pkg: pkg}
	if session != "" {
		p.path = filepath.Join(session, fmt.Sprintf("progress-%d", os.Getpid()))
	}
	return p
}

// show replaces the line, unless that was done just now. Progress that cannot be shown is no failure.
func (p *progressFile) show(test string, schedules int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.path == "" || time.Since(p.last) < progressEvery {
		return
	}
	p.last = time.Now()
	os.WriteFile(p.path, fmt.Appendf(nil, "%s %s %d\n", p.pkg, test, schedules), 0o600)
}

// shown returns how many coordinators of the session show their progress: they are at work.
func (p *progressFile) shown() int {
	if p.path == "" {
		return 0
	}
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(p.path), "progress-*")) // the pattern is ours: no error
	return len(files)
}

// remove takes the file away.
func (p *progressFile) remove() {
	if p.path != "" {
		os.Remove(p.path)
	}
}
