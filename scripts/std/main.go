// Std runs the standard library's own tests under clew test, and compares each test's verdict with go test's.
// There are no data races in them: one that clew finds there is a false alarm, until it is shown to be a race.
//
//	go run ./scripts/std [-schedules N] [-time D] [-slow D] [package ...]
//
// Without arguments all packages below are run. A difference that known.txt explains is counted as known. One that clew explains by what the
// test relies upon, if a thread is held up, is listed; with -slow=0 there is none. Any other one is printed with what clew said, the outputs
// are kept, and the exit code is 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/goclew/clew/internal/lab"
)

// Packages of Go, in the releases that clew supports: those that synchronize, and those that compute.
var packages = strings.Fields(`
	archive/zip bufio bytes compress/gzip container/heap container/list container/ring context crypto/tls database/sql
	encoding/json errors expvar fmt internal/sync io iter log log/slog maps math/rand math/rand/v2 mime/multipart net/http
	net/http/internal net/rpc net/textproto os/signal path/filepath reflect regexp slices sort strings sync sync/atomic
	testing/synctest text/template time unique weak`)

// mostKnown is how many verdicts on all these packages may differ for a reason: one in so many.
const mostKnown = 50

func main() {
	schedules := flag.Int("schedules", 20, "schedules a test")
	limit := flag.Duration("time", time.Second, "time a test")
	slow := flag.Duration("slow", 10*time.Millisecond, "delays in a run, at most")
	flag.Parse()
	chosen := packages
	if flag.NArg() > 0 {
		chosen = flag.Args()
	}
	search := []string{fmt.Sprintf("-schedules=%d", *schedules), fmt.Sprintf("-time=%v", *limit), fmt.Sprintf("-slow=%v", *slow)}
	all, err := lab.CompareAll("std", "package", chosen, subject, search)
	if err != nil {
		fmt.Fprintln(os.Stderr, "std:", err)
		os.Exit(2)
	}
	if !lab.Agree(all) || flag.NArg() == 0 && !fewKnown(all) {
		os.Exit(1)
	}
}

// subject is one package of the standard library.
func subject(l *lab.Lab, path string) (lab.Subject, error) {
	return lab.Subject{Name: path, Dir: l.Dir, Flags: []string{"-short"}, Packages: []string{path}}, nil
}

// fewKnown says how many verdicts differ for a reason, and reports whether they are few enough.
func fewKnown(all []lab.Comparison) bool {
	total, known := 0, 0
	for _, c := range all {
		total += c.Total
		known += c.Known
	}
	fmt.Printf("%d of %d verdicts are known to differ: %.1f %%, at most %d %% may\n",
		known, total, 100*float64(known)/float64(total), 100/mostKnown)
	return known*mostKnown <= total
}
