// Classes checks what bugs are called, in the examples and in the programs of bench/sctbench, against what was written down by
// hand beside them, and that the table in docs/classes.md says so.
//
//	go run ./scripts/classes [-write] [-seeds N]
//
// With -write it writes that table anew. The exit code is 1 if a class is wrong or missing, or the table is not the one that there is.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goclew/clew/internal/lab"
)

func main() {
	write := flag.Bool("write", false, "write the table in docs/classes.md anew")
	seeds := flag.Int("seeds", 1, "how many seeds to search the programs from")
	flag.Parse()
	wrong, err := check(*seeds, *write)
	if err != nil {
		fmt.Fprintln(os.Stderr, "classes:", err)
		os.Exit(2)
	}
	for _, w := range wrong {
		fmt.Println(w)
	}
	if len(wrong) > 0 {
		os.Exit(1)
	}
}

// A group is tests whose bugs have names.
type group struct {
	title    string
	dir      string // to search in, below the root
	packages string // all of them, as go test wants it
	env      []string
	args     []string
	expected []lab.Expected
}

// groups returns the examples and the published programs, without their twins.
func groups(root string) ([]*group, error) {
	examples, err := lab.ReadExpected(filepath.Join(root, "examples", "expected.txt"))
	if err != nil {
		return nil, err
	}
	programs, err := lab.ReadClasses(filepath.Join(root, "bench", "sctbench", "programs", "classes.txt"))
	examples = slices.DeleteFunc(examples, func(e lab.Expected) bool { return e.Kinds == lab.None })
	return []*group{
		{title: "example", dir: "examples", packages: "./...", expected: examples},
		{title: "program", dir: "bench/sctbench/programs", packages: ".", env: []string{"CLEW_SCTBENCH=1"}, expected: programs,
			args: []string{"-skip=Correct$|^TestSafeStack$"}}, // which takes a million schedules to break
	}, err
}

// check searches all tests, and returns a line for each thing that is wrong.
func check(seeds int, write bool) ([]string, error) {
	l, err := lab.Open()
	if err != nil {
		return nil, err
	}
	defer l.Close()
	all, err := groups(l.Root)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, g := range all {
		for seed := 1; seed <= seeds; seed++ {
			report, err := g.search(l, seed)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, g.judge(report, seed)...)
		}
	}
	return append(wrong, table(l.Root, all, write)...), nil
}

// search runs clew test once on the group.
func (g *group) search(l *lab.Lab, seed int) (*lab.Report, error) {
	dir, err := l.Copy(filepath.Join(l.Root, filepath.FromSlash(g.dir)), g.title+strconv.Itoa(seed))
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	module := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(module); err != nil { // it belongs to clew's
		if err := os.WriteFile(module, []byte("module "+g.title+"\n\ngo 1.25\n"), 0o666); err != nil {
			return nil, err
		}
	}
	file := filepath.Join(dir, "report.json")
	args := append([]string{"test", "-seed=" + strconv.Itoa(seed), "-schedules=3000", "-time=10m", "-report=" + file}, g.args...)
	r, err := lab.Run(dir, g.env, l.Clew, append(args, g.packages)...)
	if err != nil {
		return nil, err
	}
	if r.Code != 1 { // there are bugs in it
		return nil, fmt.Errorf("exit code %d, want 1\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	return lab.ReadReport(file)
}

// judge returns what is wrong with what bugs were called under one seed.
func (g *group) judge(report *lab.Report, seed int) (wrong []string) {
	for i := range g.expected {
		e := &g.expected[i]
		for k := range report.Tests {
			t := &report.Tests[k]
			if t.Test != e.Test || !strings.HasSuffix(t.Package, "/"+e.Package) && e.Package != "" {
				continue
			}
			if text := e.Wrong(t); text != "" {
				wrong = append(wrong, fmt.Sprintf("%s %s, seed %d: %s", g.title, e.Test, seed, text))
			}
		}
	}
	for _, t := range report.Tests {
		if len(t.Findings) > 0 && !slices.ContainsFunc(g.expected, func(e lab.Expected) bool { return e.Test == t.Test }) {
			wrong = append(wrong, fmt.Sprintf("%s %s is not in the table of expectations", g.title, t.Test))
		}
	}
	return wrong
}

// Where the table is, between two lines of docs/classes.md.
const (
	begin = "<!-- written by go run ./scripts/classes -write -->\n"
	end   = "<!-- end -->\n"
)

// table compares the table with the one that there is, or writes it.
func table(root string, all []*group, write bool) []string {
	var b strings.Builder
	for _, g := range all {
		fmt.Fprintf(&b, "\n| %s | class |\n| --- | --- |\n", g.title)
		for _, e := range g.expected {
			name := strings.TrimPrefix(e.Test, "Test")
			if e.Package != "" {
				name = fmt.Sprintf("%s, %s", strings.TrimSuffix(e.Package, "/bug"), e.Test)
			}
			fmt.Fprintf(&b, "| %s | %s |\n", name, lab.ClassText(e.Classes))
		}
	}
	b.WriteString("\n")
	file := filepath.Join(root, "docs", "classes.md")
	content, err := os.ReadFile(file)
	if err != nil {
		return []string{err.Error()}
	}
	before, rest, found := strings.Cut(string(content), begin)
	old, after, ends := strings.Cut(rest, end)
	switch {
	case !found || !ends:
		return []string{"docs/classes.md has no place for the table"}
	case old == b.String():
		return nil
	case !write:
		return []string{"the table in docs/classes.md is not the one that there is: go run ./scripts/classes -write"}
	}
	if err := os.WriteFile(file, []byte(before+begin+b.String()+end+after), 0o666); err != nil {
		return []string{err.Error()}
	}
	return nil
}
