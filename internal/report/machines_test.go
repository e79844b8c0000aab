package report

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
)

// readJUnit reads the JUnit form as CI services do: by names of elements and attributes.
func readJUnit(t *testing.T, packages []*Package, trouble string) *junitSuites {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJUnit(&b, packages, trouble); err != nil {
		t.Fatal(err)
	}
	got := new(junitSuites)
	if err := xml.Unmarshal(b.Bytes(), got); err != nil || !strings.HasPrefix(b.String(), "<?xml ") {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return got
}

func TestJUnit(t *testing.T) {
	found := Finding{Kind: "deadlock", Message: `a <b> & "c" ]]>`, File: "bank.go", Line: 31}
	got := readJUnit(t, []*Package{
		{Package: "m/p", ElapsedMS: 1500, Failed: true, Tests: []Test{
			{Test: "TestFine", Status: "pass", ElapsedMS: 250, Notes: []Note{{Kind: "state", Message: "it left something"}}},
			{Test: "TestX", Status: "fail", Findings: []Finding{found, {Kind: "race"}}, Output: "log <1>\x00\x1b[31m\nlast ]]>\n"},
			{Test: "TestSkip", Status: "skip"},
		}},
		{Package: "m/main", Failed: true, Tests: []Test{{Test: "TestFine", Status: "pass"}}},
		{Package: "m/broken", Broken: []string{"schedule x: no"}},
	}, "go test ended with exit code 1")
	if got.Tests != 7 || got.Failures != 2 || got.Errors != 2 || got.Skipped != 1 || got.Time != "1.500" {
		t.Errorf("sums %+v", got)
	}
	p := got.Suites[0]
	if p.Name != "m/p" || p.Tests != 3 || p.Failures != 1 || p.Skipped != 1 || p.Time != "1.500" {
		t.Errorf("suite %+v", p)
	}
	fine, x, skip := p.Cases[0], p.Cases[1], p.Cases[2]
	if fine.Class != "m/p" || fine.Name != "TestFine" || fine.Time != "0.250" || fine.Failure != nil || !strings.Contains(fine.Out, "it left something") {
		t.Errorf("passed: %+v", fine)
	}
	if f := x.Failure; f == nil || f.Message != found.Message+", and 1 finding more" || f.Type != "deadlock" || x.File != "bank.go" || x.Line != 31 ||
		f.Text != "log <1>\uFFFD\uFFFD[31m\nlast ]]>\n" {
		t.Errorf("failed: %+v, %+v", x, x.Failure)
	}
	if skip.Skipped == nil || skip.Failure != nil {
		t.Errorf("skipped: %+v", skip)
	}
	if c := got.Suites[1].Cases[1]; c.Name != "TestMain" || c.Failure == nil {
		t.Errorf("a package that failed beside its tests: %+v", c)
	}
	if c := got.Suites[2].Cases[0]; c.Error == nil || c.Error.Message != "schedule x: no" {
		t.Errorf("broken: %+v", c)
	}
	if s := got.Suites[3]; s.Name != "clew" || s.Cases[0].Error == nil {
		t.Errorf("trouble: %+v", s)
	}
}

// Some readers overlook a case of a name that was there before.
func TestJUnitTellsRoundsAsOne(t *testing.T) {
	failed := Test{Test: "TestX", Status: "fail", Findings: []Finding{{Kind: "failure", Message: "the test failed"}}, ElapsedMS: 5, Output: "wrong\n"}
	for _, tests := range [][]Test{{{Test: "TestX", Status: "pass", ElapsedMS: 7}, failed}, {failed, {Test: "TestX", Status: "skip", ElapsedMS: 7}}} {
		got := readJUnit(t, []*Package{{Package: "p", Failed: true, Tests: tests}}, "")
		if cases := got.Suites[0].Cases; len(cases) != 1 || cases[0].Failure == nil || cases[0].Skipped != nil || cases[0].Time != "0.012" || len(got.Suites) != 1 {
			t.Errorf("cases %+v", cases)
		}
	}
}

func TestAnnotations(t *testing.T) {
	r := &Report{Tests: []Test{
		{Test: "TestX", Findings: []Finding{{Kind: "deadlock", Message: "50% of |it's| [x]; a,b:c é", File: "sub/a,b:c].go", Line: 7, Schedule: "testdata/clew/TestX/1"}}},
		{Test: "TestY", Output: "--- FAIL: TestY (0.00s)\n    y_test.go:3: count is 5\n    clew: …\n", Findings: []Finding{{Kind: "failure", Message: "the test failed", Class: "lost update", Says: "by main/1"}}},
	}}
	for service, want := range map[string]string{
		"github": "::error file=mod/sub/a%2Cb%3Ac].go,line=7,title=clew%3A TestX::50%25 of |it's| [x]; a,b:c é%0Aagain: clew replay testdata/clew/TestX/1\n" +
			"::error title=clew%3A TestY::the test failed: y_test.go:3: count is 5%0Alost update: by main/1",
		"azure": "##vso[task.logissue type=error;sourcepath=/repo/mod/sub/a,b:c%5D.go;linenumber=7;]clew: TestX: 50%AZP25 of |it's| [x]; a,b:c é%0Aagain: clew replay testdata/clew/TestX/1\n" +
			"##vso[task.logissue type=error;]clew: TestY: the test failed: y_test.go:3: count is 5%0Alost update: by main/1",
		"teamcity": "##teamcity[buildProblem description='clew: TestX: mod/sub/a,b:c|].go:7: 50% of ||it|'s|| |[x|]; a,b:c |0x00e9|nagain: clew replay testdata/clew/TestX/1']\n" +
			"##teamcity[buildProblem description='clew: TestY: the test failed: y_test.go:3: count is 5|nlost update: by main/1']",
	} {
		if got := strings.Join(Annotations(r, service, "/repo/mod", "/repo"), "\n"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", service, got, want)
		}
	}
}

func TestServiceOf(t *testing.T) {
	for set, want := range map[string]string{"GITHUB_ACTIONS=true": "github", "TF_BUILD=True": "azure", "TEAMCITY_VERSION=2024.1": "teamcity", "CI=true": "", "GITHUB_ACTIONS=false": ""} {
		name, value, _ := strings.Cut(set, "=")
		got := ServiceOf(func(n string) string {
			if n == name {
				return value
			}
			return ""
		})
		if got != want {
			t.Errorf("%s: %q, want %q", set, got, want)
		}
	}
}
