package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What is committed in dist is what the sources give.
func TestBundleIsUpToDate(t *testing.T) {
	files, err := bundle("../web")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Fatalf("the bundle has %d files, want app.js and app.css", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../web/dist", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("web/dist/%s is not what web/src gives: run `go run ./internal/viewer/bundle` in the module's root, and commit", name)
		}
	}
}
