package toolchain

import (
	"path/filepath"
	"slices"
	"strings"
)

// WithoutOwnFlags returns the environment such that GOFLAGS holds the user's flags alone, if it holds those of clew env
// (see [Overlay.MergedGOFLAGS]), and whether it does. Then a command of clew's need not mind the shell it is called in.
func WithoutOwnFlags(env []string) (clean []string, found bool) {
	fields, err := splitQuoted(getenv(env, "GOFLAGS"))
	if err != nil || !slices.ContainsFunc(fields, startsClew) {
		return env, false
	}
	var users []string
	for _, field := range fields {
		if own, ok := withoutOwn(field); ok {
			users = append(users, own)
		}
	}
	goflags, err := joinQuoted(users)
	if err != nil {
		return env, false
	}
	return append(env[:len(env):len(env)], "GOFLAGS="+goflags), true
}

// startsClew reports whether a field of GOFLAGS is the one that has go test start clew exec.
func startsClew(field string) bool {
	name, value, _ := strings.Cut(strings.TrimLeft(field, "-"), "=")
	words, err := splitQuoted(value)
	return name == "exec" && err == nil && len(words) > 2 && words[1] == "exec" && strings.HasPrefix(words[2], "-overlay=")
}

// withoutOwn takes out of a field of GOFLAGS what [merger.command] put there; ok is false if that is all of it.
func withoutOwn(field string) (users string, ok bool) {
	if slices.Contains(instrument, field) {
		return "", false
	}
	name, value, _ := strings.Cut(strings.TrimLeft(field, "-"), "=")
	switch name {
	case "overlay", "exec":
		return "", false
	case "pgo":
		return field, filepath.Base(value) != insideProfileName
	case "race":
		return field, value != "false"
	case "timeout":
		return field, value != "0"
	case "tags":
		tags := slices.DeleteFunc(strings.Split(value, ","), func(tag string) bool { return slices.Contains(ownTags, tag) })
		return "-tags=" + strings.Join(tags, ","), len(tags) > 0
	case "gcflags":
		value, ok = notInstrumented(value)
		return "-gcflags=" + value, ok
	}
	return field, true
}

// notInstrumented takes out of a value of -gcflags what [instrumented] put there; ok is false if that is all of it.
func notInstrumented(value string) (users string, ok bool) {
	if flags, has := strings.CutPrefix(value, raceFlags); has {
		flags = strings.TrimSpace(flags)
		return flags, flags != ""
	}
	pattern, flags, _ := strings.Cut(value, "="+raceFlags)
	return pattern + "=" + strings.TrimSpace(flags), true
}
