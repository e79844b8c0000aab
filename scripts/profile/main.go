// Profile makes anew the profile by which Go's compiler optimizes what clew compiles into the program under test
// (internal/toolchain/inside.pprof): where workers spend their time in many short runs, and in a few long ones.
//
//	go run ./scripts/profile
//
// An old profile does no harm but costs speed: run this when the benchmarks have become slower for no other reason.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goclew/clew/internal/lab"
)

// Each of these searches is profiled.
var searches = [][]string{
	{"-schedules=3000000", "-run=^TestIncrements$", "./bench/subject"},
	{"-schedules=6", "-points=sync", "./bench/cpu"},
}

func main() {
	if err := profile(); err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		os.Exit(2)
	}
}

func profile() error {
	l, err := lab.Open()
	if err != nil {
		return err
	}
	defer l.Close()
	var profiles []string
	for i, search := range searches {
		file := filepath.Join(l.Dir, fmt.Sprint(i, ".pprof"))
		profiles = append(profiles, file)
		binary := filepath.Join(l.Dir, fmt.Sprint(i, ".test"))
		args := append([]string{"test", "-trimpath", "-workers=1", "-time=20s", "-sure=0", "-cpuprofile=" + file, "-o=" + binary}, search...)
		if _, err := lab.Output(l.Root, l.Clew, args...); err != nil {
			return err
		}
	}
	merged := filepath.Join(l.Root, "internal", "toolchain", "inside.pprof")
	args := append([]string{"tool", "pprof", "-proto", "-focus=^(runtime|sync|testing|internal)[./]", "-output=" + merged}, profiles...)
	_, err = lab.Output(l.Root, "go", args...)
	return err
}
