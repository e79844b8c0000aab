// Package letters is two threads that write on one sheet, one of them letters and the other
// digits. There is no bug in it: it shows how many ways there are for two threads to take turns.
package letters

import "sync"

// Sheet takes one mark at a time.
type Sheet struct {
	mu    sync.Mutex
	marks []rune
}

func (s *Sheet) write(mark rune) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = append(s.marks, mark)
}

// Write lets one thread write all letters and another all digits, and returns what the sheet
// says when both are done.
func Write(letters, digits string) string {
	var s Sheet
	var wg sync.WaitGroup
	for _, marks := range []string{letters, digits} {
		wg.Go(func() {
			for _, mark := range marks {
				s.write(mark)
			}
		})
	}
	wg.Wait()
	return string(s.marks)
}
