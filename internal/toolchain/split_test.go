package toolchain

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// ownFlags are some flags like clew's.
type ownFlags struct {
	*flag.FlagSet
	n    int
	d    time.Duration
	seed uint64
	on   bool
}

func newOwnFlags() *ownFlags {
	o := &ownFlags{FlagSet: flag.NewFlagSet("", flag.ContinueOnError)}
	o.SetOutput(io.Discard)
	o.IntVar(&o.n, "schedules", 1000, "")
	o.DurationVar(&o.d, "time", time.Second, "")
	o.Uint64Var(&o.seed, "seed", 1, "")
	o.BoolVar(&o.on, "prove", false, "")
	return o
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   string
		others string
		n      int
		on     bool
	}{
		{"nothing", "", "", 1000, false},
		{"mixed before packages", "-v -schedules 7 -run X -prove ./...", "-v -run X ./...", 7, true},
		{"equals and two dashes", "--schedules=7 --run=X .", "--run=X .", 7, false},
		{"after packages", "./a ./b -schedules 7 -v", "./a ./b -v", 7, false},
		{"a value that looks like ours", "-run -schedules .", "-run -schedules .", 1000, false},
		{"after -args", "-v . -args -schedules 7", "-v . -args -schedules 7", 1000, false},
		{"after --args", ". --args -prove", ". --args -prove", 1000, false},
		{"after a terminator", ". -- -prove", ". -- -prove", 1000, false},
		{"words for the test", ". -v word -prove", ". -v word -prove", 1000, false},
		{"test. in front", "-test.v -test.run X", "-test.v -test.run X", 1000, false},
		{"switched off", "-prove=false -prove=0 .", ".", 1000, false},
		{"chdir", "-C dir -schedules 7 .", "-C dir .", 7, false},
		{"a lone dash is no flag", "- -v", "- -v", 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			own := newOwnFlags()
			others, err := Split(strings.Fields(c.args), own.FlagSet)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Fields(c.others); !slices.Equal(others, want) {
				t.Errorf("others %q, want %q", others, want)
			}
			if own.n != c.n || own.on != c.on {
				t.Errorf("-schedules=%d -prove=%v, want %d and %v", own.n, own.on, c.n, c.on)
			}
		})
	}
}

func TestSplitSaysWhatIsWrong(t *testing.T) {
	for args, want := range map[string]string{
		"-update .":                  "unknown flag -update: not one of clew test or go test",
		"--no-such=1 .":              "unknown flag --no-such=1",
		"-v -run":                    "flag -run needs a value",
		"-schedules":                 "flag -schedules needs a value",
		"-schedules many":            `invalid value "many" for -schedules: want a whole number`,
		"-seed -1":                   `invalid value "-1" for -seed: want a whole number, not negative`,
		"-seed 99999999999999999999": `invalid value "99999999999999999999" for -seed: too large`,
		"-time 5":                    `invalid value "5" for -time: want a time with its unit`,
		"-prove=perhaps":             `invalid value "perhaps" for -prove: want true or false`,
		"-=x":                        "unknown flag -=x",
		"---v":                       "unknown flag ---v",
	} {
		_, err := Split(strings.Fields(args), newOwnFlags().FlagSet)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", args, err, want)
			continue
		}
		if !errors.As(err, new(*UsageError)) {
			t.Errorf("%s: %T is not the user's to mend", args, err)
		}
	}
}
