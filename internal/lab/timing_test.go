package lab

import "testing"

// A verdict is explained by time only if each finding of the test has a delay and names what the test relies upon.
func TestOnlyDelaysThatNameWhatWasReliedUponExplain(t *testing.T) {
	named := Finding{DelayMS: 8, Timing: "passes only if", ReliesOn: make([]struct {
		Call string `json:"call"`
		At   string `json:"at"`
	}, 1)}
	vague, plain := named, named
	vague.ReliesOn, plain.DelayMS = nil, 0
	r := &Report{Tests: []Test{
		{Package: "a", Test: "TestTimed", Status: "fail", Findings: []Finding{named}},
		{Package: "a", Test: "TestGood", Status: "pass"},
		{Package: "b", Test: "TestTimed", Status: "fail", Findings: []Finding{named}},
		{Package: "b", Test: "TestVague", Status: "fail", Findings: []Finding{named, vague}},
		{Package: "c", Test: "TestPlain", Status: "fail", Findings: []Finding{named, plain}},
		{Package: "d", Test: "TestOrdinary", Status: "fail"},
	}}
	told := r.timing()
	for _, key := range []string{"a TestTimed", "a -", "b TestTimed"} {
		if told[key] == "" {
			t.Errorf("%s is not explained", key)
		}
	}
	if len(told) != 3 {
		t.Errorf("explained: %v", told)
	}
	known := map[string]string{}
	var c Comparison
	c.compare("a TestTimed/sub", &Verdict{action: "pass"}, &Verdict{action: "fail"}, known, told)
	c.compare("b -", &Verdict{action: "pass"}, &Verdict{action: "fail"}, known, told)
	c.compare("a TestTimed", &Verdict{action: "fail"}, &Verdict{action: "pass"}, known, told)
	if len(c.Timing) != 1 || len(c.Unexplained) != 2 {
		t.Errorf("timing %q, unexplained %q", c.Timing, c.Unexplained)
	}
}
