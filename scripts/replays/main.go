// Replays checks clew's first promise: a saved schedule leads to the same finding by the same steps,
// every time. It finds a few bugs of examples/, and then replays their schedules in fresh
// processes, by turns with GOMAXPROCS 1 and 4, while another thread keeps a core busy.
//
//	go run ./scripts/replays [replays]
//
// Replays is 1,000 in all if not given. The exit code is 1 if one of them differs.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/goclew/clew/internal/lab"
)

// A bug of each kind, and the one with the most threads.
var bugs = []string{"abba", "counter", "doubleclose", "nobodyreads", "philosophers"}

func main() {
	replays := lab.Count("replays", "replays", 1000)
	same, err := check(replays)
	if err != nil {
		fmt.Fprintln(os.Stderr, "replays:", err)
		os.Exit(2)
	}
	fmt.Printf("%d of %d replays gave the same finding by the same steps\n", same, replays)
	if same < replays {
		os.Exit(1)
	}
}

// check finds the bugs, replays them that often in all, and returns how many replays were like
// the first one of their schedule.
func check(replays int) (same int, err error) {
	l, err := lab.Open()
	if err != nil {
		return 0, err
	}
	defer l.Close()
	files, err := find(l)
	if err != nil {
		return 0, err
	}
	stop := lab.KeepBusy()
	defer stop()

	first := make(map[string]string)
	for i := range replays {
		file := files[i%len(files)]
		got, err := replay(l, file, []string{"1", "4"}[i/len(files)%2])
		if err != nil {
			return same, err
		}
		if _, seen := first[file]; !seen {
			first[file] = got.text
		}
		switch {
		case !got.found:
			fmt.Printf("replay %d of %s found nothing\n%s", i+1, file, got.text)
		case got.text != first[file]:
			fmt.Printf("replay %d of %s differs: first\n%sthen\n%s", i+1, file, first[file], got.text)
		default:
			same++
		}
	}
	return same, nil
}

// find returns a saved schedule of each bug.
func find(l *lab.Lab) ([]string, error) {
	dir, err := l.Copy(filepath.Join(l.Root, "examples"), "examples")
	if err != nil {
		return nil, err
	}
	report := filepath.Join(l.Dir, "report.json")
	args := []string{"test", "-report=" + report}
	for _, bug := range bugs {
		args = append(args, "./"+bug+"/bug")
	}
	r, err := lab.Run(dir, nil, l.Clew, args...)
	if err != nil {
		return nil, err
	}
	found, err := lab.ReadReport(report)
	if err != nil {
		return nil, fmt.Errorf("%v\n%s%s", err, r.Stdout, r.Stderr)
	}
	var files []string
	for _, t := range found.Tests {
		for _, f := range t.Findings {
			files = append(files, filepath.Join(dir, f.Schedule))
		}
	}
	if len(files) < len(bugs) {
		return nil, fmt.Errorf("only %d of %d bugs were found\n%s", len(files), len(bugs), r.Stdout)
	}
	return files, nil
}

// A replayed is what clew replay says of a schedule, steps and all.
type replayed struct {
	found bool
	text  string
}

func replay(l *lab.Lab, file, procs string) (replayed, error) {
	r, err := lab.Run(l.Dir, []string{"GOMAXPROCS=" + procs}, l.Clew, "replay", "-v", file)
	return replayed{r.Code == 1, withoutTimes(r.Stdout) + r.Stderr}, err
}

var realTime = regexp.MustCompile(`(?m)\([0-9.]+s\)|\t[0-9.]+s$`)

// withoutTimes takes out how long a test took in real time; nothing else may differ.
func withoutTimes(text string) string { return realTime.ReplaceAllString(text, "…") }
