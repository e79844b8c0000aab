// Command clew runs Go tests through thousands of interleavings of their threads, and repeats what
// breaks. See `clew help`.
package main

import (
	"os"

	"github.com/goclew/clew/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
