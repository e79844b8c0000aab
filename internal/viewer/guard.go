package viewer

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// A guard lets only those through who may look: see the package comment.
type guard struct {
	host  string // as browsers send it: 127.0.0.1:40001
	token string
	next  http.Handler // sees paths without the token
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	if reason := g.refuses(r); reason != "" {
		http.Error(w, "clew view: "+reason, http.StatusForbidden)
		return
	}
	http.StripPrefix("/"+g.token, g.next).ServeHTTP(w, r)
}

// refuses says why a request is not answered; empty if it is.
func (g *guard) refuses(r *http.Request) string {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return "there is nothing here to be changed"
	case r.Host != g.host:
		return "this is not the address that was printed"
	case origin != "" && origin != "http://"+g.host:
		return "other sites may not ask"
	case site == "cross-site" || site == "same-site":
		return "other sites may not ask; type the address, or paste it"
	case subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) != 1:
		return "the address lacks its token, or has an old one; take the one that was printed last"
	}
	return ""
}

// harden sets the headers that keep other sites, and what a trace says, away from the page.
func harden(h http.Header) {
	for name, value := range map[string]string{
		"Content-Security-Policy":      servedPolicy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cache-Control":                "no-store",
	} {
		h.Set(name, value)
	}
}
