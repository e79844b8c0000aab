package toolchain

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// cacheFolder returns the absolute path of clew's folder for overlays, private GOROOTs and the like, which
// need not exist: CLEW_CACHE of the environment, else clew in the user's cache folder.
func cacheFolder(env []string) (string, error) {
	if dir := getenv(env, "CLEW_CACHE"); dir != "" {
		if !filepath.IsAbs(dir) {
			return "", usagef("CLEW_CACHE=%s: must be an absolute path", dir)
		}
		return filepath.Clean(dir), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder (%v): name one in CLEW_CACHE", err)
	}
	return filepath.Join(dir, "clew"), nil
}

// cacheError says that the cache folder could not be used, and what to do.
func cacheError(cache string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = fmt.Errorf("%s %s: %w", path.Op, path.Path, path.Err)
	case errors.As(err, &link):
		err = fmt.Errorf("%s %s: %w", link.Op, link.New, link.Err)
	}
	return fmt.Errorf("cannot write to the cache folder %s (%w): make room there, or name another folder in CLEW_CACHE", cache, err)
}

// keep makes sure that the file holds data. It writes only if it has to, and then to a new file
// that takes the old one's place: readers see all of the contents or none, and a file that was
// damaged is mended. Several processes may keep the same file at once.
func keep(file string, data []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}
