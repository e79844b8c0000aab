package toolchain

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/detect"
	"github.com/goclew/clew/internal/loopback"
	"github.com/goclew/clew/internal/strategy"
)

// The files below inside/ are compiled into the program under test, each in the
// package that its folder names. A build tag, taken away here, keeps them out of
// clew itself.
//
//go:embed inside
var insideTree embed.FS

const insideTag = "//go:build clewinside"

// insideFiles returns clew's own files for the standard library: those of inside/,
// and the strategies, the race detector and the network in memory, which move into package runtime.
func insideFiles() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(insideTree, "inside", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := insideTree.ReadFile(name)
		if err != nil {
			return err
		}
		body, ok := bytes.CutPrefix(text, []byte(insideTag))
		if !ok {
			return fmt.Errorf("%s does not begin with its build tag", name)
		}
		if more, ok := bytes.CutPrefix(body, []byte(" && ")); ok {
			body = append([]byte("//go:build "), more...)
		}
		files[strings.TrimPrefix(name, "inside/")] = body
		return nil
	})
	if err != nil {
		return nil, err
	}
	for pkg, sources := range map[string]embed.FS{"strategy": strategy.Sources, "detect": detect.Sources, "loopback": loopback.Sources} {
		entries, err := sources.ReadDir(".")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			text, err := sources.ReadFile(e.Name())
			if err != nil {
				return nil, err
			}
			text = bytes.Replace(text, []byte("package "+pkg+"\n"), []byte("package runtime\n"), 1)
			files["runtime/clew_"+pkg+"_"+e.Name()] = text
		}
	}
	return files, nil
}

// addGenerated adds the files that are made from the release's own. It returns what misfit makes of the reason if
// one of these is not what it was.
func addGenerated(files map[string][]byte, src string, misfit func(edit, file string, err error) error) error {
	atomics, err := atomicFiles(src)
	if err != nil {
		return misfit("atomic operations are points", "sync/atomic/doc.go", err)
	}
	for name, text := range atomics {
		files[name] = text
	}
	// The race detector that the compiler's calls and those of package runtime go to is clew's.
	files["runtime/race.go"] = []byte("//go:build race\n\npackage runtime\n\nconst raceenabled = true\n")
	assembly, err := filepath.Glob(filepath.Join(src, "runtime", "race_*.s"))
	if err != nil {
		return err
	}
	for _, name := range assembly {
		files[path.Join("runtime", filepath.Base(name))] = []byte("//go:build ignore\n")
	}
	runtime2, err := os.ReadFile(filepath.Join(src, "runtime", "runtime2.go"))
	if err != nil {
		return misfit("a blocked thread tells its channel", "runtime/runtime2.go", err)
	}
	get := "sg.c"
	if bytes.Contains(runtime2, []byte("type maybeTraceableChan struct")) {
		get = "sg.c.get()"
	}
	testing, err := os.ReadFile(filepath.Join(src, "testing", "testing.go"))
	if err != nil {
		return misfit("a test knows its package", "testing/testing.go", err)
	}
	paths := ""
	if bytes.Contains(testing, []byte("\tmodulePath string\n")) {
		paths = "\n\tc.modulePath, c.importPath = m.deps.ModulePath(), m.deps.ImportPath()\n"
	}
	files["testing/clew_release.go"] = []byte("package testing\n\nfunc clewPaths(c *common, m *M) {" + paths + "}\n")
	files["runtime/clew_sudog.go"] = []byte("package runtime\n\nfunc clewSudogChan(sg *sudog) *hchan { return " + get + " }\n")
	return nil
}
