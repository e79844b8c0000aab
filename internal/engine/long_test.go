//go:build unix

package engine

import (
	"strings"
	"testing"
)

// The fake's TestLong… are given up in the plain run; what becomes of them without control, the rest of the name says.

func TestATestThatIsTooLongIsRunWithoutControl(t *testing.T) {
	s := newSession(t, "TestLong,TestPass").run()
	s.expect(0, "run 0", "clew: note: too long to be explored: 4 steps were not enough", "run once without control, as go test does", "remedy: -steps")
	got := s.result.Tests[0]
	if got.Status != "pass" || got.Schedules != 1 || len(got.Notes) != 1 || got.Notes[0].Kind != "long" {
		t.Errorf("result %+v", got)
	}
	if other := s.result.Tests[1]; other.Schedules != 40 || len(other.Notes) > 0 {
		t.Errorf("the test behind it: %+v", other)
	}
}

func TestWithoutControlATestFailsAsUnderGoTest(t *testing.T) {
	for test, want := range map[string]string{"TestLongFails": "failure", "TestLongPanics": "panic"} {
		s := newSession(t, test).run()
		s.expect(1, "--- FAIL: "+test, "clew: note: too long", "found without control", "!again:", "!livelock")
		got := s.result.Tests[0]
		if len(got.Findings) != 1 || got.Findings[0].Kind != want || !got.Findings[0].Free || got.Findings[0].Schedule != "" {
			t.Errorf("%s: findings %+v", test, got.Findings)
		}
	}
	s := newSession(t, "TestLongSkips").run()
	s.expect(0)
	if got := s.result.Tests[0]; got.Status != "skip" {
		t.Errorf("status %s, want skip", got.Status)
	}
}

func TestWhetherALongTestEverEndsMayRemainUnknown(t *testing.T) {
	s := newSession(t, "TestLongEndless").run()
	s.expect(0, "did not end within 3s: whether it ever does is not known", "remedy: -timeout")
	s = newSession(t, "TestLongEndless", "-test.timeout=2s").run()
	s.expect(1, "did not end before the deadline of -timeout", "clew: the test has not ended before the deadline of -timeout, found without control")
}

func TestAPlainRunWithoutStepsIsALivelockOnlyIfItDoesNotEndWithoutControl(t *testing.T) {
	s := newSession(t, "TestHangOnce", "-test.timeout=3s").run()
	s.expect(0, "clew: note: too long to be explored: no step for", "as go test does")
	s = newSession(t, "TestHangLong", "-test.timeout=3s").run()
	s.expect(1, "clew: livelock: no step for")
	if strings.Contains(s.stdout.String(), "too long") {
		t.Error("a livelock is told as a long test")
	}
}
