package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/schedule"
)

// A proof runs one order of each class of orders, one after the other (see strategy.DPOR), by a single worker: which run
// comes next depends on all before it. Its schedules are its runs in their order, from 1; a process that is to repeat the n-th
// makes those before it first.

// proving is the strategy of a proof.
const proving = "dpor"

// frozen reports whether time stood still for steps when a schedule was found.
func frozen(o schedule.Origin) bool { return o.Strategy == proving && o.Index > 0 }

// proof is what a worker tells of one.
type proof struct {
	Over    bool   `json:"over"` // all classes were run
	Runs    int    `json:"runs"`
	Classes int    `json:"classes"`
	Orders  string `json:"orders"`  // about how many orders there are, "3.1e+09"
	Trouble string `json:"trouble"` // why it cannot go on; empty if it can
}

// ended reports whether there is nothing left to run.
func (p *proof) ended() bool { return p != nil && (p.Over || p.Trouble != "") }

// proved says what a passing test's proof came to: whether it holds, and why not.
func (t *testRun) proved() (holds bool, why string) {
	p := t.stats.proof
	switch {
	case t.plain == nil || t.plain.done == nil:
		return false, "it did not run"
	case t.free != nil:
		return false, "the test is too long"
	case t.stats.outside:
		return false, "the test waits for what is outside of it, whose order is not the schedule's"
	case t.plain.done.single():
		return true, ""
	case t.alone || t.plain.done.Left > 0:
		return false, "its runs are not independent of each other"
	case p == nil:
		return false, "there was no time for it (-time gives more)"
	case p.Trouble != "":
		return false, p.Trouble
	case !p.Over:
		return false, "there was no time for all of them (-time gives more)"
	}
	return true, ""
}

// proofNote tells what a proof came to.
func (t *testRun) proofNote() {
	if !t.options.Prove || t.status() != "pass" {
		return
	}
	classes := 0
	if p := t.stats.proof; p != nil {
		classes = p.Classes
	}
	holds, why := t.proved()
	t.result.Proved = holds
	switch {
	case holds && t.plain.done.single():
		t.note("proof", "proved: there is one interleaving, and it passes")
	case holds:
		t.result.Distinct, t.result.Unseen, t.result.UnseenHigh = classes, 0, 0
		t.note("proof", "proved: %s", provedText(classes, aboutOrders(t.stats.proof.Orders)))
	default:
		t.note("proof", "not proved: %s of interleavings passed; %s", classesText(classes), why)
	}
}

func classesText(n int) string {
	if n == 1 {
		return "1 class"
	}
	return fmt.Sprintf("%d classes", n)
}

func provedText(classes int, orders string) string {
	if classes == 1 {
		return "the only class of interleavings (of about " + orders + " orders) passes"
	}
	return fmt.Sprintf("all %d classes of interleavings (of about %s orders) pass", classes, orders)
}

// aboutOrders writes a number like "3.1e+09" as people do: "3,100,000,000", or "3.1e9" from a million millions on.
func aboutOrders(s string) string {
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsInf(n, 0):
		return "1e300"
	case n < 1e12:
		return group(strconv.FormatFloat(n, 'f', 0, 64))
	}
	return strings.Replace(s, "e+", "e", 1)
}

// group puts commas between the thousands of a number.
func group(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
