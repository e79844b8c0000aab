package toolchain

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The flags of go test are read from the go command's own sources, so that this fails when a release
// brings a new one.
func TestEveryFlagOfGoTestIsKnown(t *testing.T) {
	cmd := filepath.Join(hostGo(t).GOROOT, "src", "cmd", "go", "internal")
	passed := regexp.MustCompile(`(?m)^\t"(\w+)": +true,$`)
	defined := regexp.MustCompile(`(?:Bool|Int|Duration|String)?(?:Var)?\((?:[^"\n]+, )?"([\w-]+)", .*\)\n`)
	found := 0
	for _, source := range []struct {
		file string
		from string
		to   string
		flag *regexp.Regexp
	}{
		{"test/flagdefs.go", "var passFlagToTest", "\n}", passed},
		{"test/testflag.go", "\nfunc init() {", "\n}", defined},
		{"work/build.go", "\nfunc AddBuildFlags(", "\n}", defined},
		{"work/build.go", "\nfunc AddCoverFlags(", "\n}", defined},
		{"base/flag.go", "\nfunc AddBuildFlagsNX(", "\n}", defined},
		{"base/flag.go", "\nfunc AddModFlag(", "\n}", defined},
		{"base/flag.go", "\nfunc AddModCommonFlags(", "\n}", defined},
		{"base/flag.go", "\nfunc AddChdirFlag(", "\n}", defined},
	} {
		for _, m := range source.flag.FindAllStringSubmatch(section(t, filepath.Join(cmd, source.file), source.from, source.to), -1) {
			found++
			if _, _, known := lookup(m[1]); !known {
				t.Errorf("go test's flag -%s (%s) is not known", m[1], source.file)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d flags found in the sources of the go command: the test does not see them", found)
	}
}

// section returns the part of a file from one text to the next occurrence of another.
func section(t *testing.T, file, from, to string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("no sources of the go command: %v", err)
	}
	m := regexp.MustCompile(`(?s)` + regexp.QuoteMeta(from) + `.*?` + regexp.QuoteMeta(to)).FindString(string(data))
	if m == "" {
		t.Fatalf("%s: nothing between %q and %q", file, from, to)
	}
	return m
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		flag, name      string
		isSwitch, known bool
	}{
		{"race", "race", true, true},
		{"test.v", "v", true, true},
		{"run", "run", false, true},
		{"test.run", "run", false, true},
		{"update", "update", false, false},
	} {
		name, isSwitch, known := lookup(c.flag)
		if name != c.name || isSwitch != c.isSwitch || known != c.known {
			t.Errorf("lookup(%q) = %q, %v, %v", c.flag, name, isSwitch, known)
		}
	}
}
