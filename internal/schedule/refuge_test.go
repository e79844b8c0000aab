package schedule

import (
	"path/filepath"
	"testing"
)

func TestAScheduleKnowsItsPackage(t *testing.T) {
	root := t.TempDir()
	s := &Schedule{Test: "TestX/sub", Package: "example.com/m", Go: "go1.26.8", Finding: "deadlock", Origin: Origin{Strategy: "random"}}
	refugee, err := s.SaveInRefuge(root, "/usr/lib/go/src/sync")
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.SaveInRefuge(root, "/home/me/sync")
	if err != nil || filepath.Dir(other) == filepath.Dir(refugee) {
		t.Errorf("two packages share %s, %v", other, err)
	}
	if paths, err := List(Refuge(root, "/usr/lib/go/src/sync"), "TestX/sub"); err != nil || len(paths) != 1 || paths[0] != refugee {
		t.Errorf("listed %v, %v; want %s", paths, err, refugee)
	}
	for _, tt := range []struct{ file, home string }{
		{refugee, "/usr/lib/go/src/sync"},
		{other, "/home/me/sync"},
		{"/home/me/m/testdata/clew/TestX/3f2a9c10", "/home/me/m"},
		{"/home/me/Downloads/3f2a9c10", ""},
		{"/testdata/clew/TestX/3f2a9c10", "/"},
	} {
		if home, ok := Home(tt.file); home != tt.home || ok != (tt.home != "") {
			t.Errorf("Home(%s) = %q, %t; want %q", tt.file, home, ok, tt.home)
		}
	}
}
