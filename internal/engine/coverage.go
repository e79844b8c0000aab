package engine

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// coverage joins the profiles of a package's workers. Each writes its own, in a folder of its own.
type coverage struct {
	mode   string
	order  []string // blocks as first met
	blocks map[string]*block
	suffix string // what the testing package says behind the percentage: " in ./..."
	none   bool   // a worker said that there are no statements
}

// block is a stretch of code: so many statements, run so often.
type block struct {
	statements int
	count      uint64
}

var coverLine = regexp.MustCompile(`(?m)^coverage: (?:\[no statements\]|[0-9.]+% of statements(.*))\n`)

// withoutCoverLine takes the testing package's own line out of a worker's last words.
func (c *coverage) withoutCoverLine(output string) string {
	if m := coverLine.FindStringSubmatch(output); m != nil {
		c.suffix = m[1]
		c.none = c.none || strings.Contains(m[0], "[no statements]")
	}
	return coverLine.ReplaceAllString(output, "")
}

// add joins the profile in the folder, if the worker came to write one.
func (c *coverage) add(folder string) error {
	f, err := os.Open(filepath.Join(folder, "profile"))
	if err != nil {
		return nil
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if mode, ok := strings.CutPrefix(lines.Text(), "mode: "); ok {
			c.mode = mode
			continue
		}
		if err := c.line(lines.Text()); err != nil {
			return fmt.Errorf("coverage profile of a worker: %w", err)
		}
	}
	return lines.Err()
}

// line joins one line: file.go:3.14,5.2 statements count.
func (c *coverage) line(text string) error {
	f := strings.Fields(text)
	if len(f) < 3 {
		return fmt.Errorf("%q is no line of one", text)
	}
	where := strings.Join(f[:len(f)-2], " ")
	statements, err1 := strconv.Atoi(f[len(f)-2])
	count, err2 := strconv.ParseUint(f[len(f)-1], 10, 64)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("%q is no line of one", text)
	}
	if c.blocks == nil {
		c.blocks = map[string]*block{}
	}
	b := c.blocks[where]
	if b == nil {
		b = &block{statements: statements}
		c.blocks[where] = b
		c.order = append(c.order, where)
	}
	if c.mode == "set" {
		b.count = max(b.count, count)
	} else {
		b.count += count
	}
	return nil
}

// write saves the joined profile.
func (c *coverage) write(path string) error {
	var s strings.Builder
	fmt.Fprintf(&s, "mode: %s\n", c.mode)
	for _, where := range c.order {
		fmt.Fprintf(&s, "%s %d %d\n", where, c.blocks[where].statements, c.blocks[where].count)
	}
	return os.WriteFile(path, []byte(s.String()), 0o666)
}

// line for people, as the testing package has it.
func (c *coverage) text() string {
	var all, covered int
	for _, b := range c.blocks {
		all += b.statements
		if b.count > 0 {
			covered += b.statements
		}
	}
	if all == 0 {
		return "coverage: [no statements]\n"
	}
	return fmt.Sprintf("coverage: %.1f%% of statements%s\n", 100*float64(covered)/float64(all), c.suffix)
}

// moveCounters moves the files that go tool covdata reads to where the user wants them.
func moveCounters(folder, dir string) error {
	files, err := filepath.Glob(filepath.Join(folder, "cov*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}
