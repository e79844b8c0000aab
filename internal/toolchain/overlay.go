package toolchain

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// hashFile is the file that tells a test binary which overlay it was built with. The package testing
// has no such file of its own.
const hashFile = "testing/clew_hash.go"

// An Overlay is what the go command needs to build with edited sources of the standard library.
type Overlay struct {
	Hash    string   // names the contents: 16 hex digits
	JSON    string   // path of the file for -overlay
	GoBin   string   // the go command to run
	Env     []string // key=value, to be added to its environment
	GOROOT  string   // the one it will use: the toolchain's own, or the private one
	GOFLAGS string   // the user's; TestArgs looks for what has to be merged
	Cache   string   // clew's cache folder
	own     string   // the toolchain's own GOROOT
	folder  string   // in the cache, if JSON is not there
}

// Overlay edits the toolchain's sources and makes sure that the result is in the cache folder.
// Errors are *EditError if an edit finds no place in the sources, or say why the cache folder
// cannot be used.
func (g *Go) Overlay() (*Overlay, error) {
	cache, err := cacheFolder(g.env)
	if err != nil {
		return nil, err
	}
	files, err := editedFiles(filepath.Join(g.GOROOT, "src"), g.Release)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return nil, cacheError(cache, err)
	}
	o := &Overlay{GoBin: g.Bin, GOROOT: g.GOROOT, GOFLAGS: g.GOFLAGS, Cache: cache, own: g.GOROOT}
	if g.Private() {
		if o.GOROOT, err = g.privateRoot(cache); err != nil {
			return nil, cacheError(cache, err)
		}
		o.GoBin = filepath.Join(o.GOROOT, "bin", "go")
		o.Env = []string{"GOROOT=" + o.GOROOT, "GOTOOLCHAIN=local"}
	}
	o.Hash = hashOf(files, g.Version, g.GOROOT)
	files[hashFile] = fmt.Appendf(nil, "package testing\n\nconst clewOverlayHash = %q\n", o.Hash)
	dir := filepath.Join(cache, "overlay", o.Hash)
	if o.JSON, err = write(dir, o.GOROOT, files); err != nil {
		return nil, cacheError(cache, err)
	}
	if err := keep(o.profile(), insideProfile); err != nil {
		return nil, cacheError(cache, err)
	}
	return o, nil
}

// write puts the files into dir, with a list of which file of goroot each replaces, and returns the
// path of the list.
func write(dir, goroot string, files map[string][]byte) (list string, err error) {
	replace := make(map[string]string, len(files))
	for name, data := range files {
		file := filepath.Join(dir, "src", filepath.FromSlash(name))
		if err := keep(file, data); err != nil {
			return "", err
		}
		replace[filepath.Join(goroot, "src", filepath.FromSlash(name))] = file
	}
	data, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return "", err
	}
	list = filepath.Join(dir, "overlay.json")
	return list, keep(list, data)
}

// hashOf returns the name of an overlay: 16 hex digits that depend on all that it is made of.
func hashOf(files map[string][]byte, version, goroot string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", version, goroot)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %d\n", name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Folder returns the overlay's folder in the cache.
func (o *Overlay) Folder() string { return cmp.Or(o.folder, filepath.Dir(o.JSON)) }
