package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/schedule"
	"github.com/goclew/clew/internal/trace"
)

// A Replaying is what to do besides repeating a run.
type Replaying struct {
	Verbose bool   // print each step
	Trace   string // write the run's trace to this file, as text if its name ends in .txt; empty for none
}

// Replay repeats the run that a schedule file was saved from, once, and prints what it leads to.
// It returns the exit code: 1 if the finding came again, 0 if it did not, 2 if the file fits the code no more.
func Replay(ctx context.Context, c Config, file string, how Replaying) int {
	e, err := newEngine(c)
	if err != nil {
		fmt.Fprintf(c.Stderr, "clew: %s\n", oneLine(err.Error()))
		return exitClew
	}
	defer e.close()
	saved, err := schedule.Load(file)
	if err != nil {
		e.broken(oneLine(err.Error()))
		return exitBroken
	}
	r := &replay{e: e, how: how, file: file, saved: saved, began: time.Now()}
	code, err := r.run(ctx)
	var early *errEndedEarly
	switch {
	case err == nil:
		return code
	case errors.As(err, &early):
		return e.endedEarly(early)
	case ctx.Err() != nil:
		return e.interrupted()
	}
	return e.failed(err)
}

// replay is one schedule file being repeated.
type replay struct {
	e     *engine
	how   Replaying
	file  string
	saved *schedule.Schedule
	began time.Time
}

func (r *replay) run(ctx context.Context) (code int, err error) {
	e := r.e
	test, err := r.test(ctx)
	if err != nil {
		return 0, err
	}
	if e.args, e.files = r.saved.Args, r.saved.Files; test == nil {
		e.say("%s is stale: package %s has no test %s", e.relative(r.file), e.result.Package, r.saved.Test)
		return exitBroken, nil
	}
	b, err := e.plan(r.file, *test)
	if err != nil {
		return 0, err
	}
	b.trace = true
	out, err := e.fresh(ctx, b)
	if err != nil {
		return 0, err
	}
	tr, err := trace.Parse(out.log)
	if err != nil {
		return 0, err
	}
	if r.how.Verbose {
		r.steps(tr)
	}
	return r.tell(b, out, tr)
}

// test asks the binary what kind of test the schedule is for; nil if there is none of its name.
func (r *replay) test(ctx context.Context) (*testID, error) {
	tests, err := r.e.list(ctx)
	r.e.pool.endAll(ctx)
	for _, t := range tests {
		if t.Name == r.saved.Test {
			return &t, err
		}
	}
	return nil, err
}

// steps prints what each thread did, in order.
func (r *replay) steps(tr *trace.Trace) {
	s := r.e.scheduleOf(&candidate{}, tr)
	for i := range s.Steps {
		s.Steps[i].Place = explain.Place(tr.Steps[i].Frame, r.e.where)
	}
	s.WriteSteps(r.e.stdout)
	fmt.Fprintln(r.e.stdout)
}

// tell prints what the run led to, as clew test does.
func (r *replay) tell(b batch, out *outcome, tr *trace.Trace) (code int, err error) {
	e := r.e
	stale := out.done != nil && out.done.Stale != ""
	if stale {
		e.say("%s is stale, it was followed for %d of %d steps: %s", e.relative(r.file), out.done.Followed, out.done.Of, out.done.Stale)
	}
	if r.saved.Finding == outcomeKind {
		io.WriteString(e.stdout, out.output)
		if status := out.exitStatus(); status > 0 {
			fmt.Fprintf(e.stderr, "exit status %d\n", status)
		}
		return 0, keepTrace(e, r.how.Trace, r.saved.Test, tr, nil)
	}
	found := outcomeCandidate(b, out, r.saved.Finding)
	if found == nil || found.kind == "race" && r.saved.Finding != "race" {
		e.say("%s did not come again in %d steps", r.saved.Finding, len(tr.Steps))
	}
	if found == nil {
		io.WriteString(e.stdout, out.output)
		if stale && out.done.Followed == 0 {
			return exitBroken, nil
		}
		return 0, keepTrace(e, r.how.Trace, r.saved.Test, tr, nil)
	}
	found.saved = r.file
	c := &confirmation{e: e, found: found, batch: b, output: found.output, finding: report.Finding{Kind: found.kind,
		Message: sentence(found), Saved: e.relative(r.file), Schedule: e.relative(r.file), Replays: 1, Replayed: 1,
		Outside: found.outside, Stack: stackLines(found.stack, e.where)}}
	c.describe(tr, found)
	c.countRaces(found, out)
	t := &testRun{e: e}
	t.add(c)
	if err := keepTrace(e, r.how.Trace, r.saved.Test, tr, &t.result.Findings[0]); err != nil {
		return 0, err
	}
	if r.saved.Test == schedule.Program {
		io.WriteString(e.stdout, c.output)
		for _, line := range t.result.Lines() {
			fmt.Fprintln(e.stdout, line)
		}
		return exitFound, nil
	}
	e.out.end(testText{name: r.saved.Test, captured: c.output, status: "fail", elapsed: time.Since(r.began), lines: t.result.Lines()})
	return exitFound, nil
}

// keepTrace writes a run's trace to a file, if there is one to write to.
func keepTrace(e *engine, path, test string, tr *trace.Trace, f *report.Finding) error {
	if path == "" {
		return nil
	}
	tr.About = trace.About{Test: test, Package: e.result.Package, Go: e.result.Go, Root: e.module}
	if f != nil {
		tr.Finding = &trace.Finding{Kind: f.Kind, Message: f.Message}
		f.Sentences(func(step int, text string) {
			tr.Finding.Story = append(tr.Finding.Story, trace.Sentence{Step: step, Text: text})
		})
	}
	write := tr.WriteBinary
	if strings.HasSuffix(path, ".txt") {
		write = tr.WriteText
	}
	var file bytes.Buffer
	if err := write(&file); err != nil {
		return err
	}
	if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
		return fmt.Errorf("cannot write the trace: %w", err)
	}
	return nil
}
