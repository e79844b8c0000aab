package trace

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// WriteText writes the trace in its text form.
func (t *Trace) WriteText(w io.Writer) error {
	out := &textWriter{out: bufio.NewWriter(w)}
	out.columns(t)
	out.out.WriteString(textStart)
	for r := range t.records() {
		out.write(r)
	}
	return out.out.Flush()
}

// A textWriter writes records, a line each. Errors stay with out.
type textWriter struct {
	out     *bufio.Writer
	names   [len(forms)][]string // of threads, objects and places, by their forms
	widths  [3]int               // of a step's thread, operation and object
	section string
	fields  []string
}

// columns finds how wide the columns of the steps are.
func (w *textWriter) columns(t *Trace) {
	const most = 30
	for i := range t.Steps {
		s := &t.Steps[i]
		object := 1
		if s.Object != nil {
			object = len(escape(s.Object.Name))
		}
		for i, n := range []int{len(escape(s.Thread.Name)), len(escape(s.Op)), object} {
			w.widths[i] = min(most, max(w.widths[i], n))
		}
	}
}

// sections are the kinds before which there is an empty line.
var sections = map[string]string{"place": "place", "object": "object", "memory": "object", "thread": "run", "step": "run", "preempted": "run", "blocks": "run",
	"wakes": "run", "ends": "run", "called": "called", "race": "end", "end": "end", "alive": "end", "far": "end", "held": "end"}

func (w *textWriter) write(r record) {
	if s := sections[r.kind.name]; s != w.section {
		w.out.WriteByte('\n')
		w.section = s
	}
	if f := r.kind.defines; f != none {
		w.names[f] = append(w.names[f], r.cells[0].s)
	}
	w.fields = w.fields[:0]
	if r.kind.name != "step" {
		w.fields = append(w.fields, r.kind.name)
	}
	for i, f := range r.kind.fields {
		w.fields = append(w.fields, w.field(f, r.cells[i]))
	}
	for n := len(w.fields); n > 1 && w.fields[n-1] == "-"; n-- {
		w.fields = w.fields[:n-1]
	}
	if r.kind.name == "step" {
		w.align()
	}
	w.out.WriteString(strings.Join(w.fields, " "))
	w.out.WriteByte('\n')
}

// align widens the fields of a step, but for the last.
func (w *textWriter) align() {
	w.fields[0] = fmt.Sprintf("%12s ", w.fields[0])
	for i, width := range w.widths {
		if i+1 < len(w.fields)-1 {
			w.fields[i+1] = fmt.Sprintf("%-*s ", width, w.fields[i+1])
		}
	}
}

// field writes a field; "-" is nothing.
func (w *textWriter) field(f form, c cell) string {
	switch f {
	case word:
		return escape(c.s)
	case text:
		return escapeText(c.s)
	case address:
		return "0x" + strconv.FormatUint(uint64(c.n), 16)
	case moment:
		return time.Duration(c.n).String()
	case value:
		if len(c.list) == 0 {
			return "-"
		}
		return fmt.Sprintf("%#x/%d", uint64(c.n), c.list[0])
	case number:
		return strconv.FormatInt(c.n, 10)
	case choice:
		if c.n < 0 {
			return "-"
		}
		return strconv.FormatInt(c.n, 10)
	case stack:
		return w.list(c.list, func(n int64) string { return w.name(aPlace, n) })
	case locks:
		return w.list(c.list, func(n int64) string { return w.name(anObject, n/2) + []string{"", "/r"}[n%2] })
	}
	return w.name(f, c.n)
}

func (w *textWriter) name(f form, n int64) string {
	if n == 0 {
		return "-"
	}
	return escape(w.names[f][n-1])
}

func (w *textWriter) list(list []int64, name func(int64) string) string {
	if len(list) == 0 {
		return "-"
	}
	var names []string
	for _, n := range list {
		names = append(names, name(n))
	}
	return strings.Join(names, ",")
}

// A textReader reads what a textWriter wrote, or a person.
type textReader struct {
	in    *bufio.Reader
	line  int
	names [len(forms)]map[string]int64
}

func (t *textReader) read() (*Trace, error) {
	var made builder
	for _, f := range []form{aThread, anObject, aPlace} {
		t.names[f] = map[string]int64{}
	}
	for {
		line, err := t.next()
		if err == io.EOF {
			return &made.trace, nil
		}
		if err == nil {
			err = t.record(line, &made)
		}
		if err != nil {
			return &made.trace, &SyntaxError{Line: t.line, Reason: reasonOf(err)}
		}
	}
}

// next returns the next line that is not empty and no comment.
func (t *textReader) next() (string, error) {
	for {
		var line []byte
		for more := true; more; {
			part, prefix, err := t.in.ReadLine()
			if err != nil {
				return "", err
			}
			if line = append(line, part...); len(line) > longest {
				t.line++
				return "", fmt.Errorf("a line of more than %d bytes", longest)
			}
			more = prefix
		}
		t.line++
		if s := strings.Trim(string(line), " \t"); s != "" && s[0] != '#' {
			return s, nil
		}
	}
}

