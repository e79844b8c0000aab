package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goclew/clew/internal/report"
)

// newContext returns a context in a new folder, and what is printed in it.
func newContext(t *testing.T) (ctx *Context, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &Context{Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr, Dir: t.TempDir(), Env: os.Environ()}, stdout, stderr
}

func TestFailPrintsOneLineAndChoosesTheCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		line string
		code int
	}{
		{usagef("bad value %q", "x"), "clew: bad value \"x\"\n", exitUsage},
		{fmt.Errorf("around it: %w", usagef("bad")), "clew: around it: bad\n", exitUsage},
		{errors.New("disk full\n\tsecond line\n"), "clew: disk full; \tsecond line\n", exitFailure},
	} {
		ctx, _, stderr := newContext(t)
		if code := ctx.Fail(c.err); code != c.code || stderr.String() != c.line {
			t.Errorf("got %d and %q, want %d and %q", code, stderr, c.code, c.line)
		}
	}
}

// Help is read in terminals: no line may be too long, and none may promise what is not there.
func TestUsageTextsAreNeat(t *testing.T) {
	for _, c := range commands() {
		if c.hidden {
			continue
		}
		if !strings.HasPrefix(c.usage, "usage: clew "+c.name) || !strings.HasSuffix(c.usage, "\n") {
			t.Errorf("help of %s begins with %.40q", c.name, c.usage)
		}
		for line := range strings.Lines(c.usage + overview()) {
			if len([]rune(line)) > 120 || strings.Contains(line, "\t") || strings.HasSuffix(line, " \n") {
				t.Errorf("help of %s: untidy line %q", c.name, line)
			}
		}
	}
}

// The flags are defined in package engine; their help is written here.
func TestHelpOfTestNamesEveryFlag(t *testing.T) {
	fs := newFlags("test")
	newOptions().Flags(fs)
	fs.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(testUsage, "\n  -"+f.Name+" ") {
			t.Errorf("`clew help test` does not name -%s", f.Name)
		}
	})
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		name   string
		report report.Report
		result goTest
		want   int
	}{
		{"all passed", report.Report{Packages: 1}, goTest{}, exitOK},
		{"no tests", report.Report{}, goTest{}, exitOK},
		{"a failing test", report.Report{Packages: 1, Failed: true}, goTest{exit: 1}, exitFound},
		{"one fails, another does not build", report.Report{Packages: 1, Failed: true}, goTest{exit: 1}, exitFound},
		{"does not build", report.Report{}, goTest{exit: 1}, exitUsage},
		{"all that build pass", report.Report{Packages: 3}, goTest{exit: 1}, exitUsage},
		{"clew failed", report.Report{Packages: 1, Failed: true, Errors: []string{"no hello"}}, goTest{exit: 1}, exitFailure},
		{"interrupted", report.Report{Packages: 1, Interrupted: true}, goTest{exit: 1, interrupted: true}, exitFound},
	} {
		if got := verdict(&c.report, c.result); got != c.want {
			t.Errorf("%s: exit code %d, want %d", c.name, got, c.want)
		}
	}
}

func TestConcludeWritesTheReportAndSaysWhatWasKept(t *testing.T) {
	s, err := newSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.remove()
	found := report.Finding{Kind: "deadlock", Schedule: "testdata/clew/TestX/12345678", FoundAt: 3}
	p := report.Package{Package: "m/p", Failed: true, Interrupted: true,
		Tests: []report.Test{{Package: "m/p", Test: "TestX", Findings: []report.Finding{found}}}}
	if err := p.Save(s.dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "r.json")
	var out bytes.Buffer
	code, err := conclude(s, goTest{exit: 1, interrupted: true}, time.Now(), true, &delivery{summary: &out, report: file})
	if err != nil || code != exitFound {
		t.Fatalf("exit code %d (%v)", code, err)
	}
	if want := "  TestX: deadlock, again: clew replay testdata/clew/TestX/12345678\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %q, want %q at its end", out.String(), want)
	}
	if at, ok := deadlockIn(file); !ok || at != 3 {
		t.Errorf("deadlock in the report at %d (%v), want 3", at, ok)
	}
}

// A coordinator that dies leaves no result; that must not pass for a failing test or a package that does
// not build.
func TestConcludeKnowsOfLostCoordinators(t *testing.T) {
	for _, c := range []struct {
		name string
		code int // of the coordinator
		lost bool
	}{
		{"came to its end", exitOK, false},
		{"found something", exitFound, false},
		{"failed without a result", exitFailure, true},
	} {
		s := &session{dir: t.TempDir()}
		ctx, _, _ := newContext(t)
		run := attended(func(*Context, []string) int {
			if _, err := conclude(s, goTest{exit: 1}, time.Now(), true, &delivery{summary: io.Discard}); err == nil {
				t.Errorf("%s: not missed while it was at work", c.name)
			}
			return c.code
		})
		if code := run(ctx, []string{"-seed=1", "-session=" + s.dir, "m.test", "-test.v"}); code != c.code {
			t.Errorf("%s: exit code %d", c.name, code)
		}
		_, err := conclude(s, goTest{exit: 1}, time.Now(), true, &delivery{summary: io.Discard})
		if lost := err != nil; lost != c.lost {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestDeadlockInLooksForOne(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"none":  `{"tests":[{"findings":[{"kind":"leak","found_at":1}]},{"findings":null}]}`,
		"empty": ``,
		"cut":   `{"tests":[{"findings":[{"kind":"deadlock"`,
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if at, ok := deadlockIn(file); ok {
			t.Errorf("%s: found one at %d", name, at)
		}
	}
	if _, ok := deadlockIn(filepath.Join(dir, "missing")); ok {
		t.Error("found one in a report that is not there")
	}
}

func TestShellQuote(t *testing.T) {
	for word, want := range map[string]string{
		"-tags=race": "-tags=race",
		"":           "''",
		"a b":        "'a b'",
		"it's":       `'it'\''s'`,
		"$HOME":      "'$HOME'",
	} {
		if got := shellQuote(word); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", word, got, want)
		}
	}
}
