// Package toolchain puts a stock Go toolchain under clew's control without changing it.
//
// # What it does
//
// The go command can be told, with -overlay, to read other contents for some source files than those
// on disk. clew uses this to build programs with a few edited files of the standard library. The
// package does this in three steps, one type or function each:
//
//   - [Find] asks the go command itself which toolchain it would choose in a folder, so that PATH,
//     GOROOT, GOTOOLCHAIN and a toolchain line in go.mod or go.work mean what they always mean.
//   - [Go.Overlay] edits that toolchain's sources (edit.go and the files beside it know how) and
//     writes the result to clew's cache folder.
//   - [TestArgs] merges clew's flags into the user's own flags for go test. [Split] comes before it:
//     it takes clew's own flags out of a command line that mixes both.
//
// # Words
//
// The overlay's hash names its contents: the edited files, the version of Go and the GOROOT they
// belong to. It is part of every path that the overlay uses, so that the build cache can never serve
// a package that was compiled from other contents, and it is compiled into package testing, so that a
// test binary can prove what it was built from.
//
// The go command refuses an overlay for files below GOMODCACHE, and that is where toolchains live
// that it downloaded by itself. For those, clew makes a private GOROOT: a folder of symbolic links to
// the entries of the real one (a copy where links cannot be made).
//
// # What is guaranteed
//
//   - Nothing is written outside the cache folder (CLEW_CACHE, else clew in the user's cache folder).
//   - Files there appear complete or not at all, and are checked before each use; any number of clew
//     processes may share the folder.
//   - An error that is the user's to mend has a method Usage; all others are clew's own.
package toolchain