// record reads a line.
func (t *textReader) record(line string, made *builder) error {
	name, rest := cut(line)
	k := kindOf(name)
	if line[0] >= '0' && line[0] <= '9' {
		k, rest = kindOf("step"), line
	} else if k == nil || name == "step" {
		return fmt.Errorf("%q is no kind of records; a step begins with its time", shorten(name))
	}
	r := record{k, make([]cell, len(k.fields))}
	for i, f := range k.fields {
		var field string
		if f == text {
			field, rest = rest, ""
		} else {
			field, rest = cut(rest)
		}
		var err error
		if r.cells[i], err = t.cell(f, field); err != nil {
			return err
		}
	}
	if rest != "" {
		return fmt.Errorf("%q is more than a record %q has", shorten(rest), k.name)
	}
	if err := made.add(r); err != nil {
		return err
	}
	if names := t.names[k.defines]; names != nil {
		name := r.cells[0].s
		if names[name] != 0 {
			return fmt.Errorf("there is another %q", shorten(name))
		}
		names[name] = int64(len(names) + 1)
	}
	return nil
}

// cell reads a field; an empty one is as good as "-".
func (t *textReader) cell(f form, field string) (c cell, err error) {
	if f == word || f == text {
		c.s, err = unescape(field)
		return c, err
	}
	missing := field == "" || field == "-"
	switch f {
	case number, address, moment:
		if missing {
			return c, fmt.Errorf("%s is missing", forms[f])
		}
	case choice:
		c.n = -1
	}
	if missing {
		return c, nil
	}
	switch f {
	case number, choice:
		c.n, err = strconv.ParseInt(field, 10, 64)
	case address:
		var n uint64
		n, err = strconv.ParseUint(field, 0, 64)
		c.n = int64(n)
	case moment:
		var d time.Duration
		d, err = time.ParseDuration(field)
		c.n = int64(d)
	case value:
		return valueOf(field)
	case stack:
		err = each(field, &c, func(name string) (int64, error) { return t.reference(aPlace, name) })
	case locks:
		err = each(field, &c, func(name string) (int64, error) {
			name, read := strings.CutSuffix(name, "/r")
			n, err := t.reference(anObject, name)
			if n *= 2; read {
				n++
			}
			return n, err
		})
	default:
		c.n, err = t.reference(f, field)
	}
	if err != nil {
		return c, fmt.Errorf("%q is no %s: %w", shorten(field), forms[f], err)
	}
	return c, nil
}

func (t *textReader) reference(f form, field string) (int64, error) {
	name, err := unescape(field)
	if err != nil {
		return 0, err
	}
	n := t.names[f][name]
	if n == 0 {
		return 0, fmt.Errorf("nothing of that name so far")
	}
	return n, nil
}

func each(field string, c *cell, one func(string) (int64, error)) error {
	for name := range strings.SplitSeq(field, ",") {
		n, err := one(name)
		if err != nil {
			return err
		}
		c.list = append(c.list, n)
	}
	return nil
}

// valueOf reads 0x1/8: what 8 bytes held.
func valueOf(field string) (cell, error) {
	bits, bytes, both := strings.Cut(field, "/")
	n, err := strconv.ParseUint(bits, 0, 64)
	size, sizeErr := strconv.ParseInt(bytes, 10, 64)
	if err != nil || sizeErr != nil || !both || size < 1 || size > 8 {
		return cell{}, fmt.Errorf("%q is no value, as 0x1/8 for 1 in 8 bytes", shorten(field))
	}
	return cell{n: int64(n), list: []int64{size}}, nil
}

// cut cuts the first word off a line.
func cut(line string) (word, rest string) {
	end := strings.IndexAny(line, " \t")
	if end < 0 {
		return line, ""
	}
	return line[:end], strings.TrimLeft(line[end:], " \t")
}

// shorten keeps the beginning of a long text, for a message.
func shorten(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// forms are what the forms are called, for messages.
var forms = [...]string{none: "nothing", word: "word", text: "text", number: "number", address: "address", moment: "time", choice: "choice",
	value: "value", aThread: "thread", anObject: "object", aPlace: "place", stack: "stack", locks: "list of locks"}

// escape writes a word: nothing as "-", and what would end it, or a list, as % and two hex digits.
func escape(s string) string {
	switch s {
	case "":
		return "-"
	case "-":
		return "%2d"
	}
	return escapeBytes(s, " ,%")
}

// escapeText writes a text that runs to the end of its line.
func escapeText(s string) string {
	if s == "" || s == "-" {
		return escape(s)
	}
	escaped := escapeBytes(s, "%")
	if strings.HasPrefix(escaped, " ") {
		escaped = "%20" + escaped[1:]
	}
	if strings.HasSuffix(escaped, " ") {
		escaped = escaped[:len(escaped)-1] + "%20"
	}
	return escaped
}

// escapeBytes writes some bytes, and those that are no characters to be seen, as % and two hex digits.
func escapeBytes(s, some string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return hides(r) || strings.ContainsRune(some, r) }) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < 0x80 && hides(rune(c)) || strings.IndexByte(some, c) >= 0 {
			fmt.Fprintf(&b, "%%%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hides reports whether a character would not be seen, or end a line.
func hides(r rune) bool { return r < ' ' || r == 0x7f }

func unescape(s string) (string, error) {
	if s == "-" {
		return "", nil
	}
	before, rest, found := strings.Cut(s, "%")
	if !found {
		return s, nil
	}
	var b strings.Builder
	for ; found; before, rest, found = strings.Cut(rest, "%") {
		b.WriteString(before)
		if len(rest) < 2 {
			return "", fmt.Errorf("%q ends behind a %%", shorten(s))
		}
		n, err := strconv.ParseUint(rest[:2], 16, 8)
		if err != nil {
			return "", fmt.Errorf("%q has a %% without two hex digits behind it", shorten(s))
		}
		b.WriteByte(byte(n))
		rest = rest[2:]
	}
	b.WriteString(before)
	return b.String(), nil
}
