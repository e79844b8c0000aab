package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/scripts/internal/lab"
)

// readKnown reads known.txt. The key is "package test go/clew", the value the reason.
func readKnown(l *lab.Lab) (map[string]string, error) {
	file := filepath.Join(l.Root, "scripts", "modules", "known.txt")
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known := make(map[string]string)
	for number, text := range strings.Split(string(content), "\n") {
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		words := strings.Fields(text)
		if len(words) < 4 {
			return nil, fmt.Errorf("%s:%d: want package, test, go/clew and a reason", file, number+1)
		}
		known[strings.Join(words[:3], " ")] = strings.Join(words[3:], " ")
	}
	return known, nil
}
