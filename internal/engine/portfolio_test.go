package engine

import "testing"

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
