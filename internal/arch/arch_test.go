// Package arch checks the project's architecture: which package may import which.
//
// The rooms of the house are layers, listed in [layers] from the top down; imports run downwards only, and
// each one that is allowed has a sentence that says what for ([edges]). ARCHITECTURE.md draws the same
// picture. To add an import, add its sentence; if no sentence comes to mind, it is the wrong import.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/goclew/clew/"

// layers are the packages from the top down. Those in one string, separated by spaces, are beside each other.
var layers = []string{
	"cmd/clew",
	"internal/cli",
	"internal/engine internal/viewer",
	"internal/report",
	"internal/explain",
	"internal/schedule internal/trace internal/source internal/toolchain",
	"internal/strategy internal/detect internal/loopback",
	".", // the public package, which tests import
}

// edges are the imports that are allowed, and what for. Test files may import what they like.
var edges = map[string]map[string]string{
	"cmd/clew": {
		"internal/cli": "the program is nothing but its command line",
	},
	"internal/cli": {
		"internal/engine":    "clew exec and clew replay run the coordinator; clew test takes its options",
		"internal/explain":   "clew replay tells the story of one run",
		"internal/report":    "clew test merges the results of packages, and sums up",
		"internal/schedule":  "clew replay reads a schedule file",
		"internal/trace":     "clew replay prints the steps of a run",
		"internal/toolchain": "commands that run tests find Go and edit its sources first",
		"internal/viewer":    "clew view shows a trace",
	},
	"internal/engine": {
		"internal/explain":  "a finding is explained from the trace of its replay",
		"internal/report":   "what the coordinator found is a report's package",
		"internal/schedule": "a finding's schedule is saved, and saved ones are tried first",
		"internal/source":   "the variable of a race is looked up in the program's source",
		"internal/trace":    "a replay's step log is read back as a trace",
	},
	"internal/viewer": {
		"internal/trace": "the page shows a trace, and the sources that it names",
	},
	"internal/report": {
		"internal/explain": "a finding shows the threads of its explanation",
	},
	"internal/explain": {
		"internal/trace": "a story is made from a trace",
	},
	"internal/toolchain": {
		"internal/strategy": "the strategies' own files are compiled into the program under test",
		"internal/detect":   "so are the race detector's",
		"internal/loopback": "so are those of the network in memory",
	},
}

// neutral are the packages that know nothing of Go's runtime, so that front ends for other languages can
// use them.
var neutral = []string{"internal/report", "internal/explain", "internal/schedule", "internal/trace", "internal/strategy", "internal/detect", "internal/loopback", "internal/viewer"}

// outhouses are folders whose programs stand beside the house: they may use it, it never uses them.
var outhouses = []string{"internal/arch", "internal/lab", "internal/viewer/bundle", "scripts", "bench", "examples"}

// inside is compiled into the standard library, so it can import nothing else.
const inside = "internal/toolchain/inside"

func TestImportsRunDownwards(t *testing.T) {
	for from, allowed := range edges {
		for to, why := range allowed {
			if layer(from) < 0 || layer(to) < 0 || layer(from) >= layer(to) {
				t.Errorf("%s -> %s (%s) does not run downwards", from, to, why)
			}
		}
	}
	for from, imports := range projectImports(t) {
		if below(from, inside) || slices.ContainsFunc(outhouses, func(o string) bool { return below(from, o) }) {
			continue
		}
		if layer(from) < 0 {
			t.Errorf("%s has no layer: where does it belong?", from)
		}
		for _, to := range imports {
			to, ours := strings.CutPrefix(to, module)
			if ours && edges[from][to] == "" {
				t.Errorf("%s imports %s, and no sentence says what for", from, to)
			}
		}
	}
}

func TestNeutralPackagesKnowNothingOfGosRuntime(t *testing.T) {
	imports := projectImports(t)
	for _, from := range neutral {
		for _, to := range imports[from] {
			if to == "runtime" || strings.HasPrefix(to, "runtime/") || to == "testing" || to == module+"internal/toolchain" {
				t.Errorf("%s imports %s: it must know nothing of Go's runtime", from, to)
			}
		}
	}
}

func TestWhatIsCompiledInsideImportsTheStandardLibraryOnly(t *testing.T) {
	for from, imports := range projectImports(t) {
		if !below(from, inside) && from != "internal/strategy" {
			continue
		}
		for _, to := range imports {
			if first, _, _ := strings.Cut(to, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s, which the standard library cannot", from, to)
			}
		}
	}
}

// below reports whether a package lies in a folder.
func below(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// layer returns how far down a package is, -1 if it is in no layer.
func layer(pkg string) int {
	return slices.IndexFunc(layers, func(l string) bool { return slices.Contains(strings.Fields(l), pkg) })
}

// projectImports returns what the project's packages import, test files left aside: folder, as a slash path
// below the module's root, to import paths.
func projectImports(t *testing.T) map[string][]string {
	t.Helper()
	const root = "../.."
	imports := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(root, file, d.Name())
		case !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		folder := path.Dir(filepath.ToSlash(rel))
		for _, spec := range parsed.Imports {
			to, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
			imports[folder] = append(imports[folder], to)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(imports["internal/cli"]) == 0 {
		t.Fatal("no imports found: the test does not see the project")
	}
	return imports
}

// enter returns fs.SkipDir for folders that do not belong to the module: hidden ones, test data, and other
// modules.
func enter(root, folder, name string) error {
	if folder == root {
		return nil
	}
	if strings.HasPrefix(name, ".") || name == "testdata" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
