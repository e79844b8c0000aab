package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/goclew/clew/internal/report"
)

// A delivery is where the results of clew test go.
type delivery struct {
	summary io.Writer // for people, and for CI services
	json    bool      // go test prints events; who reads these takes lines on stderr for errors
	report  string    // file for JSON, "" for none
	junit   string    // file for JUnit XML, "" for none
	service string    // CI service that gets a line for each finding, "" for none
	dir     string    // folder that paths in reports are relative to
	root    string    // folder of the repository, as far as the service tells
	unbuilt *unbuilt  // nil if nobody asks
}

// newDelivery reads the flags -report, -junit and -annotate. That a file cannot be written is told before the search, which may
// take long.
func newDelivery(ctx *Context, reportFile, junit, annotate string, json bool) (*delivery, error) {
	d := &delivery{summary: ctx.Stdout, json: json, dir: ctx.Dir, service: annotate, root: ctx.getenv("GITHUB_WORKSPACE")}
	if json {
		d.summary = ctx.Stderr
	}
	switch {
	case annotate == "auto" && !json:
		d.service = report.ServiceOf(ctx.getenv)
	case annotate == "auto" || annotate == "off":
		d.service = ""
	}
	for _, f := range []struct {
		flag, given string
		file        *string
	}{{"-report", reportFile, &d.report}, {"-junit", junit, &d.junit}} {
		if f.given == "" {
			continue
		}
		*f.file = inDir(ctx, f.given)
		if err := checkFile(*f.file); err != nil {
			return nil, usagef("%s %s: %v", f.flag, f.given, err)
		}
	}
	return d, nil
}

// watch returns where go test is to write what goes to w: the packages that it says do not build are to be told in the JUnit
// report, and there is no result of theirs.
func (d *delivery) watch(w io.Writer) io.Writer {
	if d.junit == "" {
		return w
	}
	d.unbuilt = &unbuilt{w: w}
	return d.unbuilt
}

// knowsUnbuilt reports whether there is a package that does not build, and will be told.
func (d *delivery) knowsUnbuilt() bool { return d.unbuilt != nil && len(d.unbuilt.packages) > 0 }

// unbuilt is a writer that notes which packages go test says do not build, be it as text or as an event.
type unbuilt struct {
	w        io.Writer
	line     []byte // begun, but not ended
	packages []string
}

var buildFailed = regexp.MustCompile(`FAIL(?:\t|\\t)(\S+) \[(?:build|setup) failed\]`)

func (u *unbuilt) Write(b []byte) (int, error) {
	const most = 1 << 16 // of a line
	u.line = append(u.line, b...)
	for {
		line, rest, ended := bytes.Cut(u.line, []byte("\n"))
		if !ended {
			break
		}
		if m := buildFailed.FindSubmatch(line); m != nil && !slices.Contains(u.packages, string(m[1])) {
			u.packages = append(u.packages, string(m[1]))
		}
		u.line = rest
	}
	if len(u.line) > most {
		u.line = nil
	}
	return u.w.Write(b)
}

// files writes the results to the files that were asked for. One that cannot be written does not keep the other from being so.
func (d *delivery) files(packages []*report.Package, r *report.Report, trouble string) error {
	var errs []error
	if d.report != "" {
		if err := writeWhole(d.report, r.WriteJSON); err != nil {
			errs = append(errs, fmt.Errorf("cannot write the report: %w", err))
		}
	}
	if d.junit != "" {
		if d.knowsUnbuilt() {
			for _, p := range d.unbuilt.packages {
				packages = append(packages, &report.Package{Package: p, Error: "the package does not build: go test's output says why"})
			}
		}
		err := writeWhole(d.junit, func(w io.Writer) error { return report.WriteJUnit(w, packages, trouble) })
		if err != nil {
			errs = append(errs, fmt.Errorf("cannot write the JUnit report: %w", err))
		}
	}
	return errors.Join(errs...)
}

// tell sums up for people. Told are also the notes that nobody sees where go test is silent.
func (d *delivery) tell(r *report.Report, silent bool, elapsed time.Duration) {
	w := d.summary
	if silent && !r.Failed {
		tellState(w, r)
	}
	if d.service != "" {
		for _, line := range report.Annotations(r, d.service, d.dir, d.root) {
			fmt.Fprintln(w, line)
		}
	}
	if r.Interrupted || r.Packages > 0 && !d.json {
		report.Summary(w, r, elapsed)
	}
	if r.Interrupted {
		listKept(w, r)
	}
}

// checkFile tells why a file cannot be written.
func checkFile(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return errors.New("is a folder, want a file")
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("no folder %s", folder)
	}
	tmp, err := newBeside(file)
	if err != nil {
		return fmt.Errorf("cannot write to folder %s: %w", folder, bare(err))
	}
	tmp.Close()
	return os.Remove(tmp.Name())
}

// newBeside makes a file that is to take another one's place.
func newBeside(file string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(file), ".clew-report-*")
}

// writeWhole writes a file whole or not at all.
func writeWhole(file string, write func(io.Writer) error) error {
	tmp, err := newBeside(file)
	if err != nil {
		return fmt.Errorf("%s: %w", file, bare(err))
	}
	err = errors.Join(write(tmp), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("%s: %w", file, bare(err))
	}
	return nil
}

// bare takes the path from an error that is told beside it.
func bare(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
