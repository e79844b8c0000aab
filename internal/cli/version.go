package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/goclew/clew/internal/toolchain"
)

const versionUsage = `usage: clew version

Prints clew's version, how it was built, and which releases of Go it works with.
`

// runVersion prints one line.
func runVersion(ctx *Context, args []string) int {
	if err := noArgs("version", args); err != nil {
		return ctx.Fail(err)
	}
	fmt.Fprintf(ctx.Stdout, "clew %s (built with %s for %s/%s; works with Go %s)\n", version(),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, strings.Join(toolchain.Releases(), ", "))
	return exitOK
}

// version returns the version of the module that clew was built from; "devel" for a working copy.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
