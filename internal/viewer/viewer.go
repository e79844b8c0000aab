package viewer

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"os"

	"github.com/goclew/clew/internal/trace"
)

//go:embed web/index.html web/dist/app.js web/dist/app.css
var web embed.FS

// A Viewer shows one trace.
type Viewer struct {
	trace   []byte // in its binary form
	test    string // what ran, for the title
	sources *sources
}

// Open reads a trace file. GOROOT is where the standard library's sources lie, empty if they are not to be shown. A file that is no trace gives
// a *[trace.SyntaxError].
func Open(path, goroot string) (*Viewer, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := trace.Read(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if !isBinary(file) {
		var packed bytes.Buffer
		if err := t.WriteBinary(&packed); err != nil {
			return nil, err
		}
		file = packed.Bytes()
	}
	return &Viewer{trace: file, test: t.About.Test, sources: newSources(t, goroot)}, nil
}

// isBinary reports whether a trace file, which can be read, is in the form that the page reads.
func isBinary(file []byte) bool {
	const start = "clew trace b"
	unpacked, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return false
	}
	begin := make([]byte, len(start))
	_, err = io.ReadFull(unpacked, begin)
	return err == nil && string(begin) == start
}
