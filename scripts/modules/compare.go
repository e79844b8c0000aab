package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goclew/clew/scripts/internal/lab"
)

// A comparison is how the two verdicts on all tests of a module agree.
type comparison struct {
	total, same, known int
	unexplained        []string // a text each
	goTime, clewTime   time.Duration
}

// compare runs a module's tests with go test and with clew test.
func compare(l *lab.Lab, m module, search []string, known map[string]string) (comparison, error) {
	var c comparison
	dir, err := fetch(l, m)
	if err != nil {
		return c, err
	}
	args := append(slices.Clone(m.flags), "./...")
	plain, err := verdicts(dir, &c.goTime, "go", append([]string{"test", "-json", "-count=1"}, args...))
	if err != nil {
		return c, err
	}
	args = slices.Concat([]string{"test", "-json"}, search, args)
	clew, err := verdicts(dir, &c.clewTime, l.Clew, args)
	if err != nil {
		return c, err
	}
	for _, test := range slices.Sorted(maps.Keys(union(plain, clew))) {
		c.total++
		want, got := plain[test].word(), clew[test].word()
		switch {
		case want == got:
			c.same++
		case known[test+" "+want+"/"+got] != "":
			c.known++
		default:
			c.unexplained = append(c.unexplained, fmt.Sprintf("%s: go test says %s, clew test says %s\n%s",
				test, want, got, indent(clew[test])))
		}
	}
	return c, nil
}

// A verdict is what go test -json said of a test or a package.
type verdict struct {
	action string // pass, fail or skip
	output strings.Builder
}

func (v *verdict) word() string {
	if v == nil || v.action == "" {
		return "nothing"
	}
	return v.action
}

// verdicts runs a command that prints go test's JSON events, and returns the verdict on each test
// ("package test") and each package ("package -").
func verdicts(dir string, took *time.Duration, program string, args []string) (map[string]*verdict, error) {
	began := time.Now()
	r, err := lab.Run(dir, []string{"GOFLAGS=-mod=mod"}, program, args...)
	*took = time.Since(began)
	if err != nil {
		return nil, err
	}
	if r.Code > 1 {
		return nil, fmt.Errorf("%s %s: exit code %d\n%s", program, strings.Join(args, " "), r.Code, r.Stderr)
	}
	found := make(map[string]*verdict)
	decoder := json.NewDecoder(strings.NewReader(r.Stdout))
	for decoder.More() {
		var event struct{ Action, Package, Test, Output string }
		if err := decoder.Decode(&event); err != nil {
			return nil, fmt.Errorf("%s %s: %v\n%s", program, strings.Join(args, " "), err, r.Stderr)
		}
		if event.Package == "" {
			continue // a build's output
		}
		test := event.Test
		if test == "" {
			test = "-"
		}
		note(found, event.Package+" "+test, event.Action, event.Output)
	}
	return found, nil
}

func note(found map[string]*verdict, test, action, output string) {
	v := found[test]
	if v == nil {
		v = &verdict{}
		found[test] = v
	}
	switch action {
	case "pass", "fail", "skip":
		v.action = action
	case "output":
		v.output.WriteString(output)
	}
}

// union returns a map with the keys of both.
func union(a, b map[string]*verdict) map[string]*verdict {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// indent returns the first lines of what was printed on a test.
func indent(v *verdict) string {
	const most = 60
	if v == nil {
		return ""
	}
	lines := strings.SplitAfterN(v.output.String(), "\n", most+1)
	if len(lines) > most {
		lines[most] = "…\n"
	}
	return "    " + strings.Join(lines, "    ")
}

// fetch downloads a module and returns a copy of it that may be written to.
func fetch(l *lab.Lab, m module) (string, error) {
	r, err := lab.Run(l.Dir, nil, "go", "mod", "download", "-json", m.path+"@"+m.version)
	if err != nil {
		return "", err
	}
	var module struct{ Dir, Error string }
	if err := json.Unmarshal([]byte(r.Stdout), &module); err != nil || module.Error != "" {
		return "", fmt.Errorf("go mod download: %s%s", module.Error, r.Stderr)
	}
	dir, err := l.Copy(module.Dir, strings.ReplaceAll(m.path, "/", "_"))
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(file); os.IsNotExist(err) {
		// Older than modules: the go command makes the same file for it.
		return dir, os.WriteFile(file, []byte("module "+m.path+"\n"), 0o644)
	}
	return dir, nil
}
