package arch

import "testing"

// Programs carry the public package with them, under clew or not.
func TestThePublicPackageImportsNextToNothing(t *testing.T) {
	allowed := map[string]string{
		"strconv": "it says which number was wrong",
		"time":    "options have a time",
		"unsafe":  "the compiler wants it for links to what is inside",
	}
	imports := projectImports(t)["."]
	if len(imports) == 0 {
		t.Fatal("it imports nothing at all: the test does not see it")
	}
	for _, to := range imports {
		if allowed[to] == "" {
			t.Errorf("it imports %s, and no sentence says what for", to)
		}
	}
}
