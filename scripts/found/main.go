// Found checks the pages in docs/found: it gives the commands of each page to a shell, in their order and in a folder of
// the page's own. Each clew test must end with a finding (exit code 1), and each clew replay must lead to it again.
//
//	go run ./scripts/found [part of a page's name ...]
//
// The exit code is 1 if a command did something else.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/lab"
)

func main() {
	good, err := check(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "found:", err)
		os.Exit(2)
	}
	if !good {
		os.Exit(1)
	}
}

// check runs the commands of the pages whose names have one of the parts in them, of all pages if there are none. It reports whether
// all commands did as their pages say.
func check(parts []string) (good bool, err error) {
	l, err := lab.Open()
	if err != nil {
		return false, err
	}
	defer l.Close()
	pages, err := filepath.Glob(filepath.Join(l.Root, "docs", "found", "*_*.md"))
	if err != nil {
		return false, err
	}
	good = true
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), ".md")
		if !chosen(name, parts) {
			continue
		}
		script, commands, err := scriptOf(page)
		if err != nil {
			return false, err
		}
		dir := filepath.Join(l.Dir, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			return false, err
		}
		env := []string{"PATH=" + filepath.Dir(l.Clew) + string(filepath.ListSeparator) + os.Getenv("PATH")}
		r, err := lab.Run(dir, env, "sh", "-c", script)
		if err != nil {
			return false, err
		}
		right := strings.Count(r.Stdout, asSaid+"\n")
		fmt.Printf("%-40s %d of %d commands\n", name, right, commands)
		if right < commands {
			good = false
			fmt.Print(r.Stdout, r.Stderr)
		}
	}
	return good, nil
}

func chosen(name string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(name, part) {
			return true
		}
	}
	return len(parts) == 0
}

// asSaid is what the shell prints for a clew command that did as its page says.
const asSaid = "found: as the page says"

// scriptOf makes a shell script of a page's commands, the lines that are moved in, and counts those of clew.
func scriptOf(page string) (script string, commands int, err error) {
	f, err := os.Open(page)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	var b strings.Builder
	for lines := bufio.NewScanner(f); lines.Scan(); {
		command, isOne := strings.CutPrefix(lines.Text(), "    ")
		switch {
		case !isOne:
		case strings.HasPrefix(command, "clew "):
			commands++
			fmt.Fprintf(&b, "%s\ncode=$?\nif [ $code = 1 ]; then echo; echo '%s'; else echo; echo \"exit code $code of: %s\"; fi\n", command, asSaid, strings.ReplaceAll(command, `"`, `\"`))
		default:
			fmt.Fprintf(&b, "%s || exit 2\n", command)
		}
	}
	return b.String(), commands, nil
}
