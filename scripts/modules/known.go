package main

import (
	"path/filepath"
	"strings"

	"github.com/goclew/clew/scripts/internal/lab"
)

// readKnown reads known.txt. The key is "package test go/clew", the value the reason.
func readKnown(l *lab.Lab) (map[string]string, error) {
	rows, err := lab.ReadTable(filepath.Join(l.Root, "scripts", "modules", "known.txt"), "package", "test", "go/clew")
	if err != nil {
		return nil, err
	}
	known := make(map[string]string)
	for _, row := range rows {
		known[strings.Join(row.Words, " ")] = row.Text
	}
	return known, nil
}
