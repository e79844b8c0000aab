package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/goclew/clew/internal/engine"
	"github.com/goclew/clew/internal/toolchain"
	"github.com/goclew/clew/internal/trace"
	"github.com/goclew/clew/internal/viewer"
)

const viewUsage = `usage: clew view [-html OUT] [-open=false] FILE

Shows a run in the browser: a timeline of its threads, and for each step what they do, wait for and hold, with their
lines of source. FILE is a schedule, as testdata/clew/TestCounter/3f2a9c10, which is replayed first, or a
trace that "clew replay -trace" wrote.

  -html OUT    write the page to the file OUT instead: one file that opens without clew and without a network,
               with the trace and the sources that it names in it
  -open=false  print the page's address, but open no browser

The page is served to this machine alone, to whoever has the address that is printed, until Ctrl-C.

Exit codes: 0 the page was shown or written; 2 the file is broken, or its test is gone.
`

// viewing is what clew view was asked for.
type viewing struct {
	file, given string // as it is, and as the user called it
	html        string // where to write the page; empty to serve it
	open        bool   // a browser
}

// runView shows a run.
func runView(ctx *Context, args []string) int {
	v, err := viewArgs(ctx, args)
	if err != nil {
		return ctx.Fail(err)
	}
	path := v.file
	if isSchedule(v.file) {
		tmp, err := os.MkdirTemp("", "clew-view-")
		if err != nil {
			return ctx.Fail(err)
		}
		defer os.RemoveAll(tmp)
		path = filepath.Join(tmp, "run.trace")
		if code := replayFile(ctx, v.file, v.given, engine.Replaying{Trace: path}); code > exitFound {
			return code
		}
	}
	page, err := openPage(ctx, path, v.given)
	if err == nil {
		err = v.show(ctx, page)
	}
	if err != nil {
		return ctx.Fail(err)
	}
	return exitOK
}

func viewArgs(ctx *Context, args []string) (*viewing, error) {
	fs := flag.NewFlagSet("view", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	v := &viewing{}
	fs.StringVar(&v.html, "html", "", "")
	fs.BoolVar(&v.open, "open", true, "")
	if err := fs.Parse(args); err != nil {
		return nil, usagef("view: %v: `clew help view` lists the flags", err)
	}
	if fs.NArg() != 1 {
		return nil, usagef("view: want one schedule or trace file, got %d arguments: `clew help view` says more", fs.NArg())
	}
	v.given = fs.Arg(0)
	v.file = inDir(ctx, v.given)
	if v.html != "" {
		given := v.html
		v.html = inDir(ctx, given)
		if info, err := os.Stat(filepath.Dir(v.html)); err != nil || !info.IsDir() {
			return nil, usagef("view: invalid value %q for -html: there is no folder %s", given, filepath.Dir(given))
		}
	}
	return v, nil
}

// isSchedule reports whether a file begins as schedules do, of whichever version.
func isSchedule(file string) bool {
	const start = "clew schedule"
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	begin := make([]byte, len(start))
	_, err = io.ReadFull(f, begin)
	return err == nil && string(begin) == start
}

// openPage reads the trace. Without a Go toolchain the page lacks the standard library's sources, and that is all.
func openPage(ctx *Context, path, given string) (*viewer.Viewer, error) {
	goroot := ""
	if g, err := toolchain.Find(ctx.Dir, ctx.Env); err == nil {
		goroot = g.GOROOT
	}
	page, err := viewer.Open(path, goroot)
	var syntax *trace.SyntaxError
	var missing *os.PathError
	switch {
	case errors.As(err, &syntax):
		return nil, usagef("view: %s is neither a schedule nor a trace that clew can read: %v", given, syntax)
	case errors.As(err, &missing):
		return nil, usagef("view: %s: %v", given, missing.Err)
	}
	return page, err
}

// show writes the page, or serves it until clew is asked to stop.
func (v *viewing) show(ctx *Context, page *viewer.Viewer) error {
	if v.html != "" {
		var text bytes.Buffer
		if err := page.WriteHTML(&text); err != nil {
			return err
		}
		if err := os.WriteFile(v.html, text.Bytes(), 0o666); err != nil {
			return fmt.Errorf("cannot write the page: %w", err)
		}
		return nil
	}
	server, err := page.Listen()
	if err != nil {
		return fmt.Errorf("cannot serve the page: %w", err)
	}
	fmt.Fprintf(ctx.Stdout, "clew: the run is shown at %s until Ctrl-C\n", server.URL())
	if v.open {
		openBrowser(ctx, server.URL())
	}
	stop, cancel := signal.NotifyContext(context.Background(), stopSignals...)
	defer cancel()
	return server.Serve(stop)
}

// openBrowser opens a page, if there is a screen to open it on. The address has been printed, so that no harm is done if there is none.
func openBrowser(ctx *Context, url string) {
	cmd := exec.Command("xdg-open", url)
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		if ctx.getenv("DISPLAY") == "" && ctx.getenv("WAYLAND_DISPLAY") == "" {
			return
		}
	}
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
