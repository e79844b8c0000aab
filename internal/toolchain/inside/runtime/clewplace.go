//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// Which callers are quiet is a matter of the function that a program counter lies
// in, innermost inlined function first. It is looked up once for each place.

var clewPlaces struct {
	slots *[1 << 28]clewPlace
	size  uint32
	n     uint32
}

type clewPlace struct {
	_     sys.NotInHeap
	pc    uintptr
	name  uint32 // hash of the function's name
	class uint8
}

const (
	clewIsLoud    = 1 + iota
	clewIsOnce    // in what sync.OnceFunc and the like return: whose it is, their callers know
	clewIsLibrary // loud, but in the standard library
	clewIsQuiet
	clewIsInner  // quiet, and a part of an operation that is told of as a whole
	clewIsRandom // quiet, and draws by lot for the program
	clewIsSystem // a function of the runtime's own
	clewIsReader // it serves the whole process: what there is to read in an execution trace, signals
)

func clewLoud(pc uintptr) bool { return clewClass(pc) <= clewIsLibrary }

// clewLoudOnce is clewLoud for the uses of a Once. Those of the standard library are quiet, all of them: what a package does when
// it is first used is done in the first run of a process and in no other.
func clewLoudOnce(pc uintptr) bool {
	if class := clewClass(pc); class != clewIsOnce {
		return class == clewIsLoud
	}
	var pcs [8]uintptr
	for _, caller := range pcs[:callers(1, pcs[:])] {
		if pkg := clewPackage(clewFuncName(caller)); pkg != "runtime" && pkg != "sync" {
			return clewClass(caller) == clewIsLoud
		}
	}
	return true
}

func clewUserFunc(pc uintptr) bool { return clewClass(pc) < clewIsSystem }

func clewClass(pc uintptr) uint8 { return clewPlaceOf(pc).class }

func clewPlaceOf(pc uintptr) *clewPlace {
	tab := &clewPlaces
	if tab.n >= tab.size/2 {
		clewGrowPlaces()
	}
	for i := clewHash(pc); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.pc == pc {
			return s
		}
		if s.pc == 0 {
			s.pc, s.class, s.name = pc, clewClassify(pc), clewHashName(clewFuncName(pc))
			tab.n++
			if s.class == clewIsQuiet || s.class == clewIsInner {
				clewHushed[pc%uintptr(len(clewHushed))] = pc
			}
			return s
		}
	}
}

// clewHashName is FNV-1a.
func clewHashName(name string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h
}

func clewGrowPlaces() {
	tab := &clewPlaces
	old, oldSize := tab.slots, tab.size
	tab.size = max(2*tab.size, 4096)
	tab.slots = (*[1 << 28]clewPlace)(clewAlloc(uintptr(tab.size) * unsafe.Sizeof(clewPlace{})))
	for k := uint32(0); k < oldSize; k++ {
		if old[k].pc == 0 {
			continue
		}
		i := clewHash(old[k].pc)
		for tab.slots[i&(tab.size-1)].pc != 0 {
			i++
		}
		tab.slots[i&(tab.size-1)] = old[k]
	}
}

func clewClassify(pc uintptr) uint8 {
	if name := clewFuncName(pc); name != "" {
		return clewClassifyName(name)
	}
	return clewIsLoud
}

// clewFuncName returns the name of the function that pc is in, innermost inlined one first; empty if there is none.
func clewFuncName(pc uintptr) string {
	f := findfunc(pc)
	if !f.valid() {
		return ""
	}
	at := pc
	if f.entry() != pc {
		at-- // a return address: the call is before it
	}
	u, uf := newInlineUnwinder(f, at)
	return u.srcFunc(uf).name()
}

func clewClassifyName(name string) uint8 {
	for _, p := range clewLoudNames {
		if stringslite.HasPrefix(name, p) {
			return clewIsLoud
		}
	}
	pkg := clewPackage(name)
	switch {
	case stringslite.HasPrefix(name, "sync.OnceFunc"), stringslite.HasPrefix(name, "sync.OnceValue"):
		return clewIsOnce
	case stringslite.HasPrefix(name, "runtime/trace.(*traceMultiplexer)."), name == clewSignalLoop:
		return clewIsReader
	case pkg == "runtime":
		return clewIsSystem
	case clewWithin(pkg, clewLoudPackages[:]):
		return clewIsLibrary
	case clewWithin(pkg, clewRandomPackages[:]):
		return clewIsRandom
	case pkg == "sync" || pkg == "internal/sync":
		return clewIsInner
	case clewWithin(pkg, clewQuietPackages[:]):
		return clewIsQuiet
	case clewWithin(pkg, clewLibraries[:]):
		return clewIsLibrary
	}
	return clewIsLoud
}

// clewPackage returns the path of the package that a function is in: what comes before
// the first dot behind the last slash, type arguments and receivers aside.
func clewPackage(name string) string {
	end, slash := len(name), -1
	for i := 0; i < end; i++ {
		switch name[i] {
		case '[', '(':
			end = i
		case '/':
			slash = i
		}
	}
	for i := slash + 1; i < end; i++ {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name[:end]
}

// clewWithin reports whether a package is one of trees or below one.
func clewWithin(pkg string, trees []string) bool {
	for _, p := range trees {
		if stringslite.HasPrefix(pkg, p) && (len(pkg) == len(p) || pkg[len(p)] == '/') {
			return true
		}
	}
	return false
}

// Functions of quiet packages whose operations are the user's.
var clewLoudNames = [...]string{
	"sync.(*WaitGroup).Go", "sync.(*rlocker).",
	"reflect.chan", "reflect.rselect", "net.(*pipe).",
}

var clewLoudPackages = [...]string{
	"testing/iotest", "testing/synctest", "os/exec", "os/signal", "net/http", "net/rpc", "net/smtp", "net/textproto",
}

// The standard library, but for the packages of the test's own making. Its sync.Onces make what the process has one of: what happens
// there happens in the first run only, so it is no part of any schedule.
var clewLibraries = [...]string{
	"archive", "bufio", "bytes", "compress", "container", "context", "crypto", "database", "debug", "embed", "encoding", "expvar",
	"flag", "go", "hash", "html", "image", "index", "internal", "io", "log", "math", "mime", "net", "os", "path", "plugin", "reflect",
	"regexp", "runtime", "sort", "strings", "sync", "syscall", "testing", "text", "time", "unicode", "unique", "vendor",
}

// Packages whose own locks and counters are nobody's interest. A thread that parks in one
// of them hands the turn on all the same.
var clewQuietPackages = [...]string{
	"sync", "internal", "testing", "reflect", "fmt", "os", "syscall", "unique", "weak",
	"math", "encoding", "regexp", "mime", "unicode", "strconv", "runtime", "hash",
	"crypto", "compress", "vendor", "iter", "net",
}

var clewRandomPackages = [...]string{"math/rand", "hash/maphash"}
