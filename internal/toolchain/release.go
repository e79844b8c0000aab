package toolchain

import (
	"regexp"
	"slices"
)

// releases are the Go releases that clew has edits for, oldest first. CI tests each of them.
var releases = []string{"1.25", "1.26", "1.27"}

// Releases returns the supported Go releases, oldest first, as "1.25".
func Releases() []string { return slices.Clone(releases) }

// released finds the release in what a toolchain says of itself. Versions look like go1.26.8, go1.27rc1,
// "go1.26.8 X:nodwarf5", "go1.26.8-custom" or "devel go1.28-abcdef Tue …".
var released = regexp.MustCompile(`\bgo(\d+\.\d+)(?:\D|$)`)

// releaseOf returns the release ("1.26") that a version ("go1.26.8") belongs to, "" if there is none.
func releaseOf(version string) string {
	m := released.FindStringSubmatch(version)
	if m == nil {
		return ""
	}
	return m[1]
}

// Supported reports whether clew has edits for the toolchain's release.
func (g *Go) Supported() bool { return slices.Contains(releases, g.Release) }
