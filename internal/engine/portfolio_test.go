package engine

import (
	"fmt"
	"strings"
	"testing"
)

func TestStrategiesTakeTurns(t *testing.T) {
	for index, want := range []string{"pos", "pos", "surw", "pct", "pos", "surw"} {
		if got := strategyAt("pos,surw,pct", uint64(index)); got != want {
			t.Errorf("schedule %d is %s's, want %s", index, got, want)
		}
	}
	found := candidateOf(batch{strategy: "pos,surw,pct"}, &outcome{done: &done{}, finding: &foundMessage{Kind: "failure", Index: 2}})
	if got := found.origin.Strategy; got != "surw" {
		t.Errorf("the finding of schedule 2 has the origin %s, want surw", got)
	}
}

// shows lets each schedule of a portfolio's first epochs show a class, in stretches of a length, and returns the orders it made.
func shows(t *testing.T, strategies string, epochs int, length uint64, class func(index uint64, strategy string) string) []string {
	p := newPortfolio(strategies)
	for index := uint64(0); index < uint64(epochs)*epochLength+1; {
		order, end := p.order(index)
		if order == "" {
			t.Fatalf("the order at %d is not known when all before it are counted", index)
		}
		first := index
		var hashes []string
		for ; index < min(first+length, end); index++ {
			strategy := strategyAt(order, index)
			hashes = append(hashes, class(index, strategy)+":1:"+strategy)
		}
		p.count(first, int(index-first), &done{Hashes: strings.Join(hashes, ",")})
	}
	return p.orders
}

// Who shows new classes gets more turns, and everybody keeps one.
func TestPortfolioFavoursWhoShowsMore(t *testing.T) {
	orders := shows(t, "pos,surw,pct,surw", 4, 1, func(index uint64, strategy string) string {
		if strategy == "pct" {
			return fmt.Sprint(index)
		}
		return "old"
	})
	if orders[0] != "pos,surw,pct,surw" || orders[1] != orders[0] {
		t.Errorf("the first epochs have %q and %q, want what was asked for", orders[0], orders[1])
	}
	for _, order := range orders[2:] {
		turns := map[string]int{}
		for name := range strings.SplitSeq(order, ",") {
			turns[name]++
		}
		if turns["pct"] <= orderLength/2 || turns["pos"] == 0 || turns["surw"] == 0 {
			t.Errorf("turns %v, want most of them for pct", turns)
		}
	}
}

// If all show as much, they share as they were asked to.
func TestPortfolioKeepsTheSharesOfEquals(t *testing.T) {
	orders := shows(t, "pos,surw,pct,surw", 3, 1, func(index uint64, _ string) string { return fmt.Sprint(index) })
	if turns := strings.Count(orders[2], "surw"); turns < 7 || turns > 9 {
		t.Errorf("surw has %d turns of %d, want half: %s", turns, orderLength, orders[2])
	}
}

// What a portfolio does depends on what the schedules show, and not on how many are tried at once.
func TestPortfolioDoesNotDependOnBatches(t *testing.T) {
	class := func(index uint64, strategy string) string { return fmt.Sprint(index*index%97, len(strategy)) }
	want := shows(t, "pos,surw,random", 20, 1, class)
	for _, length := range []uint64{3, 16, 1000} {
		if got := shows(t, "pos,surw,random", 20, length, class); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("in batches of %d the orders are %v, want %v", length, got, want)
		}
	}
}

// The order of an epoch waits for the last but one before it, and not for the last.
func TestPortfolioIsAnEpochAhead(t *testing.T) {
	p := newPortfolio("pos,surw")
	const third = 2*epochLength + 1
	if order, _ := p.order(third); order != "" {
		t.Errorf("the order of the third epoch is %q before anything was counted", order)
	}
	if order, end := p.order(third - 1); order == "" || end != third {
		t.Errorf("the order of the second epoch is %q until %d, want one until %d", order, end, third)
	}
	p.count(0, epochLength+1, &done{Hashes: "a:64:pos"})
	if order, _ := p.order(third); order == "" {
		t.Error("the order of the third epoch is not known when the first has been counted")
	}
}
