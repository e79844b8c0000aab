package schedule

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Schedules are kept beside the tests they are for. Where that cannot be, as the package's folder is not the user's
// or cannot be written to, another one takes its place: the package's refuge. It is laid out as the package's own,
// and a file in it names the package's folder.

const folderFile = "clew-package-folder"

// Refuge returns the folder below root that takes the place of a package's own.
func Refuge(root, pkgDir string) string {
	return filepath.Join(root, fmt.Sprintf("%s-%.4x", filepath.Base(pkgDir), sha256.Sum256([]byte(pkgDir))))
}

// SaveInRefuge saves the schedule in the package's refuge below root, and returns the path.
func (s *Schedule) SaveInRefuge(root, pkgDir string) (path string, err error) {
	refuge := Refuge(root, pkgDir)
	if err := os.MkdirAll(refuge, 0o777); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(refuge, folderFile), []byte(pkgDir+"\n"), 0o666); err != nil {
		return "", err
	}
	return s.Save(Dir(refuge, s.Test))
}

// Home returns the folder of the package that a schedule file belongs to, by where the file lies: in testdata/clew/TEST
// of the package, or of its refuge.
func Home(file string) (pkgDir string, ok bool) {
	saved := filepath.Dir(filepath.Dir(file))
	pkgDir = filepath.Dir(filepath.Dir(saved))
	if filepath.Join(pkgDir, "testdata", "clew") != saved {
		return "", false
	}
	if named, err := os.ReadFile(filepath.Join(pkgDir, folderFile)); err == nil && filepath.IsAbs(string(named)) {
		pkgDir = strings.TrimSuffix(string(named), "\n")
	}
	return pkgDir, true
}
