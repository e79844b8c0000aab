package toolchain

import "testing"

func TestReleaseOf(t *testing.T) {
	for version, want := range map[string]string{
		"go1.26.8":                        "1.26",
		"go1.27":                          "1.27",
		"go1.27rc1":                       "1.27",
		"go1.25.0-custom":                 "1.25",
		"go1.26.8 X:nodwarf5":             "1.26",
		"devel go1.28-2b9e4c1 Tue Nov 11": "1.28",
		"go1.260.1":                       "1.260",
		"":                                "",
		"gccgo":                           "",
	} {
		if got := releaseOf(version); got != want {
			t.Errorf("releaseOf(%q) = %q, want %q", version, got, want)
		}
	}
}

func TestUnsupportedNamesVersionAndReleases(t *testing.T) {
	err := &UnsupportedError{"go1.24.3", "/usr/lib/go"}
	want := "go1.24.3 in /usr/lib/go is not supported: clew works with Go 1.25, 1.26 and 1.27 (GOTOOLCHAIN=go1.27.0 chooses one)"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}
