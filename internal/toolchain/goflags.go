package toolchain

import "strings"

// What go test knows. Flags that are passed to the test binary may also be written with "test." before
// their names.

// switches are the flags of go test that take a value only after "=": they are on or off.
var switches = words(`
	a asan benchmem artifacts c cover failfast fullpath json linkshared modcacherw msan n race short
	trimpath v work x buildvcs`)

// options are the flags of go test that take a value, after "=" or as the next argument.
var options = words(`
	C asmflags bench benchtime blockprofile blockprofilerate buildmode compiler count covermode coverpkg
	coverprofile cpu cpuprofile debug-actiongraph debug-runtime-trace debug-trace exec fuzz
	fuzzminimizetime fuzztime gccgoflags gcflags installsuffix ldflags list memprofile memprofilerate mod
	modfile mutexprofile mutexprofilefraction o outputdir overlay p parallel pgo pkgdir run shuffle skip
	tags timeout toolexec trace vet`)

// refused are the flags that cannot be combined with clew, and why.
var refused = map[string]string{
	"asan":    "clew takes the place of Go's sanitizers",
	"exec":    "clew itself is what go test has to start for each test binary",
	"fuzz":    "clew varies the order of threads, not the input; without the flag it runs the seed corpus",
	"msan":    "clew takes the place of Go's sanitizers",
	"overlay": "clew needs the overlay for its own",
}

// words returns the set of words in a text.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// lookup tells what go test makes of a flag, named as it stands after its dashes: the name without
// "test.", whether it is a switch, and whether go test knows it at all.
func lookup(flag string) (name string, isSwitch, known bool) {
	name = flag
	if !switches[name] && !options[name] {
		name = strings.TrimPrefix(flag, "test.")
	}
	return name, switches[name], switches[name] || options[name]
}
