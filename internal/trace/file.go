package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	textStart   = "clew trace v1\n"
	binaryStart = "clew trace b1\n"
)

// A SyntaxError says where a trace file is broken and why.
type SyntaxError struct {
	Line   int   // of the text form, from 1; 0 for the binary form
	Offset int64 // in the binary form, unpacked, where the record begins
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason)
}

// Read reads a trace file in any of its forms, compressed or not. What is broken gives a *[SyntaxError], and the trace up to there; what cannot be
// read at all, the error that says why.
func Read(r io.Reader) (*Trace, error) {
	in := bufio.NewReader(r)
	if start, _ := in.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, &SyntaxError{Reason: "the file is compressed, and broken: " + err.Error()}
		}
		in = bufio.NewReader(unpacked)
	}
	start := make([]byte, len(textStart))
	n, err := io.ReadFull(in, start)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, err
	case n == 0:
		return nil, &SyntaxError{Line: 1, Reason: fmt.Sprintf("the file is empty; a trace begins with %q", textStart[:len(textStart)-1])}
	case string(start) == textStart:
		return (&textReader{in: in, line: 1}).read()
	case string(start) == binaryStart:
		return (&binaryReader{in: in, offset: int64(n)}).read()
	case bytes.HasPrefix(start, []byte("clew trace ")):
		return nil, &SyntaxError{Line: 1, Reason: fmt.Sprintf("%q is a version that this clew cannot read (it reads v1 and b1); a newer clew can", start)}
	}
	return nil, &SyntaxError{Line: 1, Reason: fmt.Sprintf("%q is not the beginning of a trace (%q)", start[:n], textStart[:len(textStart)-1])}
}

// Load reads a trace file.
func Load(path string) (*Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// reasonOf says what is wrong with a file that could not be read to its end.
func reasonOf(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the file is cut here"
	}
	return err.Error()
}
