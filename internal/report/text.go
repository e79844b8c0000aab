package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goclew/clew/internal/explain"
)

// most is the number of lines that the threads of a finding may take.
const most = 22

// Lines returns the finding as text, the first line beginning with "clew:". The last one is the command that
// repeats it, if the schedule was saved.
func (f *Finding) Lines() []string {
	lines := []string{"clew: " + f.Message + f.FoundBy() + f.cause()}
	if f.Timing != "" {
		lines = append(lines, "  "+f.Timing)
	}
	if f.Class != "" {
		lines = append(lines, "  "+f.Class+": "+f.Says)
	}
	lines = append(lines, indent(f.story(), "  ")...)
	lines = append(lines, indent(f.accesses(), "  ")...)
	lines = append(lines, indent(f.threads(), "  ")...)
	if f.Cycle != "" && f.Class == "" {
		lines = append(lines, "  cycle: "+f.Cycle)
	}
	if len(f.Others) > 0 {
		lines = append(lines, "  also alive: "+some(f.Others))
	}
	if f.Outside {
		lines = append(lines, "  the run waits for something outside clew's control (network, system calls)")
	}
	if f.Cure != "" {
		lines = append(lines, "  cure: "+f.Cure)
	}
	if f.Single || f.Free || f.Never {
		return lines
	}
	if f.Kind == "nondeterminism" {
		return append(lines, indent(f.Differs, "  ")...)
	}
	lines = append(lines, f.worth())
	if f.Schedule != "" {
		lines = append(lines, "again:  clew replay "+f.Schedule, "look:   clew view "+f.Schedule)
	}
	return lines
}

// Lines returns all findings of the test as text.
func (t *Test) Lines() []string {
	var lines []string
	for _, f := range t.Findings {
		lines = append(lines, f.Lines()...)
	}
	return lines
}

// FoundBy says which schedule found it.
func (f *Finding) FoundBy() string {
	switch {
	case f.Single, f.Never, f.Kind == "nondeterminism":
		return ""
	case f.Free:
		return ", found without control"
	case f.Saved != "":
		return ", by the saved schedule " + f.Saved
	case f.FoundAt == 1:
		return ", found by schedule 1" + f.ofAll() + ", the plain order"
	case f.FoundAt > 1 && f.Of == 0:
		return fmt.Sprintf(", found by run %d of the proof", f.FoundAt-1)
	case f.FoundAt > 1:
		return fmt.Sprintf(", found by schedule %d of %d", f.FoundAt, f.Of)
	}
	return ""
}

// ofAll says how many schedules were to be tried, where that is known.
func (f *Finding) ofAll() string {
	if f.Of == 0 {
		return ""
	}
	return fmt.Sprintf(" of %d", f.Of)
}

// worth says how long the schedule is and how surely it repeats.
func (f *Finding) worth() string {
	switch {
	case f.Replays == 0:
		return "schedule: not replayed, clew was stopped before"
	case f.Behind > 0:
		return "schedule: behind " + count(f.Behind, "test") + " before it in the same process, as under go test; alone, it came back 0 of " + fmt.Sprint(f.Replays) + " times"
	case f.Steps == 0 && f.Replayed == 0:
		return fmt.Sprintf("schedule: found once, came back 0 of %d times", f.Replays)
	}
	text := fmt.Sprintf("%s: %s%s, replayed %d/%d", f.short(), length(f.Steps, f.Switches, f.Preempts), f.from(), f.Replayed, f.Replays)
	if f.Replayed < f.Replays {
		text += ", so it depends on something outside clew's control"
	}
	return text
}

// short names the schedule by how short it is.
func (f *Finding) short() string {
	switch {
	case f.FromSteps == 0:
		return "schedule"
	case f.Shortest:
		return "shortest schedule"
	}
	return "shorter schedule"
}

// from says how long the schedule was that it was made of.
func (f *Finding) from() string {
	if f.FromSteps == 0 || f.FromSteps == f.Steps && f.FromSwitches == f.Switches && f.FromPreempts == f.Preempts {
		return ""
	}
	return " (from " + length(f.FromSteps, f.FromSwitches, f.FromPreempts) + ")"
}

func length(steps, switches, preemptions int) string {
	return count(steps, "step") + ", " + count(switches, "switch") + ", " + count(preemptions, "preemption")
}

// threads tells of each thread, with as much of the stacks as there is room for.
func (f *Finding) threads() []string {
	if len(f.Threads) == 0 {
		return indent(shorten(f.Stack, 12), "at   ")
	}
	groups := group(f.Threads)
	for _, depth := range []int{8, 4, 2, 1} {
		var lines []string
		for _, g := range groups {
			lines = append(lines, g.lines(depth)...)
		}
		if len(lines) <= most {
			return lines
		}
	}
	var lines []string
	for i, g := range groups {
		if len(lines) >= most-4 {
			return append(lines, fmt.Sprintf("… and %d more threads", len(groups)-i))
		}
		lines = append(lines, g.lines(1)...)
	}
	return lines
}

// A crowd is threads that do the same at the same place.
type crowd struct {
	explain.Thread
	more int // how many do so besides the first
}

