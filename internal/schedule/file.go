package schedule

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Load reads the schedule file at path. What is wrong with a file that is not a schedule is a
// *SyntaxError below the returned error.
func Load(path string) (*Schedule, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := Parse(f)
	if err != nil {
		return nil, fmt.Errorf("schedule %s: %w", path, err)
	}
	return s, nil
}

// Save writes the schedule to dir, which is made if need be, under the name Hash gives it, and returns the
// path. The file appears whole or not at all. A file that is there already is left as it is.
func (s *Schedule) Save(dir string) (path string, err error) {
	path = filepath.Join(dir, s.Hash())
	if old, err := Load(path); err == nil && old.Finding == s.Finding {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return path, s.replace(path)
}

// replace writes the schedule beside path and renames it to path.
func (s *Schedule) replace(path string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".clew-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = s.WriteTo(f)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Dir returns where the schedules of a test are kept below its package's folder. In a subtest's or
// fuzz test's name, what cannot stand in a file name is replaced.
func Dir(pkgDir, test string) string {
	return filepath.Join(pkgDir, "testdata", "clew", strings.Map(fileRune, test))
}

func fileRune(r rune) rune {
	if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
		return '_'
	}
	return r
}

// List returns the paths of the schedules saved for a test, in the order of their names; none if the folder does
// not exist.
func List(pkgDir, test string) ([]string, error) {
	dir := Dir(pkgDir, test)
	if info, err := os.Stat(filepath.Join(pkgDir, "testdata")); err == nil && !info.IsDir() {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, err
}
