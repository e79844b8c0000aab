package viewer

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goclew/clew/internal/trace"
)

// sample is a trace whose one place lies in file, below root.
func sample(root, file string) *trace.Trace {
	at := &trace.Frame{Func: "example.com/m.work", File: file, Line: 1}
	main := &trace.Thread{Name: "main", Entry: at}
	return &trace.Trace{
		About:   trace.About{Test: "TestSample", Root: root},
		Threads: []*trace.Thread{main},
		Steps:   []trace.Step{{Thread: main, Op: "start", Frame: at, Pick: -1}},
		Changes: []trace.Change{{Thread: main, To: trace.New}},
		End:     "ok",
	}
}

// open writes a trace into a file and opens that.
func open(t *testing.T, tr *trace.Trace) *Viewer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "run.trace")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.WriteBinary(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	v, err := Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// serve serves a page until the test ends.
func serve(t testing.TB, v *Viewer) *Server {
	t.Helper()
	s, err := v.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// write writes files below a new folder, by their names.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		os.MkdirAll(filepath.Dir(path), 0o777)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestOnlyWhoHasTheAddressIsAnswered(t *testing.T) {
	s := serve(t, open(t, sample("", "")))
	base := "http://" + s.listener.Addr().String()
	cases := []struct {
		name, method, url, host string
		header                  map[string]string
		want                    int
	}{
		{name: "the address as printed", url: s.URL(), want: 200},
		{name: "the page's own request", url: s.URL() + "trace", header: map[string]string{"Origin": base, "Sec-Fetch-Site": "same-origin"}, want: 200},
		{name: "no token", url: base + "/", want: 403},
		{name: "no token, the trace", url: base + "/trace", want: 403},
		{name: "a wrong token", url: base + "/" + strings.Repeat("0", 32) + "/", want: 403},
		{name: "the beginning of the token", url: base + "/" + s.token[:31] + "/", want: 403},
		{name: "the token in another place", url: base + "/x/" + s.token + "/", want: 403},
		{name: "another host, as after DNS rebinding", url: s.URL(), host: "evil.example", want: 403},
		{name: "another host with our port", url: s.URL(), host: strings.Replace(s.listener.Addr().String(), "127.0.0.1", "evil.example", 1), want: 403},
		{name: "another site's script", url: s.URL() + "trace", header: map[string]string{"Origin": "https://evil.example"}, want: 403},
		{name: "a page without an origin", url: s.URL() + "trace", header: map[string]string{"Origin": "null"}, want: 403},
		{name: "another site's image or script element", url: s.URL() + "trace", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, want: 403},
		{name: "another port of this machine", url: s.URL() + "trace", header: map[string]string{"Sec-Fetch-Site": "same-site"}, want: 403},
		{name: "a request that changes something", method: "POST", url: s.URL(), want: 403},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequest(c.method, c.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = c.host
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			got, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			if got.StatusCode != c.want {
				t.Errorf("status %d, want %d", got.StatusCode, c.want)
			}
			if h := got.Header; h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("headers are not hardened: %v", h)
			}
			if body, _ := io.ReadAll(got.Body); c.want != 200 && strings.Contains(string(body), s.token) {
				t.Error("the refusal gives away the token")
			}
		})
	}
}

func TestServerListensOnLoopbackAlone(t *testing.T) {
	s := serve(t, open(t, sample("", "")))
	if ip := s.listener.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		t.Errorf("it listens on %v", ip)
	}
	if other := serve(t, open(t, sample("", ""))); other.token == s.token || len(s.token) != 32 {
		t.Errorf("tokens %q and %q: want two different ones of 128 bits", s.token, other.token)
	}
}

