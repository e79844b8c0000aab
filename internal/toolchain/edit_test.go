package toolchain

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const editMe = `package p

type pair struct {
	a int
}

func (p *pair) sum(n int) int {
	if n > 0 {
		return now() + p.a
	}
	later(now())
	return p.a
}
`

// Each way to edit, on a small file: what it makes of it, or why it finds no place.
func TestEdits(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*source) error
		want   string // in the result
		err    string
	}{
		{"at the start", atStart("(*pair).sum", "begin()"), "{\n\tbegin()\n\n\tif n > 0", ""},
		{"before a statement", before("(*pair).sum", "later(now())", "soon()"), "\tsoon()\n\tlater(now())", ""},
		{"behind a statement", after("(*pair).sum", "later(now())", "then()"), "later(now())\n\tthen()", ""},
		{"a statement by its beginning", before("(*pair).sum", "if n > 0…", "soon()"), "\tsoon()\n\tif n > 0", ""},
		{"before the last of several", beforeLast("(*pair).sum", "return p.a", "bye()"), "bye()\n\treturn p.a\n}", ""},
		{"at every return", atReturns("(*pair).sum", "bye()"), "bye()\n\t\treturn now() + p.a", ""},
		{"an expression everywhere", exprs("(*pair).sum", "now()", "then()"), "later(then())", ""},
		{"what functions return", returned("(*pair).s", "mark"), "return mark(now() + p.a)\n\t}\n\tlater(now())\n\treturn mark(p.a)", ""},
		{"a field", field("pair", "b string"), "a int\n\tb string\n}", ""},
		{"an import", imported("unsafe"), "package p\n\nimport \"unsafe\"", ""},
		{"no such function", atStart("(*pair).diff", "x()"), "", "no function (*pair).diff"},
		{"no such statement", before("(*pair).sum", "never()", "x()"), "", `no statement "never()"`},
		{"a statement that comes twice", before("(*pair).sum", "return…", "x()"), "", "2 statements"},
		{"no such expression", exprs("(*pair).sum", "never()", "x()"), "", `no expression "never()"`},
		{"no function that returns", returned("(*pair).d", "mark"), "", "no function (*pair).d… returns"},
		{"no such type", field("triple", "b int"), "", "no type triple"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parseSource("p.go", []byte(editMe))
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(s); err != nil {
				if test.err == "" || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %q, want %q", err, test.err)
				}
				return
			}
			got, err := s.result()
			if err != nil {
				t.Fatal(err)
			}
			if test.err != "" || !strings.Contains(string(got), test.want) {
				t.Errorf("got\n%s\nwant error %q or in it\n%s", got, test.err, test.want)
			}
		})
	}
}

// Every edit finds its place in the sources of the Go that runs this test, and what it
// makes of them is Go.
func TestEditsFitThisRelease(t *testing.T) {
	src := filepath.Join(goroot(t), "src")
	files, err := editedFiles(src, releaseOf(runtime.Version()))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".go") {
			if _, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution); err != nil {
				t.Error(err)
			}
		}
	}
	for _, e := range edits() {
		name := firstThere(src, e.file)
		was, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if string(was) == string(files[name]) {
			t.Errorf("edit %q left %s as it was", e.name, name)
		}
	}
}

// On sources that have moved on, the error names the edit, the file and the release.
func TestEditThatDoesNotFit(t *testing.T) {
	src := t.TempDir()
	for _, e := range edits() {
		from := filepath.Join(goroot(t), "src")
		copyFile(t, from, src, firstThere(from, e.file))
	}
	proc := filepath.Join(src, "runtime", "proc.go")
	text, err := os.ReadFile(proc)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(proc, []byte(strings.Replace(string(text), "func park_m(", "func parkAway(", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = editedFiles(src, "1.99")
	var edit *EditError
	if !errors.As(err, &edit) {
		t.Fatalf("error %v, want an EditError", err)
	}
	if edit.File != "runtime/proc.go" || edit.Release != "1.99" || !strings.Contains(edit.Reason, "park_m") {
		t.Errorf("error %q does not say what did not fit", edit)
	}
}

func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func copyFile(t *testing.T, from, to, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(to, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
}
