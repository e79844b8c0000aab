package mirror

import (
	"errors"
	"testing"
)

func TestFailureIsTold(t *testing.T) {
	full := func(string) error { return errors.New("disk full") }
	good := func(string) error { return nil }

	if err := Write("news", full, good); err == nil {
		t.Error("no error, want one")
	}
}
