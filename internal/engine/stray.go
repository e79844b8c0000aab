package engine

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// strayLimit is how much of a worker's stray output is kept: so much from its beginning and from its end.
const strayLimit = 1 << 20

// stray collects what a worker writes to its standard output and error past the testing package: the
// runtime's crash reports, println, writes by C code, and what TestMain prints.
//
// The pipe's end says nothing of the worker's: processes that it started may still hold the other side. To know that
// all was read, the coordinator writes a mark into the pipe itself and waits for it to come by.
type stray struct {
	write *os.File // the coordinator's own end, for marks
	mu    sync.Mutex
	text  []byte
	lost  int
	marks int
	seen  map[string]chan struct{}
	live  io.Writer // who sees it at once; nil for nobody
	shown int       // how much of text they saw
}

// newStray makes the pipe; the worker gets its write end too.
func newStray() (*stray, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s := &stray{write: write, seen: map[string]chan struct{}{}}
	go s.collect(read)
	return s, nil
}

// collect reads until every writer has closed the pipe.
func (s *stray) collect(read *os.File) {
	defer read.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := read.Read(buffer)
		s.add(buffer[:n])
		if err != nil {
			s.release()
			return
		}
	}
}

func (s *stray) add(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, data...)
	for mark, passed := range s.seen {
		if at := bytes.Index(s.text, []byte(mark)); at >= 0 {
			s.text = append(s.text[:at], s.text[at+len(mark):]...)
			close(passed)
			delete(s.seen, mark)
		}
	}
	if s.live != nil && len(s.seen) == 0 { // else a mark is on its way
		s.live.Write(s.text[s.shown:])
		s.shown = len(s.text)
	}
	if over := len(s.text) - 3*strayLimit; over > 0 {
		cut := len(s.text) - 2*strayLimit
		s.lost += cut
		s.text = append(s.text[:strayLimit], s.text[strayLimit+cut:]...)
		s.shown = len(s.text)
	}
}

// release lets all who wait go on: nothing more will come.
func (s *stray) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for mark, passed := range s.seen {
		close(passed)
		delete(s.seen, mark)
	}
}

// take returns everything that was written since the last call.
func (s *stray) take() string {
	s.mu.Lock()
	s.marks++
	mark := fmt.Sprintf("\x00clew %p %d\x00", s, s.marks)
	passed := make(chan struct{})
	s.seen[mark] = passed
	s.mu.Unlock()
	if _, err := s.write.WriteString(mark); err == nil {
		<-passed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text := string(s.text)
	if s.lost > 0 {
		text = fmt.Sprintf("%s\n… %d bytes left out …\n%s", text[:strayLimit], s.lost, text[strayLimit:])
	}
	s.text, s.lost, s.shown = nil, 0, 0
	return text
}

// close ends the coordinator's part in the pipe.
func (s *stray) close() { s.write.Close() }
