// Package server answers questions one at a time until it is closed. Who waits for
// an answer watches for the end as well, and the server never waits for who asked.
package server

import "errors"

// ErrClosed says that the server was closed before it could answer.
var ErrClosed = errors.New("server closed")

type question struct {
	number int
	answer chan int
}

// Server doubles numbers.
type Server struct {
	questions chan question
	quit      chan struct{}
}

// New starts a server.
func New() *Server {
	s := &Server{questions: make(chan question, 1), quit: make(chan struct{})}
	go s.serve()
	return s
}

func (s *Server) serve() {
	for {
		select {
		case q := <-s.questions:
			q.answer <- 2 * q.number
		case <-s.quit:
			return
		}
	}
}

// Double returns twice the number, or ErrClosed.
func (s *Server) Double(number int) (int, error) {
	q := question{number, make(chan int, 1)}
	select {
	case s.questions <- q:
	case <-s.quit:
		return 0, ErrClosed
	}
	select {
	case answer := <-q.answer:
		return answer, nil
	case <-s.quit:
		return 0, ErrClosed
	}
}

// Close stops the server. It must be called once.
func (s *Server) Close() {
	close(s.quit)
}
