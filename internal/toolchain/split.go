package toolchain

import (
	"errors"
	"flag"
	"strconv"
	"strings"
	"time"
)

// An arg is one argument of a go test command line, or a flag with the value that follows it.
type arg struct {
	flag  string // name without dashes, "" if it is not a flag
	value string
	has   bool     // whether there is a value
	words []string // as it stood on the command line
	rest  bool     // -args, a terminator or a word for the test binary, with all that follows in words
}

// scan reads a command line as go test does: flags before and after one list of packages, then words
// for the test binary. isSwitch tells whether a flag takes no value of its own, known whether it is
// one of ours or of go test.
func scan(args []string, lookup func(flag string) (isSwitch, known bool)) ([]arg, error) {
	var out []arg
	packages, inPackages := false, false
	for len(args) > 0 {
		a := args[0]
		if len(a) < 2 || a[0] != '-' {
			if packages && !inPackages { // a second list: these are words for the test binary
				return append(out, arg{rest: true, words: args}), nil
			}
			packages, inPackages = true, true
			out, args = append(out, arg{words: args[:1]}), args[1:]
			continue
		}
		if a == "--" || a == "-args" || a == "--args" {
			return append(out, arg{rest: true, words: args}), nil
		}
		inPackages = false
		name, value, has := strings.Cut(strings.TrimPrefix(a[1:], "-"), "=")
		isSwitch, known := lookup(name)
		if !known {
			return nil, usagef("unknown flag %s: not one of clew test or go test (flags for the tests themselves go after -args; `clew help test` lists clew's)", a)
		}
		n := 1
		if !has && !isSwitch {
			if len(args) < 2 {
				return nil, usagef("flag -%s needs a value", name)
			}
			value, has, n = args[1], true, 2
		}
		out, args = append(out, arg{flag: name, value: value, has: has, words: args[:n]}), args[n:]
	}
	return out, nil
}

// Split takes the flags that are defined in own out of a command line of go test, wherever they stand
// before -args, and sets them. It returns the others. Errors, all of them for the user, name the
// flag, the value, and what is allowed.
func Split(args []string, own *flag.FlagSet) (others []string, err error) {
	parsed, err := scan(args, func(name string) (isSwitch, known bool) {
		if f := own.Lookup(name); f != nil {
			return isBool(f.Value), true
		}
		_, isSwitch, known = lookup(name)
		return isSwitch, known
	})
	if err != nil {
		return nil, err
	}
	for _, a := range parsed {
		if f := own.Lookup(a.flag); a.flag != "" && f != nil {
			if !a.has {
				a.value = "true"
			}
			if err := own.Set(a.flag, a.value); err != nil {
				return nil, usagef("invalid value %q for -%s: %s", a.value, a.flag, allowed(f.Value, err))
			}
			continue
		}
		others = append(others, a.words...)
	}
	return others, nil
}

// isBool reports whether a flag needs no value.
func isBool(v flag.Value) bool {
	b, ok := v.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// allowed says what a flag's value must be, for a value that was refused with err: what the error says,
// unless it is one of package flag's own, which say little.
func allowed(v flag.Value, err error) string {
	getter, ok := v.(flag.Getter)
	if !ok {
		return err.Error()
	}
	out := errors.Is(err, strconv.ErrRange) || strings.Contains(err.Error(), "out of range")
	switch getter.Get().(type) {
	case bool:
		return "want true or false"
	case int, int64:
		if out {
			return "too large"
		}
		return "want a whole number"
	case uint, uint64:
		if out {
			return "too large"
		}
		return "want a whole number, not negative"
	case float64:
		return "want a number"
	case time.Duration:
		return "want a time with its unit, as 500ms, 10s or 2m"
	}
	return err.Error()
}
