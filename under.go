//go:build underclew

package clew

import (
	"strconv"
	_ "unsafe" // for go:linkname
)

// What calls do in a build of clew's, which sets the tag. Functions without a body are clew's part of package runtime
// (internal/toolchain/inside/runtime/clewapi.go); no test but one that clew builds has them.

//go:linkname under
func under() bool

//go:linkname choose
func choose(n int) int

//go:linkname sometimes
func sometimes(cond bool, name string)

// fail ends the run. It returns where there is none.
//
//go:linkname fail
func fail(name string)

func broken(name string) {
	fail(name)
	panic("clew.Always: " + strconv.Quote(name) + " does not hold")
}

// giveName names an object, or the calling thread if that is nil. It reports whether the object is one that can have a name.
//
//go:linkname giveName
func giveName(name string, object any) bool

func setName(name string, objects []any) {
	if len(objects) == 0 {
		giveName(name, nil)
	}
	for i, o := range objects {
		if o == nil || !giveName(name, o) {
			panic("clew.Name: object " + strconv.Itoa(i+1) + " of " + strconv.Quote(name) + " is neither a pointer nor a channel")
		}
	}
}

//go:linkname tellOptions
func tellOptions(schedules int, time int64, strategy string, seed uint64) (trouble string)

func explore(o Options) (trouble string) {
	return tellOptions(o.Schedules, int64(o.Time), o.Strategy, o.Seed)
}
