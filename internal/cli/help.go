package cli

import (
	"fmt"
	"strings"
)

const helpUsage = `usage: clew help [command]

Explains a command, or lists all of them.
`

// runHelp prints the overview, or the usage of one command.
func runHelp(ctx *Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(ctx.Stdout, overview())
		return exitOK
	}
	c, ok := find(args[0])
	if !ok {
		return ctx.Fail(usagef("unknown command %q: `clew help` lists them", args[0]))
	}
	if err := noArgs("help", args[1:]); err != nil {
		return ctx.Fail(err)
	}
	fmt.Fprint(ctx.Stdout, c.usage)
	return exitOK
}

// overview returns the list of commands.
func overview() string {
	var b strings.Builder
	b.WriteString("clew runs Go tests through many interleavings of their threads, and repeats what breaks.\n\n")
	for _, c := range commands() {
		if !c.hidden {
			fmt.Fprintf(&b, "  clew %-9s %s\n", c.name, c.about)
		}
	}
	b.WriteString(`
Begin with "clew test ./..." in a module of yours; "clew help test" explains its flags.

Exit codes: 0 nothing found, 1 a finding or a failing test, 2 wrong usage or code that does
not build, 3 clew itself failed.
`)
	return b.String()
}
