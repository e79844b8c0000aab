package engine

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// output prints tests as go test does, so that people, go test -json and editors see what they are used to.
//
// With -v the testing package says "=== RUN" when a test begins, then what the test says, then its result; a test that
// waits until others had their turns is paused, as parallel tests are. Clew's own lines come just before the result, so that test2json ascribes them to the test. Without -v only failing tests have
// a result line; what belongs to it follows, indented.
type output struct {
	w       io.Writer
	verbose bool
	running string // the test that was said to run last, if it was not said to have ended
	marker  string // begins lines of the testing package for test2json
}

// testText is what there is to print of a test.
type testText struct {
	name     string
	captured string        // by the worker, as go test would print it
	status   string        // pass, fail or skip: clew's verdict, which the worker may not share
	elapsed  time.Duration // real time
	lines    []string      // clew's own, not indented
}

// begin says that a test runs.
func (o *output) begin(name string) {
	if o.verbose {
		o.pause()
		fmt.Fprintf(o.w, "%s=== RUN   %s\n", o.marker, name)
		o.running = name
	}
}

// pause says that the test which runs waits for others.
func (o *output) pause() {
	if o.running != "" {
		fmt.Fprintf(o.w, "%s=== PAUSE %s\n", o.marker, o.running)
	}
}

// goOn says that a test goes on which was begun before others.
func (o *output) goOn(name string) {
	if o.verbose && o.running != name {
		o.pause()
		fmt.Fprintf(o.w, "%s=== CONT  %s\n", o.marker, name)
	}
	o.running = ""
}

// end prints a test, of which begin was called.
func (o *output) end(t testText) {
	o.goOn(t.name)
	before, after, hasResult := o.split(t)
	if o.verbose {
		before = strings.Replace(before, o.marker+"=== RUN   "+t.name+"\n", "", 1)
	}
	own := indented(t.lines)
	result := ""
	if hasResult || o.verbose || t.status == "fail" {
		result = fmt.Sprintf("%s--- %s: %s (%.2fs)\n", o.marker, strings.ToUpper(t.status), t.name, t.elapsed.Seconds())
	}
	if result != "" || own != "" {
		before = closeLine(before)
	}
	if o.verbose {
		io.WriteString(o.w, before+o.name(t)+own+result+after)
		return
	}
	io.WriteString(o.w, before+result+closeLine(after)+own)
}

// text is the same for reports: without what is said of the test itself, and not too long.
func (o *output) text(t testText) string {
	const most = 64 << 10
	before, after, _ := o.split(t)
	text := strings.ReplaceAll(closeLine(before)+closeLine(after), o.marker+"=== RUN   "+t.name+"\n", "")
	if o.marker != "" {
		text = strings.ReplaceAll(text, o.marker, "")
	}
	if over := len(text) - most; over > 0 {
		text = fmt.Sprintf("… %d bytes left out …\n%s", over, text[over:])
	}
	return text + indented(t.lines)
}

func indented(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	return b.String()
}

// name makes test2json ascribe clew's lines to the test itself, not to its last subtest.
func (o *output) name(t testText) string {
	if o.marker == "" || len(t.lines) == 0 {
		return ""
	}
	return fmt.Sprintf("%s=== NAME  %s\n", o.marker, t.name)
}

// split parts what was captured at the test's own result line, which is left out.
func (o *output) split(t testText) (before, after string, found bool) {
	for _, word := range []string{"PASS", "FAIL", "SKIP"} {
		head := fmt.Sprintf("%s--- %s: %s (", o.marker, word, t.name)
		at := strings.LastIndex(t.captured, head)
		if at < 0 {
			continue
		}
		_, after, _ = strings.Cut(t.captured[at:], "\n")
		return t.captured[:at], after, true
	}
	return t.captured, "", false
}

// finish prints the last word on the package.
func (o *output) finish(failed bool) {
	word := "PASS"
	if failed {
		word = "FAIL"
	}
	fmt.Fprintf(o.w, "%s%s\n", o.marker, word)
}

// closeLine ends a text that stops in the middle of a line.
func closeLine(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}
