package viewer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"time"
)

// A Server serves a trace's page to this machine.
type Server struct {
	listener net.Listener
	http     *http.Server
	token    string
}

// Listen opens a port on the loopback interface. Nothing is answered before [Server.Serve].
func (v *Viewer) Listen() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var token [16]byte
	rand.Read(token[:]) // never fails
	s := &Server{listener: listener, token: hex.EncodeToString(token[:])}
	s.http = &http.Server{
		Handler:           &guard{host: listener.Addr().String(), token: s.token, next: v.routes()},
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
	return s, nil
}

// URL is the address of the page, with its token.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/" + s.token + "/" }

// Serve answers until the context ends.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { s.http.Close() })
	defer stop()
	if err := s.http.Serve(s.listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// routes answers requests that have passed the guard:
//
//	/                   the page
//	/app.js, /app.css   what it needs
//	/trace              the trace in its binary form
//	/sources            the names of the source files that can be had, as JSON
//	/source?file=NAME   one of them
func (v *Viewer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { send(w, "text/html; charset=utf-8", v.served()) })
	mux.HandleFunc("GET /app.js", func(w http.ResponseWriter, r *http.Request) {
		send(w, "text/javascript; charset=utf-8", part("dist/app.js"))
	})
	mux.HandleFunc("GET /app.css", func(w http.ResponseWriter, r *http.Request) { send(w, "text/css; charset=utf-8", part("dist/app.css")) })
	mux.HandleFunc("GET /trace", func(w http.ResponseWriter, r *http.Request) { send(w, "application/octet-stream", v.trace) })
	mux.HandleFunc("GET /sources", v.serveNames)
	mux.HandleFunc("GET /source", v.serveSource)
	return mux
}

func (v *Viewer) serveNames(w http.ResponseWriter, r *http.Request) {
	names, err := json.Marshal(v.sources.names())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, "application/json", names)
}

func (v *Viewer) serveSource(w http.ResponseWriter, r *http.Request) {
	text, err := v.sources.read(r.URL.Query().Get("file"))
	if err != nil {
		http.Error(w, "clew view: "+err.Error(), http.StatusNotFound)
		return
	}
	send(w, "text/plain; charset=utf-8", text)
}

func send(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Write(body)
}
