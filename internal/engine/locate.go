package engine

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/report"
)

// logged is how the testing package begins a line of a test's log.
var logged = regexp.MustCompile(`(?m)^ {4,}(\S.*?\.go):(\d+): `)

// locate fills in where in the source a finding is: at the first access of a race, at the user's innermost call of what ended
// a run, at what the test logged when its own check failed, where the first thread waits. A place that is not there (the
// file is generated, or another module's) stays unknown.
func (e *engine) locate(f *report.Finding, output string) {
	place := ""
	switch {
	case len(f.Accesses) > 0:
		place = f.Accesses[0].Place
	case len(f.Stack) > 0:
		place = placeIn(f.Stack[0])
	case f.Kind == "failure":
		if m := logged.FindStringSubmatch(output); m != nil {
			place = e.where(absolute(e.dir, m[1])) + ":" + m[2]
		}
	case len(f.Threads) > 0 && len(f.Threads[0].Stack) > 0:
		place = placeIn(f.Threads[0].Stack[0])
	}
	colon := strings.LastIndexByte(place, ':')
	if colon < 0 {
		return
	}
	file := place[:colon]
	line, err := strconv.Atoi(place[colon+1:])
	if _, missing := os.Stat(absolute(e.base, filepath.FromSlash(file))); err != nil || missing != nil {
		return
	}
	f.File, f.Line = file, line
}

// placeIn returns the place in a call as "Transfer bank.go:31".
func placeIn(call string) string {
	_, place, _ := strings.Cut(call, " ")
	return place
}