func group(threads []explain.Thread) []*crowd {
	var groups []*crowd
	known := map[string]*crowd{}
	for _, t := range threads {
		key := strings.Join(append([]string{t.Function, t.State, t.WaitsFor}, t.Stack...), "\n")
		if g := known[key]; g != nil && len(t.Holds) == 0 {
			g.more++
			continue
		}
		g := &crowd{Thread: t}
		groups = append(groups, g)
		if len(t.Holds) == 0 {
			known[key] = g
		}
	}
	return groups
}

func (c *crowd) lines(depth int) []string {
	head := strings.TrimSpace(explain.Label(c.Name) + " " + c.Function)
	if c.more > 0 {
		head = fmt.Sprintf("%s, and %d more like it,", head, c.more)
	}
	switch {
	case c.WaitsFor != "":
		head += " waits " + c.WaitsFor
	case c.State == "ended":
		head += " has ended"
	case c.State == "running":
		head += " was running"
	default:
		head += " is " + c.State
	}
	lines := append([]string{head}, indent(shorten(c.Stack, depth), "  at   ")...)
	for _, h := range c.Holds {
		taken := shorten(h.Stack, depth)
		if len(taken) == 0 {
			taken = []string{"an unknown place"}
		}
		lines = append(lines, "  holds "+h.Object+", taken")
		lines = append(lines, indent(taken, "    at   ")...)
	}
	return lines
}

// Lines returns the note as text, the first line beginning with "clew: note:".
func (n *Note) Lines() []string {
	lines := []string{"clew: note: " + n.Message}
	for _, more := range [][2]string{{"  shown by: ", n.Shown}, {"  remedy: ", n.Remedy}, {"again:  ", n.Again}} {
		if more[1] != "" {
			lines = append(lines, more[0]+more[1])
		}
	}
	return lines
}

// PassLine says what a passing test is worth: "clew: 1000 schedules, 37 distinct, one more is new with a chance of 0.3 % (at most 0.9 %),
// nothing found (0.21s)".
func (t *Test) PassLine() string {
	if t.Threads <= 1 && t.Schedules == 1 {
		return "clew: one thread, one schedule is enough"
	}
	if t.Schedules == 1 {
		return fmt.Sprintf("clew: 1 schedule, nothing found (%.2fs)", float64(t.ElapsedMS)/1000)
	}
	enough := ""
	if t.Sure {
		enough = ", which is sure enough"
	}
	return fmt.Sprintf("clew: %s, %d distinct, one more is new with a chance of %s (at most %s)%s, nothing found (%.2fs)",
		count(t.Schedules, "schedule"), t.Distinct, percent(t.Unseen), percent(t.UnseenHigh), enough, float64(t.ElapsedMS)/1000)
}

// percent writes a chance: "12.5 %", "0.38 %".
func percent(chance float64) string {
	switch p := 100 * chance; {
	case p == 0:
		return "0 %"
	case p < 0.01:
		return fmt.Sprintf("%.4f %%", p)
	case p < 1:
		return fmt.Sprintf("%.2f %%", p)
	default:
		return fmt.Sprintf("%.1f %%", p)
	}
}

// Summary writes what a whole clew test came to, in one line.
func Summary(w io.Writer, r *Report, elapsed time.Duration) {
	var schedules, findings, notes, long, proved, unproved int
	for _, t := range r.Tests {
		schedules += t.Schedules + t.Saved
		findings += len(t.Findings)
		for _, n := range t.Notes {
			switch {
			case n.Kind == "proof" && t.Proved:
				proved++
			case n.Kind == "proof":
				unproved++
			case n.Kind == "long":
				long++
				notes++
			default:
				notes++
			}
		}
	}
	found := "nothing found"
	switch {
	case findings > 0:
		found = count(findings, "finding")
	case r.Interrupted:
		found = "nothing found yet"
	}
	line := fmt.Sprintf("clew: %s, %s, %s", count(len(r.Tests), "test"), count(schedules, "schedule"), found)
	if proved > 0 {
		line += fmt.Sprintf(", %d proved", proved)
	}
	if unproved > 0 {
		line += fmt.Sprintf(", %d not proved (-v says why)", unproved)
	}
	if long > 0 {
		line += ", " + count(long, "test") + " too long to be explored"
	}
	if notes > 0 {
		line += ", " + count(notes, "note") + " (-v shows them)"
	}
	if r.Interrupted {
		line += ", interrupted"
	}
	fmt.Fprintf(w, "%s (%.1fs)\n", line, elapsed.Seconds())
}

// count says a number of things: "1 switch", "2 switches".
func count(n int, thing string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(thing, "ch"):
		thing += "es"
	default:
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// shorten keeps the first lines, and says how many it leaves out.
func shorten(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	short := append([]string{}, lines[:most]...)
	if most > 1 {
		short = append(short, fmt.Sprintf("… %d more", len(lines)-most))
	}
	return short
}

// some joins the first few texts.
func some(texts []string) string {
	const few = 3
	if len(texts) > few {
		return strings.Join(texts[:few], "; ") + fmt.Sprintf("; and %d more", len(texts)-few)
	}
	return strings.Join(texts, "; ")
}

func indent(lines []string, by string) []string {
	var moved []string
	for _, l := range lines {
		moved = append(moved, by+l)
	}
	return moved
}
