package main

import "github.com/goclew/clew/internal/lab"

// readKnown reads known.txt: for each test that is known to differ in the given Go release, the reason.
func readKnown(file, release string) (map[string]string, error) {
	rows, err := lab.ReadTable(file, "test", "releases")
	if err != nil {
		return nil, err
	}
	known := make(map[string]string)
	for _, row := range rows {
		if test, releases := row.Words[0], row.Words[1]; lab.Concerns(releases, release) {
			known[test] = row.Text
		}
	}
	return known, nil
}
