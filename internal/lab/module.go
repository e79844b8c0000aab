package lab

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Module downloads a module and returns the folder of a copy of it that may be written to.
func (l *Lab) Module(path, version string) (string, error) {
	r, err := Run(l.Dir, nil, "go", "mod", "download", "-json", path+"@"+version)
	if err != nil {
		return "", err
	}
	var module struct{ Dir, Error string }
	if err := json.Unmarshal([]byte(r.Stdout), &module); err != nil || module.Error != "" {
		return "", fmt.Errorf("%s@%s: go mod download: %s%s", path, version, module.Error, r.Stderr)
	}
	dir, err := l.Copy(module.Dir, filepath.FromSlash(path)) // some tests look for the module's name in their path
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(file); os.IsNotExist(err) {
		// Older than modules: the go command makes the same file for it.
		return dir, os.WriteFile(file, []byte("module "+path+"\n"), 0o644)
	}
	return dir, nil
}
