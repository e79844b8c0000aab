package lab

import (
	"fmt"
	"os"
	"strings"
)

// A Row is a line of a table: words, and after them a text.
type Row struct {
	Words []string
	Text  string
}

// ReadTable reads a table whose lines begin with a word for each of the named columns, and end with a
// reason. Empty lines and those that begin with "#" do not count.
func ReadTable(file string, columns ...string) ([]Row, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for number, line := range strings.Split(string(content), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		if len(words) <= len(columns) {
			return nil, fmt.Errorf("%s:%d: want %s and a reason", file, number+1, strings.Join(columns, ", "))
		}
		rows = append(rows, Row{words[:len(columns)], strings.Join(words[len(columns):], " ")})
	}
	return rows, nil
}

// Concerns reports whether releases, which is "all" or a list like "go1.25,go1.26", names a release like go1.26.8.
func Concerns(releases, release string) bool {
	if releases == "all" {
		return true
	}
	for r := range strings.SplitSeq(releases, ",") {
		if release == r || strings.HasPrefix(release, r+".") {
			return true
		}
	}
	return false
}
