package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProgressLineJoinsWhatCoordinatorsSay(t *testing.T) {
	s := &session{dir: t.TempDir()}
	if line := progressLine(s); line != "" {
		t.Errorf("nobody at work: %q", line)
	}
	for name, text := range map[string]string{"progress-1": "m/a TestA 10/1000\n", "progress-2": "m/b TestB 3/1000", "progress-3": ""} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if line, want := progressLine(s), "clew: m/a TestA 10/1000 | m/b TestB 3/1000"; line != want {
		t.Errorf("got %q, want %q", line, want)
	}
	long := filepath.Join(s.dir, "progress-4")
	if err := os.WriteFile(long, []byte(strings.Repeat("é", 300)), 0o666); err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(progressLine(s))); n != 78 {
		t.Errorf("a long line takes %d columns, want 78", n)
	}
}

func TestProgressLineMakesWayForOutput(t *testing.T) {
	var terminal bytes.Buffer
	p := &progress{out: &terminal}
	p.show("clew: one")
	p.show("clew: one") // unchanged: no flicker
	p.around(&terminal).Write([]byte("ok m/a\n"))
	p.show("clew: two")
	p.show("")
	want := "clew: one" + "\r\x1b[K" + "ok m/a\n" + "clew: two" + "\r\x1b[K"
	if terminal.String() != want {
		t.Errorf("got %q, want %q", terminal.String(), want)
	}
}

func TestWithoutATerminalThereIsNoProgress(t *testing.T) {
	ctx, _, stderr := newContext(t)
	p := startProgress(ctx, &session{dir: t.TempDir()})
	if w := p.around(ctx.Stdout); w != ctx.Stdout {
		t.Error("go test does not get the output itself")
	}
	p.stop()
	if stderr.Len() > 0 {
		t.Errorf("printed %q", stderr)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) {
		t.Error("the null device is taken for a terminal")
	}
}
