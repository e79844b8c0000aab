package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/goclew/clew/internal/toolchain"
)

const envUsage = `usage: clew env [-flags]

Prints what puts a plain go test under clew: for editors, gotestsum and the like. The output is for
a shell, which sets GOFLAGS for all go commands that follow:

    eval "$(clew env)"
    go test ./...

  -flags   print only the flags, on one line, for use with a single command:
           eval go test "$(clew env -flags)" ./...

The flags hold for the Go toolchain that is chosen in this folder, with GOFLAGS as it is now, until
clew or Go is updated. "clew test" and the other commands need none of this, and work in the same
shell as in any other.
`

// runEnv prints the flags.
func runEnv(ctx *Context, args []string) int {
	fs := newFlags("env")
	only := fs.Bool("flags", false, "")
	if err := parse(fs, "env", args); err != nil {
		return ctx.Fail(err)
	}
	run, err := prepare(ctx, ctx.Dir)
	if err != nil {
		return ctx.Fail(err)
	}
	flags, err := toolchain.TestArgs(run.overlay, run.command(newOptions()), nil)
	if err != nil {
		return ctx.Fail(err)
	}
	if *only {
		return printFlags(ctx, run.overlay, flags)
	}
	goflags, err := run.overlay.MergedGOFLAGS(flags)
	if err != nil {
		return ctx.Fail(err)
	}
	fmt.Fprintf(ctx.Stdout, "# %s in %s, clew overlay %s\n", run.toolchain.Version, run.toolchain.GOROOT, run.overlay.Hash)
	for _, setting := range run.overlay.Env {
		key, value, _ := strings.Cut(setting, "=")
		fmt.Fprintf(ctx.Stdout, "export %s=%s\n", key, shellQuote(value))
	}
	if run.overlay.Env != nil {
		fmt.Fprintf(ctx.Stdout, "export PATH=%s:\"$PATH\"\n", shellQuote(run.overlay.GOROOT+"/bin"))
	}
	fmt.Fprintf(ctx.Stdout, "export GOFLAGS=%s\n", shellQuote(goflags))
	return exitOK
}

// printFlags prints the flags as words for a shell. They would not do where a private GOROOT is needed, which
// no flag can say.
func printFlags(ctx *Context, o *toolchain.Overlay, flags []string) int {
	if o.Env != nil {
		return ctx.Fail(usagef("flags alone do not serve a toolchain that the go command downloaded: use `clew env` without -flags, which sets GOROOT too"))
	}
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = shellQuote(f)
	}
	fmt.Fprintln(ctx.Stdout, strings.Join(words, " "))
	return exitOK
}

// shellQuote returns a word that a POSIX shell reads as s.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_=./:,@%+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// newFlags returns an empty set of flags that prints nothing by itself.
func newFlags(command string) *flag.FlagSet {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse reads the flags of a command that takes no other arguments.
func parse(fs *flag.FlagSet, command string, args []string) error {
	if err := fs.Parse(args); err != nil {
		return usagef("%v: `clew help %s` lists the flags", err, command)
	}
	return noArgs(command, fs.Args())
}
