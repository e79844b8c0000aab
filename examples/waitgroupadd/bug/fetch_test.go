package fetch

import "testing"

func TestPageIsFetched(t *testing.T) {
	f := New(func(url string) int { return len(url) })
	progress := func(url string) { t.Logf("loading %s", url) }

	if got := f.All(progress, "/home"); got != 1 {
		t.Errorf("%d pages fetched, want 1", got)
	}
}
