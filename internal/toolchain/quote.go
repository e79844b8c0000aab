package toolchain

import (
	"strings"
)

// The go command splits GOFLAGS, -exec and the like at spaces; a field may stand in single or double
// quotes, and inside them nothing is special. These two functions are the same rules.

const spaces = " \t\n\r"

// splitQuoted returns the fields of a value.
func splitQuoted(s string) ([]string, error) {
	var fields []string
	for s = strings.TrimLeft(s, spaces); s != ""; s = strings.TrimLeft(s, spaces) {
		if quote := s[:1]; quote == `"` || quote == `'` {
			field, rest, ok := strings.Cut(s[1:], quote)
			if !ok {
				return nil, usagef("unterminated %s in %q", quote, s)
			}
			fields, s = append(fields, field), rest
			continue
		}
		end := strings.IndexAny(s, spaces)
		if end < 0 {
			end = len(s)
		}
		fields, s = append(fields, s[:end]), s[end:]
	}
	return fields, nil
}

// joinQuoted returns the value that has these fields. It fails for a field that holds both kinds of
// quotes, for which the go command has no notation.
func joinQuoted(fields []string) (string, error) {
	quoted := make([]string, len(fields))
	for i, field := range fields {
		double, single := strings.Contains(field, `"`), strings.Contains(field, `'`)
		switch {
		case double && single:
			return "", usagef("%q holds both kinds of quotes, which the go command cannot be given in -exec or GOFLAGS", field)
		case single:
			quoted[i] = `"` + field + `"`
		case double || field == "" || strings.ContainsAny(field, spaces):
			quoted[i] = `'` + field + `'`
		default:
			quoted[i] = field
		}
	}
	return strings.Join(quoted, " "), nil
}
