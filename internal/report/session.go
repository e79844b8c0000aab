package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Save writes the result into the session's folder, whole or not at all.
func (p *Package) Save(session string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(session, ".result-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return err
	}
	return os.Rename(f.Name(), filepath.Join(session, url.PathEscape(p.Package)+".json"))
}

// ReadSession reads the results in a session's folder, in the order of their import paths.
func ReadSession(session string) ([]*Package, error) {
	files, err := filepath.Glob(filepath.Join(session, "*.json"))
	if err != nil {
		return nil, err
	}
	var packages []*Package
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		p := new(Package)
		if err := json.Unmarshal(data, p); err != nil {
			return nil, fmt.Errorf("result %s: %w", file, err)
		}
		packages = append(packages, p)
	}
	slices.SortFunc(packages, func(a, b *Package) int { return strings.Compare(a.Package, b.Package) })
	return packages, nil
}

// A Report is the result of a whole clew test.
type Report struct {
	Version int    `json:"version"`
	Go      string `json:"go"`
	Tests   []Test `json:"tests"`

	Failed      bool     `json:"-"`
	Interrupted bool     `json:"-"`
	Packages    int      `json:"-"` // packages that have a result
	Broken      []string `json:"-"`
	Errors      []string `json:"-"`
}

// Merge joins the results of packages.
func Merge(packages []*Package) *Report {
	r := &Report{Version: Version, Tests: []Test{}, Packages: len(packages)}
	for _, p := range packages {
		if r.Go == "" {
			r.Go = p.Go
		}
		r.Tests = append(r.Tests, p.Tests...)
		r.Failed = r.Failed || p.Failed
		r.Interrupted = r.Interrupted || p.Interrupted
		r.Broken = append(r.Broken, p.Broken...)
		if p.Error != "" {
			r.Errors = append(r.Errors, p.Error)
		}
	}
	return r
}

// ExitCode returns what the results mean: 3 if clew failed, 1 for a finding or a failing test, 2 for broken schedules,
// else 0.
func (r *Report) ExitCode() int {
	switch {
	case len(r.Errors) > 0:
		return 3
	case r.Failed:
		return 1
	case len(r.Broken) > 0:
		return 2
	}
	return 0
}

// ExitCode is that of a report of this package alone.
func (p *Package) ExitCode() int { return Merge([]*Package{p}).ExitCode() }

// WriteJSON writes the report in its JSON form.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
