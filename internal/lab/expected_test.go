package lab

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func table(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "expected.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestATableOfExpectations(t *testing.T) {
	got, err := ReadExpected(table(t, "# kinds\n\na/bug T race,failure? 1 lost update, torn update?\na/fixed T none\nb/bug T leak 5ms\nb/bug U leak 5ms 0 –\n"))
	want := []Expected{
		{"a/bug", "T", "race,failure?", 0, 1, []string{"lost update", "torn update?"}},
		{"a/fixed", "T", None, 0, -1, nil},
		{"b/bug", "T", "leak", 5, -1, nil},
		{"b/bug", "U", "leak", 5, 0, nil},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
	}
	for text, want := range map[string]string{
		"a T":                "expected.txt:1: want package, test and kinds",
		"\na T leak":         "expected.txt:2: want the least number of preemptions",
		"a T leak x –":       `preemptions are "x"`,
		"a T leak 1":         "want the least number of preemptions",
		"a T leak -3ms 1 no": `preemptions are "-3ms"`,
	} {
		if _, err := ReadExpected(table(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if got, err := ReadClasses(table(t, "T wrong lock\nU –\n")); err != nil || len(got) != 2 || got[0].Classes[0] != "wrong lock" || got[1].Classes != nil {
		t.Errorf("classes %+v, %v", got, err)
	}
}

func TestAWrongClassIsWrong(t *testing.T) {
	for _, tt := range []struct {
		want, named, wrong string
	}{
		{"lost update", "lost update", ""},
		{"lost update", "torn update", "it is called torn update, want lost update"},
		{"lost update", "lost update,torn update", "it is called torn update, want lost update"},
		{"lost update", "", "it is not called lost update"},
		{"lost update?", "", ""},
		{"lost update?", "lost update", ""},
		{NoClass, "", ""},
		{NoClass, "lost update", "it is called lost update, want –"},
	} {
		e := Expected{Classes: classes(strings.Fields(tt.want))}
		test := &Test{}
		for name := range strings.SplitSeq(tt.named, ",") {
			test.Findings = append(test.Findings, Finding{Class: name})
		}
		if got := e.Wrong(test); got != tt.wrong {
			t.Errorf("%s, named %q: %q, want %q", tt.want, tt.named, got, tt.wrong)
		}
	}
	if got := (&Expected{Classes: []string{"lost update"}}).Wrong(&Test{}); got != "" {
		t.Errorf("nothing was found, and so nothing is missing: %q", got)
	}
}
