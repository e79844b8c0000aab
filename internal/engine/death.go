package engine

import (
	"fmt"
	"regexp"
	"strings"
)

// A death is the end of a worker that nobody asked for.
type death struct {
	kind     string // panic, fatal, failure or livelock; empty if clew itself failed
	message  string
	stack    []crashFrame // of the thread that caused it, innermost first
	external bool         // ended from outside: by a signal that the test may have no part in
	inRun    bool         // a run was in flight
	crash    string       // the runtime's own report; what the test wrote before it is not in it
	exited   bool         // it called os.Exit
	code     int          // its exit code
}

// autopsy finds out what a worker died of, from its stray output and the state of its process.
func autopsy(w *worker, output string) (d *death, before string) {
	d = &death{inRun: w.shm.word(shmRunning) == 1, code: w.cmd.ProcessState.ExitCode()}
	before, d.crash = splitCrash(output)
	head := crashHead(d.crash)
	sig := signalOf(w.cmd.ProcessState)
	code := d.code
	if code != 2 && sig == nil {
		head = "" // a crash ends with 2: the test itself printed what looks like one
	}
	switch {
	case strings.HasPrefix(head, "fatal error: clew"):
		d.message = strings.TrimPrefix(head, "fatal error: ")
	case strings.HasPrefix(head, "panic: "):
		d.kind, d.message = "panic", head
	case strings.HasPrefix(head, "fatal error: "):
		d.kind, d.message = "fatal", head
	case strings.HasPrefix(head, "SIG"):
		d.kind, d.message = "fatal", "ended by "+head
	case sig != nil && sig.String() == "killed":
		d.kind, d.message, d.external = "failure", "the worker was killed (signal: killed); out of memory?", true
	case sig != nil:
		d.kind, d.message, d.external = "failure", fmt.Sprintf("the worker was ended by a signal (%v)", sig), true
	default:
		d.kind, d.message, d.exited = "failure", fmt.Sprintf("the test called os.Exit(%d)", code), true
	}
	if d.kind == "panic" || d.kind == "fatal" {
		d.stack = crashStack(d.crash)
	}
	if !d.inRun {
		d.message += ", between two runs (in cleanup, or by a goroutine that clew does not control)"
	}
	return d, before
}

var crashStart = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: )`)

// splitCrash parts output into what came before the runtime's crash report and the report. A test may print
// texts that look like one; the real report ends the output, and a goroutine's stack follows its first lines.
func splitCrash(output string) (before, crash string) {
	const far = 64 << 10 // panic values can be long
	starts := crashStart.FindAllStringIndex(output, -1)
	for i := len(starts) - 1; i >= 0; i-- {
		text := output[starts[i][0]:]
		if at := strings.Index(text, "\ngoroutine "); at >= 0 && at < far {
			return output[:starts[i][0]], text
		}
	}
	return output, ""
}

var recovered = regexp.MustCompile(` \[recovered(, repanicked)?\]$`)

// crashHead returns the line of a crash report that says what happened.
func crashHead(crash string) string {
	line, _, _ := strings.Cut(crash, "\n")
	return recovered.ReplaceAllString(strings.TrimRight(line, "\r"), "")
}

// A crashFrame is one call in a crash report.
type crashFrame struct {
	function string // "example.com/bank.(*Account).Deposit"
	file     string
	line     string
}

var frameLine = regexp.MustCompile(`^\t(.+?):(\d+)( .*)?$`)

// crashStack returns the calls of the goroutine that a crash report shows first. Of a panic, calls up to
// the one that panicked are left out.
func crashStack(crash string) []crashFrame {
	_, rest, found := strings.Cut(crash, "\ngoroutine ")
	if !found {
		return nil
	}
	rest, _, _ = strings.Cut(rest, "\n\n")
	return framesOf(rest)
}

// framesOf reads the calls of one goroutine.
func framesOf(text string) []crashFrame {
	var frames []crashFrame
	function := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		m := frameLine.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "created by "):
			return frames
		case m == nil:
			function = callee(line)
		case function == "panic":
			frames, function = nil, ""
		case function != "":
			frames = append(frames, crashFrame{function, m[1], m[2]})
			function = ""
		}
	}
	return frames
}

// callee returns the function of a line as "example.com/bank.(*Account).Deposit(0xc000012345, 0x1)".
func callee(line string) string {
	if strings.HasSuffix(line, ")") {
		if at := strings.LastIndex(line, "("); at > 0 {
			return line[:at]
		}
	}
	return ""
}

// runningStack returns the calls of the goroutine that a dump shows as running, of those that have frames of the
// user's; else of the first one that has. The goroutine of main.main only waits for the tests.
func runningStack(dump string, own func(crashFrame) bool) []crashFrame {
	var first []crashFrame
	for _, part := range strings.Split(dump, "\n\n") {
		head, rest, _ := strings.Cut(strings.TrimLeft(part, "\n"), "\n")
		if !strings.HasPrefix(head, "goroutine ") {
			continue
		}
		frames := framesOf(rest)
		if !anyOf(frames, own) {
			continue
		}
		if strings.Contains(head, "[running") || strings.Contains(head, "[runnable") {
			return frames
		}
		if first == nil && !isDriver(frames) {
			first = frames
		}
	}
	return first
}

func isDriver(frames []crashFrame) bool {
	return anyOf(frames, func(f crashFrame) bool { return f.function == "main.main" })
}

func anyOf(frames []crashFrame, own func(crashFrame) bool) bool {
	for _, f := range frames {
		if own(f) {
			return true
		}
	}
	return false
}

var inInit = regexp.MustCompile(`(?m)^\S+\.init(\.\d+|\.func\d+|\.ializers)?\(`)

// crashedInInit reports whether a process without a hello died in package initialisation, which is the user's
// code, rather than in a test that ran without control.
func crashedInInit(output string) bool {
	_, crash := splitCrash(output)
	return crash != "" && inInit.MatchString(crash) && !strings.Contains(crash, "\ntesting.")
}
