package source

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostBytes bounds the size of a package of the standard library that is read for its types.
const mostBytes = 400 << 10

// A Finder finds variables. It keeps what it has read.
type Finder struct {
	build build.Context
	fset  *token.FileSet
	sizes types.Sizes
	read  map[string]*pkg           // by folder and package name
	kept  map[string]*types.Package // imported, by folder; nil while it is read, and if it cannot be
}

// NewFinder returns a Finder for the program's platform.
func NewFinder() *Finder {
	b := build.Default
	b.BuildTags = append(b.BuildTags[:len(b.BuildTags):len(b.BuildTags)], "race")
	sizes := types.SizesFor("gc", b.GOARCH)
	if sizes == nil {
		sizes = types.SizesFor("gc", "amd64")
	}
	return &Finder{build: b, fset: token.NewFileSet(), sizes: sizes, read: map[string]*pkg{}, kept: map[string]*types.Package{}}
}

// pkg is a package whose types are known as far as possible.
type pkg struct {
	fset   *token.FileSet
	sizes  types.Sizes
	files  map[string]*ast.File // by base name
	info   *types.Info
	shared map[types.Object]bool // local variables that other threads may know; see shared
}

// load reads the package that a file belongs to; nil if it cannot be read.
func (f *Finder) load(file string) *pkg {
	dir := filepath.Dir(file)
	head, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
	if err != nil {
		return nil
	}
	id := dir + " " + head.Name.Name
	if p := f.read[id]; p != nil {
		return p
	}
	p := &pkg{fset: f.fset, sizes: f.sizes, files: f.parse(dir, head.Name.Name, true), info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	f.check(dir, p.files, p.info, false)
	p.shared = p.findShared()
	f.read[id] = p
	return p
}

// parse reads the files of a folder that are built, by base name. Those of another package than name (test files may be) are left out;
// an empty name stands for that of the first file.
func (f *Finder) parse(dir, name string, tests bool) map[string]*ast.File {
	files := map[string]*ast.File{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || !tests && strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if ok, err := f.build.MatchFile(dir, e.Name()); !ok || err != nil {
			continue
		}
		file, _ := parser.ParseFile(f.fset, filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
		if file == nil || file.Name == nil || name != "" && file.Name.Name != name {
			continue
		}
		name = file.Name.Name
		files[e.Name()] = file
	}
	return files
}

// check checks types as far as they can be known; what is wrong with the program does not matter here.
func (f *Finder) check(dir string, files map[string]*ast.File, info *types.Info, outline bool) *types.Package {
	var list []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list = append(list, files[name])
	}
	config := types.Config{Importer: &importer{f, dir}, Error: func(error) {}, Sizes: f.sizes, FakeImportC: true,
		IgnoreFuncBodies: outline}
	p, _ := config.Check(dir, f.fset, list, info)
	return p
}

// lockParts are what locks consist of: without them the sizes of structs with locks would not be known.
var lockParts = []string{"sync", "sync/atomic", "internal/sync"}

// An importer reads the packages that those in a folder import: those of the same module, and the smaller ones of the standard
// library. What these import is left out, but for lockParts. The checker goes on without the others.
type importer struct {
	f   *Finder
	dir string
}

var errUnknown = errors.New("not read")

// Import implements [types.Importer].
func (i *importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if i.f.standard(i.dir) && !slices.Contains(lockParts, path) {
		return nil, errUnknown
	}
	dir := i.folder(path)
	p, known := i.f.kept[dir]
	if !known && dir != "" {
		i.f.kept[dir] = nil
		if files := i.f.parse(dir, "", false); len(files) > 0 {
			p = i.f.check(dir, files, nil, true)
		}
		i.f.kept[dir] = p
	}
	if p == nil {
		return nil, errUnknown
	}
	return p, nil
}

// folder returns where the package of an import path lies; empty if that is not known or it is too large.
func (i *importer) folder(path string) string {
	if dir := filepath.Join(i.f.build.GOROOT, "src", path); i.f.build.GOROOT != "" && isFolder(dir) {
		if size(dir) > mostBytes {
			return ""
		}
		return dir
	}
	root, module := moduleOf(i.dir)
	if rest, ok := strings.CutPrefix(path, module); ok && module != "" && (rest == "" || rest[0] == '/') {
		return filepath.Join(root, rest)
	}
	return ""
}

// standard reports whether a folder is one of the standard library.
func (f *Finder) standard(dir string) bool {
	return f.build.GOROOT != "" && strings.HasPrefix(dir, filepath.Join(f.build.GOROOT, "src")+string(filepath.Separator))
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// size is how long a folder's Go files are together, without tests.
func size(dir string) (n int64) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			n += info.Size()
		}
	}
	return n
}

// moduleOf returns the folder and the path of the module that a folder belongs to; empty if there is none.
func moduleOf(dir string) (root, path string) {
	for ; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, modulePath(string(data))
		}
		if dir == filepath.Dir(dir) {
			return "", ""
		}
	}
}

func modulePath(gomod string) string {
	for line := range strings.Lines(gomod) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			path, _, _ = strings.Cut(path, "//")
			return strings.Trim(strings.TrimSpace(path), `"`)
		}
	}
	return ""
}
