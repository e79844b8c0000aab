package engine

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/goclew/clew/internal/schedule"
)

// Where schedules are kept: beside the package's tests. If that folder is not the user's to change (it belongs to Go
// itself or to the module cache) or cannot be written to, the package's refuge takes its place, in a folder of clew's own.
// Saved schedules are looked for in both.

// foreign reports whether the package's folder is not the user's to change.
func (e *engine) foreign() bool {
	dir := resolved(e.dir)
	return slices.ContainsFunc(filepath.SplitList(e.options.Foreign), func(folder string) bool {
		return within(dir, resolved(folder))
	})
}

// refuges is the folder that holds the refuges of all packages.
func (e *engine) refuges() string {
	if e.options.Refuges == "" {
		return filepath.Join(os.TempDir(), "clew-schedules")
	}
	return e.options.Refuges
}

// savedFor returns the paths of the schedules that are kept for a test.
func (e *engine) savedFor(test string) ([]string, error) {
	beside, err := schedule.List(e.dir, test)
	refugees, err2 := schedule.List(schedule.Refuge(e.refuges(), e.dir), test)
	return append(beside, refugees...), errors.Join(err, err2)
}

// save keeps the schedule, and returns the path; empty if it cannot be kept anywhere.
func (c *confirmation) save(s *schedule.Schedule) string {
	e := c.e
	beside := schedule.Dir(e.dir, c.found.test.Name)
	var besideErr error
	if !e.foreign() {
		path, err := s.Save(beside)
		if err == nil {
			e.leaveRefuge(path)
			return path
		}
		besideErr = err
	}
	path, err := s.SaveInRefuge(e.refuges(), e.dir)
	switch {
	case err != nil && besideErr == nil:
		c.note("save", "cannot save the schedule: %v", err)
		return ""
	case err != nil:
		c.note("save", "cannot save the schedule in %s: %v; nor %v", e.relative(beside), bare(besideErr), err)
		return ""
	case besideErr != nil:
		c.note("save", "cannot save the schedule in %s: %v; it is in %s", e.relative(beside), bare(besideErr), path)
	}
	return path
}

// leaveRefuge removes the schedule from the refuge now that it was saved in path: it was tried twice otherwise.
func (e *engine) leaveRefuge(path string) {
	test, hash := filepath.Base(filepath.Dir(path)), filepath.Base(path)
	os.Remove(filepath.Join(schedule.Dir(schedule.Refuge(e.refuges(), e.dir), test), hash))
}

// bare takes the path from an error that is told beside it.
func bare(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// resolved returns the path without symbolic links, or as it is when it cannot be followed.
func resolved(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

// discard removes the schedule that was saved, and the folders that were made for it: it does not lead to the finding.
func (c *confirmation) discard() {
	if c.kept == "" {
		return
	}
	os.Remove(c.kept)
	for dir, n := filepath.Dir(c.kept), 0; n < 3 && os.Remove(dir) == nil; n++ { // as long as they are empty
		dir = filepath.Dir(dir)
	}
	c.kept, c.finding.Schedule = "", ""
}
