package toolchain

import (
	"fmt"
	"strings"
)

// A UsageError is a mistake in how clew was called, or in what surrounds it; the user can mend it.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// Usage marks the error as the user's to mend: exit code 2.
func (e *UsageError) Usage() {}

func usagef(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// An UnsupportedError says that the toolchain which the go command chose is of a release that clew
// has no edits for.
type UnsupportedError struct {
	Version string // as the toolchain says it: go1.24.3
	GOROOT  string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s in %s is not supported: clew works with Go %s (GOTOOLCHAIN=go%s.0 chooses one)",
		e.Version, e.GOROOT, releaseList(), releases[len(releases)-1])
}

// releaseList returns the supported releases as they are said in a sentence: "1.25, 1.26 and 1.27".
func releaseList() string {
	last := len(releases) - 1
	return strings.Join(releases[:last], ", ") + " and " + releases[last]
}
