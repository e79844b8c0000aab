package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goclew/clew/internal/explain"
)

// past says operations as what a thread did. Those that are not here go by their own names.
var past = map[string]string{
	"read": "read", "write": "wrote", "atomic-read": "read atomically", "atomic-write": "wrote atomically",
	"load": "loaded", "store": "stored", "swap": "swapped", "add": "added to", "and": "and-ed", "or": "or-ed", "cas": "compared and swapped",
	"lock": "locked", "rlock": "read-locked", "unlock": "unlocked", "runlock": "read-unlocked", "trylock": "tried to lock", "tryrlock": "tried to read-lock",
	"send": "sends on", "receive": "receives from", "close": "closed", "select": "selects", "wait": "waits for", "wake": "went on", "done": "done with",
	"signal": "signalled", "broadcast": "signalled all on", "go": "started a thread", "do": "did", "yield": "yielded", "sleep": "slept",
}

func did(op string) string {
	if word := past[op]; word != "" {
		return word
	}
	return op
}

// story tells the steps that matter, but for locks that are told where they are held, and for a last one that is told as what a thread waits for.
func (f *Finding) story() []string {
	var rows [][]string
	var before []int // steps that are left out before a row
	left := 0
	for i, l := range f.Story {
		left += l.LeftOut
		if f.tellsHold(l) || i == len(f.Story)-1 && f.tellsWait(l) {
			left++
			continue
		}
		what := l.Object
		if l.Value != "" {
			what += " = " + l.Value
		}
		rows = append(rows, []string{who(l.Thread, l.Function), did(l.Op), what, l.Place, l.Comment})
		before = append(before, left)
		left = 0
	}
	var lines []string
	for i, row := range columns(rows) {
		if n := before[i]; n > 0 && i > 0 {
			lines = append(lines, fmt.Sprintf("… %s", count(n, "step")))
		}
		lines = append(lines, row)
	}
	return lines
}

// Sentences tells the story in words: what kind of bug it is and its cure, about no step in particular (0), and what each step that
// matters did.
func (f *Finding) Sentences(tell func(step int, text string)) {
	if f.Class != "" {
		tell(0, f.Class+": "+f.Says)
	}
	for _, l := range f.Story {
		text := strings.TrimSpace(who(l.Thread, l.Function) + " " + did(l.Op) + " " + l.Object)
		if l.Value != "" {
			text += " = " + l.Value
		}
		if l.Comment != "" {
			text += ": " + l.Comment
		}
		tell(l.Step, text)
	}
	if f.Cure != "" {
		tell(0, "cure: "+f.Cure)
	}
}

// tellsWait reports whether a line is what a thread still does at the end.
func (f *Finding) tellsWait(l explain.Line) bool {
	for _, t := range f.Threads {
		if t.Name == l.Thread && t.WaitsFor != "" && len(t.Stack) > 0 && l.Place != "" {
			return slices.ContainsFunc(t.Stack, func(call string) bool { return strings.HasSuffix(call, " "+l.Place) })
		}
	}
	return false
}

// tellsHold reports whether a line is told with a thread that holds a lock.
func (f *Finding) tellsHold(l explain.Line) bool {
	for _, t := range f.Threads {
		for _, h := range t.Holds {
			if t.Name == l.Thread && (h.Object == l.Object && l.Op == "lock" || h.Object == l.Object+" for reading" && l.Op == "rlock") {
				return true
			}
		}
	}
	return false
}
