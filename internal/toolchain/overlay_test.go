package toolchain

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// overlayIn makes the overlay of the host's toolchain with a cache folder.
func overlayIn(t *testing.T, cache string) (*Overlay, error) {
	t.Helper()
	g, err := Find(t.TempDir(), append(os.Environ(), "CLEW_CACHE="+cache))
	if err != nil {
		t.Fatal(err)
	}
	return g.Overlay()
}

// snapshot returns the contents of all files below a folder.
func snapshot(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestOverlayNamesItselfAndReplacesFilesOfGOROOT(t *testing.T) {
	cache := t.TempDir()
	o, err := overlayIn(t, cache)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(o.JSON)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	for from, to := range list.Replace {
		if !below(from, filepath.Join(o.GOROOT, "src")) {
			t.Errorf("replaces %s, which is not below GOROOT/src", from)
		}
		if !below(to, cache) || !strings.Contains(to, o.Hash) {
			t.Errorf("%s is not in the cache folder, or has no hash in its path", to)
		}
	}
	named, err := os.ReadFile(list.Replace[filepath.Join(o.GOROOT, "src", "testing", "clew_hash.go")])
	if err != nil || !strings.Contains(string(named), `const clewOverlayHash = "`+o.Hash+`"`) {
		t.Errorf("the hash file says %q (%v)", named, err)
	}
}

func TestOverlayIsMendedWhenDamaged(t *testing.T) {
	cache := t.TempDir()
	o, err := overlayIn(t, cache)
	if err != nil {
		t.Fatal(err)
	}
	whole := snapshot(t, cache)
	for file := range whole {
		if err := os.WriteFile(file, []byte("cut sh"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	again, err := overlayIn(t, cache)
	if err != nil || again.Hash != o.Hash {
		t.Fatalf("second time: %+v (%v), want hash %s", again, err, o.Hash)
	}
	for file, text := range snapshot(t, cache) {
		if text != whole[file] {
			t.Errorf("%s holds %.40q, want %.40q", file, text, whole[file])
		}
	}
}

func TestManyProcessesMayMakeTheOverlayAtOnce(t *testing.T) {
	cache := t.TempDir()
	g, err := Find(t.TempDir(), append(os.Environ(), "CLEW_CACHE="+cache))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := g.Overlay(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for file := range snapshot(t, cache) {
		if strings.HasPrefix(filepath.Base(file), ".new-") {
			t.Errorf("%s was left behind", file)
		}
	}
}

func TestOverlaySaysThatTheCacheFolderCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(file, "cache")
	_, err := overlayIn(t, cache)
	if err == nil || !strings.Contains(err.Error(), "cannot write to the cache folder "+cache) ||
		!strings.Contains(err.Error(), "CLEW_CACHE") {
		t.Errorf("got %v", err)
	}
	if errors.As(err, new(*UsageError)) {
		t.Errorf("a cache folder that cannot be used is the user's mistake: %v", err)
	}
}

func TestCacheFolderMustBeAbsolute(t *testing.T) {
	_, err := cacheFolder([]string{"CLEW_CACHE=here"})
	if !errors.As(err, new(*UsageError)) {
		t.Errorf("got %v, want a *UsageError", err)
	}
}

func TestHashDependsOnEverything(t *testing.T) {
	files := map[string][]byte{"a": []byte("1"), "b": []byte("2")}
	base := hashOf(files, "go1.26.0", "/go")
	others := map[string]string{
		"another version":  hashOf(files, "go1.26.1", "/go"),
		"another GOROOT":   hashOf(files, "go1.26.0", "/go2"),
		"other contents":   hashOf(map[string][]byte{"a": []byte("1"), "b": []byte("3")}, "go1.26.0", "/go"),
		"another name":     hashOf(map[string][]byte{"a": []byte("1"), "c": []byte("2")}, "go1.26.0", "/go"),
		"contents swapped": hashOf(map[string][]byte{"a": []byte("2"), "b": []byte("1")}, "go1.26.0", "/go"),
	}
	for what, hash := range others {
		if hash == base || len(hash) != 16 {
			t.Errorf("%s: hash %s, was %s", what, hash, base)
		}
	}
}

// The go command refuses an overlay for a toolchain that it downloaded; the private GOROOT is what
// makes it accept one.
func TestGoCommandAcceptsThePrivateGOROOT(t *testing.T) {
	cache := t.TempDir()
	env := append(os.Environ(), "CLEW_CACHE="+cache, "GOPROXY=off", "GOTOOLCHAIN=go1.27.3")
	g, err := Find(t.TempDir(), env)
	if err != nil || !g.Private() {
		t.Skipf("go1.27.3 is not downloaded: %v", err)
	}
	o, err := g.Overlay()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(o.GoBin, "list", "-overlay="+o.JSON, "-tags=race", "-f", "{{.Dir}} {{.GoFiles}}", "testing")
	cmd.Env, cmd.Dir = append(env, o.Env...), t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), filepath.Join(cache, "goroot")) || !strings.Contains(string(out), "clew_hash.go") {
		t.Errorf("go list says %s (%v)", out, err)
	}
}
