package viewer

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"
)

// The policies say what the page may load and run: its own script and style, and nothing else. No text can become markup that runs
// (trusted types), nor can the page send anything to anyone. The written page names its parts by their hashes; that nobody may frame it
// only a header could say.
const (
	commonPolicy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
	servedPolicy = commonPolicy + "script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)

// What index.html has in the places that differ between the two ways to the page.
const (
	titleMark  = "<title>clew</title>"
	styleMark  = `<link rel="stylesheet" href="app.css">`
	scriptMark = `<script src="app.js" defer></script>`
)

// part returns a file of the page.
func part(name string) []byte {
	file, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err) // it is compiled in
	}
	return file
}

// served returns the page that asks the server for its parts.
func (v *Viewer) served() []byte {
	return []byte(strings.Replace(string(part("index.html")), titleMark, v.title(), 1))
}

func (v *Viewer) title() string {
	if v.test == "" {
		return titleMark
	}
	return "<title>" + html.EscapeString(v.test) + " · clew</title>"
}

// WriteHTML writes the page as one file, with the trace and its sources in it.
func (v *Viewer) WriteHTML(w io.Writer) error {
	style, script := part("dist/app.css"), part("dist/app.js")
	policy := fmt.Sprintf("%sscript-src '%s'; style-src '%s'", commonPolicy, hashOf(script), hashOf(style))
	sources, err := v.sourcesJSON()
	if err != nil {
		return err
	}
	page := strings.NewReplacer(
		titleMark, `<meta http-equiv="Content-Security-Policy" content="`+policy+"\">\n"+v.title(),
		styleMark, "<style>"+string(style)+"</style>",
		scriptMark, data("trace", "text/plain", base64.StdEncoding.EncodeToString(v.trace))+
			data("sources", "application/json", string(sources))+
			"<script>"+string(script)+"</script>",
	).Replace(string(part("index.html")))
	_, err = io.WriteString(w, page)
	return err
}

// data is an element that holds what scripts read. Nothing in its text can end it: base64 has no such character, and package json writes <
// as \u003c.
func data(id, kind, text string) string {
	return fmt.Sprintf("<script id=%q type=%q>%s</script>\n", id, kind, text)
}

// sourcesJSON are the texts of the sources by their names.
func (v *Viewer) sourcesJSON() ([]byte, error) {
	texts := map[string]string{}
	for _, name := range v.sources.names() {
		text, err := v.sources.read(name)
		if err != nil {
			return nil, err
		}
		texts[name] = string(bytes.ToValidUTF8(text, []byte("\uFFFD")))
	}
	return json.Marshal(texts)
}

// hashOf names a part of the page in a policy.
func hashOf(part []byte) string {
	sum := sha256.Sum256(part)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