func TestSourcesAreThoseOfTheTracesModule(t *testing.T) {
	root := write(t, map[string]string{"m/go.mod": "module m", "m/a.go": "package m", "m/b.go": "package m // other", "m/secret.txt": "secret",
		"out/c.go": "package out", "gowork/src/fmt/print.go": "package fmt", "gowork/VERSION.go": "no source"})
	m := filepath.Join(root, "m")
	for link, to := range map[string]string{"m/out.go": "../out/c.go", "m/txt.go": "secret.txt", "m/folder": "../out", "link": "m"} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	cases := []struct {
		name, root, named, asked string
		want                     error
	}{
		{"a source of the module", m, m + "/a.go", m + "/a.go", nil},
		{"one that the trace does not name", m, m + "/a.go", m + "/b.go", errNotNamed},
		{"nothing", m, m + "/a.go", "", errNotNamed},
		{"the same file by another path", m, m + "/a.go", m + "/x/../a.go", errNotNamed},
		{"one outside the module", m, root + "/out/c.go", root + "/out/c.go", errOutside},
		{"a path that leaves the module", m, m + "/../out/c.go", m + "/../out/c.go", errOutside},
		{"a link out of the module", m, m + "/out.go", m + "/out.go", errOutside},
		{"a file in a folder that is a link", m, m + "/folder/c.go", m + "/folder/c.go", errOutside},
		{"what is no Go source", m, m + "/secret.txt", m + "/secret.txt", errOutside},
		{"what only looks like one", m, m + "/txt.go", m + "/txt.go", errOutside},
		{"a relative name", m, "a.go", "a.go", errOutside},
		{"a missing file", m, m + "/gone.go", m + "/gone.go", errNotHere},
		{"a folder", m, m + "/folder.go", m + "/folder.go", errNotHere},
		{"the module by way of a link", root + "/link", root + "/link/a.go", root + "/link/a.go", nil},
		{"a root that is no module", root, root + "/out/c.go", root + "/out/c.go", errOutside},
		{"the standard library", m, root + "/gowork/src/fmt/print.go", root + "/gowork/src/fmt/print.go", nil},
		{"GOROOT beside its sources", m, root + "/gowork/VERSION.go", root + "/gowork/VERSION.go", errOutside},
	}
	os.Mkdir(filepath.Join(m, "folder.go"), 0o777)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSources(sample(c.root, c.named), filepath.Join(root, "gowork"))
			_, err := s.read(c.asked)
			if err != c.want {
				t.Errorf("read(%q) = %v, want %v", c.asked, err, c.want)
			}
			if listed := slices.Contains(s.names(), c.asked); listed != (c.want == nil) {
				t.Errorf("listed: %v", listed)
			}
		})
	}
}

func TestSourceIsServedByItsName(t *testing.T) {
	root := write(t, map[string]string{"go.mod": "module m", "a.go": "package m // <script>"})
	s := serve(t, open(t, sample(root, filepath.Join(root, "a.go"))))
	for path, want := range map[string]string{
		"source?file=" + filepath.Join(root, "a.go"):   "200 text/plain; charset=utf-8 package m // <script>",
		"source?file=" + filepath.Join(root, "go.mod"): "404 text/plain; charset=utf-8 clew view: the trace does not name this file\n",
		"source?file=../../../../../../../etc/passwd":  "404 text/plain; charset=utf-8 clew view: the trace does not name this file\n",
		"../web/src/main.ts":                           "403 text/plain; charset=utf-8 clew view: the address lacks its token, or has an old one; take the one that was printed last\n",
		"web/index.html":                               "404 text/plain; charset=utf-8 404 page not found\n",
	} {
		got, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(got.Body)
		got.Body.Close()
		if text := fmt.Sprint(got.StatusCode, " ", got.Header.Get("Content-Type"), " ", string(body)); text != want {
			t.Errorf("%s gives\n%s\nwant\n%s", path, text, want)
		}
	}
}

// A trace in any of its forms can be opened; the page always gets the binary one.
func TestAnyFormOfATraceOpens(t *testing.T) {
	for _, name := range []string{"philosophers.txt", "tornrange.txt"} {
		v, err := Open(filepath.Join("testdata", name), "")
		if err != nil {
			t.Fatal(err)
		}
		if !isBinary(v.trace) {
			t.Errorf("%s is not turned into the binary form", name)
		}
	}
}
