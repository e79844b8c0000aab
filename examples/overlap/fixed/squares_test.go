package squares

import "testing"

func TestTableIsComplete(t *testing.T) {
	for i, got := range Table(10) {
		if got != i*i {
			t.Errorf("the square of %d is %d in the table", i, got)
		}
	}
}
