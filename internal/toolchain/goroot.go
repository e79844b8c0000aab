package toolchain

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Private reports whether the toolchain lies below GOMODCACHE, so that overlays for it need a private
// GOROOT.
func (g *Go) Private() bool {
	return below(g.GOROOT, g.ModCache) || below(resolved(g.GOROOT), resolved(g.ModCache))
}

// privateRoot returns a folder that can stand for the toolchain's GOROOT and lies in the cache folder.
// Its name holds the version, for people, and a hash of the GOROOT it stands for.
func (g *Go) privateRoot(cache string) (string, error) {
	name := fmt.Sprintf("%s-%.8x", releaseName(g.Version), sha256.Sum256([]byte(g.GOROOT)))
	root := filepath.Join(cache, "goroot", name)
	if err := linkAll(root, g.GOROOT); err == nil {
		return root, nil
	} else if canLink(cache) {
		return "", err
	}
	return root, copyAll(root, g.GOROOT)
}

// Twin returns the name by which the go command must know a folder, an absolute path. It takes who works below a GOROOT for
// somebody who changes that one, and builds the packages that are there: they must be those of the private GOROOT.
func (o *Overlay) Twin(dir string) string {
	if o.GOROOT == o.own {
		return dir
	}
	rel, err := filepath.Rel(resolved(o.own), resolved(dir))
	if err != nil || !filepath.IsLocal(rel) {
		return dir
	}
	return filepath.Join(o.GOROOT, rel)
}

// Environ returns env with what a go command that works in dir needs in addition.
func (o *Overlay) Environ(env []string, dir string) []string {
	env = append(env[:len(env):len(env)], o.Env...)
	if twin := o.Twin(dir); twin != dir {
		env = append(env, "PWD="+twin)
	}
	return env
}

// linkAll makes root a folder of symbolic links to the entries of goroot. The go command follows
// links to bin, pkg and src, whose own contents are not touched.
func linkAll(root, goroot string) error {
	entries, err := os.ReadDir(goroot)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(root, 0o777); err != nil {
		return err
	}
	for _, e := range entries {
		if err := keepLink(filepath.Join(root, e.Name()), filepath.Join(goroot, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// keepLink makes sure that link is a symbolic link to target, replacing what is there in one step.
func keepLink(link, target string) error {
	if old, err := os.Readlink(link); err == nil && old == target {
		return nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(link), ".new-*") // a name that no other process, nor thread, has
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tmp := filepath.Join(dir, filepath.Base(link))
	if err := os.Symlink(target, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, link)
}

// canLink reports whether symbolic links can be made in the cache folder. (On Windows they need a
// privilege.) When they can, a failure to link is a failure of the disk, and copying would not help.
func canLink(cache string) bool {
	dir, err := os.MkdirTemp(cache, ".new-*")
	if err != nil {
		return true
	}
	defer os.RemoveAll(dir)
	return os.Symlink("target", filepath.Join(dir, "link")) == nil
}

// copyAll makes root a copy of goroot, unless it is there already. The copy takes its name when it is
// complete.
func copyAll(root, goroot string) error {
	if _, err := os.Stat(filepath.Join(root, "VERSION")); err == nil {
		return nil
	}
	tmp, err := os.MkdirTemp(filepath.Dir(root), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.CopyFS(tmp, os.DirFS(goroot)); err != nil {
		return err
	}
	os.RemoveAll(root) // the start that linkAll made
	if err := os.Rename(tmp, root); err != nil {
		if _, there := os.Stat(filepath.Join(root, "VERSION")); there != nil {
			return err
		} // else another process was faster
	}
	return nil
}

// below reports whether a path is a folder or lies in it.
func below(path, folder string) bool {
	if folder == "" {
		return false
	}
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// resolved returns the path without symbolic links, or as it is when it cannot be followed.
func resolved(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

// releaseName returns a version in a form that suits a folder's name: what comes before a space.
func releaseName(version string) string {
	name, _, _ := strings.Cut(version, " ")
	return strings.ReplaceAll(name, string(filepath.Separator), "-")
}
