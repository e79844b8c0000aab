package toolchain

import (
	"slices"
	"strings"
)

// TestArgs returns the arguments for `go test` that run the user's tests under clew: the overlay, the
// instrumentation, and clewExec (program and arguments) around each test binary, merged with the
// arguments that the user gave. A flag that clew cannot be combined with, there or in GOFLAGS, is a
// *UsageError.
//
// What is merged: -tags and -gcflags, also those of GOFLAGS, which flags on the command line would
// otherwise hide. What is left out: -race, since clew's instrumentation takes its place. What is
// added unless it is there: -timeout=0, since many schedules take longer than one, and -pgo, by which
// the compiler makes clew's part of the program faster.
func TestArgs(o *Overlay, clewExec []string, user []string) ([]string, error) {
	m, err := mergeUser(o, user)
	if err != nil {
		return nil, err
	}
	return m.command(o, clewExec)
}

// A merger collects what the user's flags ask for.
type merger struct {
	chdir     []string // -C and its value: the go command wants it first
	tags      string   // of the last -tags
	gcflags   []string // each value of -gcflags, in order
	racing    bool     // GOFLAGS asks for -race
	noTimeout bool     // nobody gave -timeout
	noProfile bool     // nobody gave -pgo
	others    []string // all other arguments, as they were
}

// mergeUser reads GOFLAGS and then the command line, which has the last word.
func mergeUser(o *Overlay, user []string) (*merger, error) {
	m := &merger{noTimeout: true, noProfile: true}
	goflags, err := splitQuoted(o.GOFLAGS)
	if err != nil {
		return nil, usagef("GOFLAGS: %v", err)
	}
	for _, f := range goflags {
		name, value, has := strings.Cut(strings.TrimLeft(f, "-"), "=")
		if err := m.add(arg{flag: name, value: value, has: has}, "in GOFLAGS"); err != nil {
			return nil, err
		}
	}
	parsed, err := scan(user, func(name string) (isSwitch, known bool) {
		_, isSwitch, known = lookup(name)
		return isSwitch, known
	})
	if err != nil {
		return nil, err
	}
	for _, a := range parsed {
		if err := m.add(a, "on the command line"); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// add takes one argument in. Those of GOFLAGS have no words of their own, since the go command will
// read GOFLAGS itself.
func (m *merger) add(a arg, where string) error {
	name, _, _ := lookup(a.flag)
	on := a.flag != "" && a.value != "false"
	if reason, bad := refused[name]; bad && on && a.flag != "" {
		return usagef("-%s %s cannot be used with clew: %s", name, where, reason)
	}
	switch {
	case a.flag == "" || a.rest:
		m.others = append(m.others, a.words...)
	case name == "C":
		m.chdir = []string{"-C", a.value}
	case name == "tags":
		m.tags = a.value
	case name == "gcflags":
		m.gcflags = append(m.gcflags, a.value)
	case name == "race":
		m.racing = m.racing || a.words == nil && on
	default:
		m.noTimeout = m.noTimeout && name != "timeout"
		m.noProfile = m.noProfile && name != "pgo"
		m.others = append(m.others, a.words...)
	}
	return nil
}

// command puts the arguments together. The user's own come last, so that packages and words for the
// test binary stay where go test expects them.
func (m *merger) command(o *Overlay, clewExec []string) ([]string, error) {
	exec, err := joinQuoted(clewExec)
	if err != nil {
		return nil, err
	}
	args := append(slices.Clone(m.chdir), "-overlay="+o.JSON, "-tags="+withOwn(m.tags))
	args = append(args, instrument...)
	for _, value := range m.gcflags {
		args = append(args, "-gcflags="+instrumented(value))
	}
	if m.noProfile {
		args = append(args, "-pgo="+o.profile())
	}
	if len(clewExec) > 0 {
		args = append(args, "-exec="+exec)
	}
	if m.racing {
		args = append(args, "-race=false")
	}
	if m.noTimeout {
		args = append(args, "-timeout=0")
	}
	return append(args, m.others...), nil
}

// instrument are the flags with which the compiler tells of accesses to memory: everywhere but in package
// testing, where clew's own part does so.
var instrument = []string{"-gcflags=all=" + raceFlags, "-gcflags=testing="}

// raceFlags are the compiler's. With -race it checks conversions of unsafe pointers, too, which go test does not.
const raceFlags = "-race -d=checkptr=0"

// ownTags are the build tags of clew's builds: that of the race detector, whose place clew takes, and that with which the public package
// calls what is inside.
var ownTags = []string{"race", "underclew"}

// withOwn adds clew's own tags to the value of a -tags flag, which may be separated by commas or, as of
// old, by spaces.
func withOwn(tags string) string {
	all := slices.Clone(ownTags)
	for _, tag := range strings.FieldsFunc(tags, func(r rune) bool { return strings.ContainsRune(", \t'\"", r) }) {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return strings.Join(all, ",")
}

// instrumented adds -race to the value of a -gcflags flag, since of several values that match a
// package only the last one counts. A value is flags, or a pattern, "=" and flags.
func instrumented(value string) string {
	value = strings.TrimSpace(value)
	if value == "" || strings.HasPrefix(value, "-") {
		return strings.TrimSpace(raceFlags + " " + value)
	}
	pattern, flags, ok := strings.Cut(value, "=")
	if !ok {
		return value // the go command will say what is wrong with it
	}
	return pattern + "=" + strings.TrimSpace(raceFlags+" "+flags)
}

// BuildArgs returns the arguments for the go command that compile packages with the overlay, and nothing
// of the user's.
func (o *Overlay) BuildArgs(packages ...string) []string {
	return slices.Concat([]string{"build", "-overlay=" + o.JSON, "-tags=" + withOwn(""), "-pgo=" + o.profile()}, instrument, packages)
}

// MergedGOFLAGS returns a value for the variable GOFLAGS that holds the given flags, as TestArgs returned
// them, and those of the user's own GOFLAGS that they do not replace.
func (o *Overlay) MergedGOFLAGS(flags []string) (string, error) {
	old, err := splitQuoted(o.GOFLAGS)
	if err != nil {
		return "", usagef("GOFLAGS: %v", err)
	}
	old = slices.DeleteFunc(old, func(field string) bool {
		flag, _, _ := strings.Cut(strings.TrimLeft(field, "-"), "=")
		name, _, _ := lookup(flag)
		return name == "tags" || name == "gcflags" || name == "race"
	})
	return joinQuoted(append(old, flags...))
}

// Chdir returns the value of the flag -C in the arguments of go test, "" without it.
func Chdir(user []string) string {
	a, _ := lastFlag(user, "C")
	return a.value
}

// HasFlag reports whether a switch of go test is on in the arguments.
func HasFlag(user []string, name string) bool {
	a, ok := lastFlag(user, name)
	return ok && a.value != "false"
}

// lastFlag returns the last of the flags with that name. Arguments that cannot be read have none.
func lastFlag(user []string, name string) (last arg, ok bool) {
	parsed, _ := scan(user, func(flag string) (isSwitch, known bool) {
		_, isSwitch, known = lookup(flag)
		return isSwitch, known
	})
	for _, a := range parsed {
		if base, _, _ := lookup(a.flag); a.flag != "" && base == name {
			last, ok = a, true
		}
	}
	return last, ok
}
