package toolchain

import (
	"slices"
	"testing"
)

func TestJoinQuotedComesBack(t *testing.T) {
	for _, fields := range [][]string{
		{"/usr/bin/clew", "exec", "-seed=1"},
		{"/a folder/clew", "exec"},
		{"it's", `say "hi"`},
		{"", "a\tb", "é ü"},
	} {
		joined, err := joinQuoted(fields)
		if err != nil {
			t.Fatalf("joinQuoted(%q): %v", fields, err)
		}
		split, err := splitQuoted(joined)
		if err != nil || !slices.Equal(split, fields) {
			t.Errorf("joinQuoted(%q) = %s, which splits to %q (%v)", fields, joined, split, err)
		}
	}
}

func TestJoinQuotedRefusesBothQuotes(t *testing.T) {
	if got, err := joinQuoted([]string{`it's "it"`}); err == nil {
		t.Errorf("got %s, want an error", got)
	}
}

func TestSplitQuoted(t *testing.T) {
	got, err := splitQuoted(`  -tags=a,b '-exec=a "b c"' -x="no quote here" `)
	want := []string{"-tags=a,b", `-exec=a "b c"`, `-x="no`, "quote", `here"`}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if got, err := splitQuoted(`a 'b`); err == nil {
		t.Errorf("unterminated quote: got %q, want an error", got)
	}
}
