package toolchain

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestBelow(t *testing.T) {
	for _, c := range []struct {
		path, folder string
		want         bool
	}{
		{"/go/pkg/mod/golang.org/toolchain", "/go/pkg/mod", true},
		{"/go/pkg/mod", "/go/pkg/mod", true},
		{"/go/pkg/module", "/go/pkg/mod", false},
		{"/usr/local/go", "/go/pkg/mod", false},
		{"/go/pkg/mod/..x", "/go/pkg/mod", true},
		{"/usr/local/go", "", false},
	} {
		if got := below(filepath.FromSlash(c.path), filepath.FromSlash(c.folder)); got != c.want {
			t.Errorf("below(%q, %q) = %v", c.path, c.folder, got)
		}
	}
}

// downloaded returns a toolchain below a GOMODCACHE that consists of two files.
func downloaded(t *testing.T) *Go {
	t.Helper()
	mod := t.TempDir()
	root := filepath.Join(mod, "golang.org", "toolchain")
	for name, text := range map[string]string{"VERSION": "go1.26.0", "src/runtime/proc.go": "package runtime"} {
		if err := keep(filepath.Join(root, filepath.FromSlash(name)), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return &Go{GOROOT: root, ModCache: mod, Version: "go1.26.0"}
}

// check fails the test unless the private GOROOT shows the toolchain's files.
func check(t *testing.T, root string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "src", "runtime", "proc.go"))
	if err != nil || string(data) != "package runtime" {
		t.Errorf("private GOROOT holds %q (%v)", data, err)
	}
}

func TestPrivateRootIsMadeAndMended(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	g, cache := downloaded(t), t.TempDir()
	if !g.Private() {
		t.Fatal("a toolchain below GOMODCACHE is not private")
	}
	root, err := g.privateRoot(cache)
	if err != nil {
		t.Fatal(err)
	}
	check(t, root)
	if below(root, g.ModCache) {
		t.Errorf("%s is below GOMODCACHE", root)
	}
	src := filepath.Join(root, "src")
	if err := os.Remove(src); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/elsewhere", src); err != nil {
		t.Fatal(err)
	}
	again, err := g.privateRoot(cache)
	if err != nil || again != root {
		t.Fatalf("second time: %s (%v), want %s", again, err, root)
	}
	check(t, root)
}

func TestPrivateRootsOfTwoToolchainsDiffer(t *testing.T) {
	cache := t.TempDir()
	a, err1 := downloaded(t).privateRoot(cache)
	b, err2 := downloaded(t).privateRoot(cache)
	if err1 != nil || err2 != nil || a == b {
		t.Errorf("%s and %s (%v, %v)", a, b, err1, err2)
	}
}

func TestCopyAll(t *testing.T) {
	g := downloaded(t)
	root := filepath.Join(t.TempDir(), "root")
	for range 2 { // the second time it is there
		if err := copyAll(root, g.GOROOT); err != nil {
			t.Fatal(err)
		}
		check(t, root)
	}
}

func TestTwinOfAFolderBelowTheToolchain(t *testing.T) {
	private := &Overlay{GOROOT: filepath.FromSlash("/cache/goroot"), own: filepath.FromSlash("/mod/toolchain")}
	public := &Overlay{GOROOT: filepath.FromSlash("/usr/go"), own: filepath.FromSlash("/usr/go")}
	for _, c := range []struct {
		overlay   *Overlay
		dir, want string
	}{
		{private, "/mod/toolchain/src/iter", "/cache/goroot/src/iter"},
		{private, "/mod/toolchain", "/cache/goroot"},
		{private, "/mod/toolchain2/src", "/mod/toolchain2/src"},
		{private, "/home/me/module", "/home/me/module"},
		{public, "/usr/go/src/iter", "/usr/go/src/iter"},
	} {
		dir := filepath.FromSlash(c.dir)
		twin := c.overlay.Twin(dir)
		if twin != filepath.FromSlash(c.want) {
			t.Errorf("the twin of %s is %s, want %s", c.dir, twin, c.want)
		}
		env := c.overlay.Environ([]string{"PWD=" + dir}, dir)
		if got := getenv(env, "PWD"); got != twin {
			t.Errorf("in %s PWD is %s, want %s", c.dir, got, twin)
		}
	}
}
