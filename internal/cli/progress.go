package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress shows, while go test is at work, one line on the terminal that says how far the
// coordinators are. Without a terminal it shows nothing.
type progress struct {
	mu   sync.Mutex
	out  io.Writer // the terminal, nil without one
	line string    // what stands there now, "" for nothing
	quit chan struct{}
	done chan struct{}
}

// startProgress begins to show the line, if stderr is a terminal.
func startProgress(ctx *Context, s *session) *progress {
	p := &progress{quit: make(chan struct{}), done: make(chan struct{})}
	if !isTerminal(ctx.Stderr) {
		close(p.done)
		return p
	}
	p.out = ctx.Stderr
	go p.loop(s)
	return p
}

// loop shows the line anew a few times a second.
func (p *progress) loop(s *session) {
	defer close(p.done)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.show(cmp.Or(progressLine(s), "clew: building (the first time, this includes the standard library)"))
		case <-p.quit:
			p.show("")
			return
		}
	}
}

// show replaces the line.
func (p *progress) show(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if line == p.line {
		return
	}
	p.clear()
	fmt.Fprint(p.out, line)
	p.line = line
}

// clear takes the line away. p.mu is held.
func (p *progress) clear() {
	if p.line != "" {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.line = ""
	}
}

// stop takes the line away for good.
func (p *progress) stop() {
	close(p.quit)
	<-p.done
}

// around returns a writer that takes the line away before it writes to w. Without a terminal it is w
// itself, so that go test gets the very same file.
func (p *progress) around(w io.Writer) io.Writer {
	if p.out == nil {
		return w
	}
	return writerFunc(func(b []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.clear()
		return w.Write(b)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// progressLine joins what the coordinators say of themselves, as far as it fits on a line.
func progressLine(s *session) string {
	var parts []string
	for _, file := range s.files("progress-*") {
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			parts = append(parts, strings.TrimSpace(oneLine(string(data))))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	line := "clew: " + strings.Join(parts, " | ")
	if runes := []rune(line); len(runes) > 78 {
		line = string(runes[:77]) + "…"
	}
	return line
}

// isTerminal reports whether w is a terminal that understands the codes which clear a line.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
