package report

import (
	"fmt"
	"strings"

	"github.com/goclew/clew/internal/explain"
)

// accesses tells both sides of a race: who, what and where, then how it came there and what it held.
func (f *Finding) accesses() []string {
	var heads [][]string
	for i, a := range f.Accesses {
		heads = append(heads, []string{who(a.Thread, a.Function), did(a.Op), a.Place})
		if i == 1 && len(f.Common) == 0 {
			heads[i] = append(heads[i], "no lock in common")
		}
	}
	var lines []string
	for i, head := range columns(heads) {
		a := f.Accesses[i]
		lines = append(lines, head)
		if len(a.Stack) > 1 {
			lines = append(lines, indent(shorten(a.Stack[1:], 8), "  from ")...)
		}
		if a.Started != "" {
			lines = append(lines, "  started at "+a.Started)
		}
		if len(a.Locks) > 0 {
			lines = append(lines, "  holding "+some(a.Locks))
		}
	}
	return lines
}

// cause names the races that led to the finding.
func (f *Finding) cause() string {
	switch len(f.Races) {
	case 0:
		return ""
	case 1:
		return "; the data race on " + f.Races[0] + " leads to it"
	}
	return "; the data races on " + strings.Join(f.Races, ", ") + " lead to it"
}

func who(thread, function string) string {
	return strings.TrimSpace(explain.Label(thread) + " " + function)
}

// columns aligns rows; the last cell of a row may be as long as it likes.
func columns(rows [][]string) []string {
	var width []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	var lines []string
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%-*s  ", width[i], cell)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}
