package viewer

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/trace"
)

// A source file of more bytes than this is not shown.
const longestSource = 4 << 20

// sources are the source files that may be shown: those that a trace names, below the folders it belongs to.
type sources struct {
	named map[string]bool
	roots []string // without symbolic links
}

var (
	errNotNamed = errors.New("the trace does not name this file")
	errNotHere  = errors.New("this file is not at hand")
	errOutside  = errors.New("this file is no Go source below the module's root or GOROOT")
)

// newSources finds out what may be shown. The module's root is what the trace says, if a module is there.
func newSources(t *trace.Trace, goroot string) *sources {
	s := &sources{named: map[string]bool{}}
	for _, file := range t.Files() {
		s.named[file] = true
	}
	if root := t.About.Root; root != "" && isFile(filepath.Join(root, "go.mod")) {
		s.addRoot(root)
	}
	if goroot != "" {
		s.addRoot(filepath.Join(goroot, "src"))
	}
	return s
}

func (s *sources) addRoot(folder string) {
	if real, err := filepath.EvalSymlinks(folder); err == nil && filepath.IsAbs(real) {
		s.roots = append(s.roots, real)
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// names are those that can be read, in order.
func (s *sources) names() []string {
	names := []string{}
	for name := range s.named {
		if _, err := s.find(name); err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// find returns where a file really lies, if it may be shown.
func (s *sources) find(name string) (string, error) {
	if !s.named[name] {
		return "", errNotNamed
	}
	if !filepath.IsAbs(name) || !isGo(name) {
		return "", errOutside
	}
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", errNotHere
	}
	if !isGo(real) || !slices.ContainsFunc(s.roots, func(root string) bool { return within(root, real) }) {
		return "", errOutside
	}
	if info, err := os.Stat(real); err != nil || !info.Mode().IsRegular() || info.Size() > longestSource {
		return "", errNotHere
	}
	return real, nil
}

// read returns a file's text, if it may be shown.
func (s *sources) read(name string) ([]byte, error) {
	real, err := s.find(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(real)
	if err != nil {
		return nil, errNotHere
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, longestSource))
}

// isGo reports whether a file is a source of Go's, assembly included.
func isGo(name string) bool { return strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s") }

// within reports whether a file lies below a folder; both are without symbolic links.
func within(folder, file string) bool {
	rel, err := filepath.Rel(folder, file)
	return err == nil && filepath.IsLocal(rel)
}
