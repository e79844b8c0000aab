//go:build !underclew

package clew

import "strconv"

// What calls do where clew has no part in the build. All of it is inlined, and most of it to nothing.

func under() bool { return false }

func choose(int) int { return 0 }

func broken(name string) { panic("clew.Always: " + strconv.Quote(name) + " does not hold") }

func sometimes(bool, string) {}

func setName(string, []any) {}

func explore(Options) (trouble string) { return "" }
