//go:build clewinside

package testing

import (
	"fmt"
	"strconv"
	"strings"
)

// What commands and replies are written in.

// clewAtoi reads a number; what is none is 0.
func clewAtoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// clewList splits a list; an empty one has nothing in it.
func clewList(s, sep string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, sep)
}

// clewArgs parses key=value pairs; values may be Go-quoted.
func clewArgs(s string) map[string]string {
	args := map[string]string{}
	for {
		s = strings.TrimLeft(s, " ")
		key, rest, ok := strings.Cut(s, "=")
		if !ok {
			return args
		}
		if strings.HasPrefix(rest, `"`) {
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return args
			}
			args[key], _ = strconv.Unquote(q)
			s = rest[len(q):]
			continue
		}
		value, rest, _ := strings.Cut(rest, " ")
		args[key] = value
		s = rest
	}
}

// clewQuote returns s as a JSON string.
func clewQuote(s string) string {
	var w strings.Builder
	w.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.WriteByte('\\')
			w.WriteRune(r)
		case r < ' ':
			fmt.Fprintf(&w, `\u%04x`, r)
		default:
			w.WriteRune(r)
		}
	}
	w.WriteByte('"')
	return w.String()
}
