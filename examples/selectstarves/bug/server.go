// Package server answers questions one at a time until it is closed. When a question and the
// end are both ready, select draws lots: the question may wait for an answer for ever.
//
// It takes one preemption: who asks is held up until the server was closed.
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
	q := question{number, make(chan int)}
	select {
	case s.questions <- q:
		return <-q.answer, nil
	case <-s.quit:
		return 0, ErrClosed
	}
}

// Close stops the server. It must be called once.
func (s *Server) Close() {
	close(s.quit)
}
