package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/scripts/internal/lab"
)

// fetch downloads a module and returns a copy of it that may be written to.
func fetch(l *lab.Lab, m module) (string, error) {
	r, err := lab.Run(l.Dir, nil, "go", "mod", "download", "-json", m.path+"@"+m.version)
	if err != nil {
		return "", err
	}
	var module struct{ Dir, Error string }
	if err := json.Unmarshal([]byte(r.Stdout), &module); err != nil || module.Error != "" {
		return "", fmt.Errorf("go mod download: %s%s", module.Error, r.Stderr)
	}
	dir, err := l.Copy(module.Dir, strings.ReplaceAll(m.path, "/", "_"))
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(file); os.IsNotExist(err) {
		// Older than modules: the go command makes the same file for it.
		return dir, os.WriteFile(file, []byte("module "+m.path+"\n"), 0o644)
	}
	return dir, nil
}
