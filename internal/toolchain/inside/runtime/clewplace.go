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
	class uint8
}

const (
	clewIsLoud = 1 + iota
	clewIsQuiet
	clewIsSystem // a function of the runtime's own
	clewIsReader // it serves the whole process: what there is to read in an execution trace, signals
)

func clewLoud(pc uintptr) bool { return clewClass(pc) == clewIsLoud }

func clewUserFunc(pc uintptr) bool { return clewClass(pc) < clewIsSystem }

func clewClass(pc uintptr) uint8 {
	tab := &clewPlaces
	if tab.n >= tab.size/2 {
		clewGrowPlaces()
	}
	for i := clewHash(pc); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.pc == pc {
			return s.class
		}
		if s.pc == 0 {
			s.pc, s.class = pc, clewClassify(pc)
			tab.n++
			if s.class == clewIsQuiet {
				clewHushed[pc%uintptr(len(clewHushed))] = pc
			}
			return s.class
		}
	}
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
	f := findfunc(pc)
	if !f.valid() {
		return clewIsLoud
	}
	at := pc
	if f.entry() != pc {
		at-- // a return address: the call is before it
	}
	u, uf := newInlineUnwinder(f, at)
	return clewClassifyName(u.srcFunc(uf).name())
}

func clewClassifyName(name string) uint8 {
	for _, p := range clewLoudNames {
		if stringslite.HasPrefix(name, p) {
			return clewIsLoud
		}
	}
	pkg := clewPackage(name)
	switch {
	case stringslite.HasPrefix(name, "runtime/trace.(*traceMultiplexer)."), name == clewSignalLoop:
		return clewIsReader
	case pkg == "runtime":
		return clewIsSystem
	case clewWithin(pkg, clewLoudPackages[:]):
		return clewIsLoud
	case clewWithin(pkg, clewQuietPackages[:]):
		return clewIsQuiet
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
	"sync.(*WaitGroup).Go", "sync.(*rlocker).", "sync.OnceFunc", "sync.OnceValue",
	"reflect.chan", "reflect.rselect", "net.(*pipe).",
}

var clewLoudPackages = [...]string{
	"testing/iotest", "testing/synctest", "os/exec", "os/signal", "net/http", "net/rpc", "net/smtp", "net/textproto",
}

// Packages whose sync.Onces make what the process has one of: what happens there happens in the first run only, so it is
// no part of any schedule.
var clewLibraries = [...]string{
	"net", "crypto", "mime", "encoding", "html", "text", "log", "os", "time", "context", "math", "go", "compress", "archive",
	"database", "expvar", "image", "index", "testing", "sync", "internal", "vendor", "runtime", "syscall", "unicode", "strings",
}

// Packages whose own locks and counters are nobody's interest. A thread that parks in one
// of them hands the turn on all the same.
var clewQuietPackages = [...]string{
	"sync", "internal", "testing", "reflect", "fmt", "os", "syscall", "unique", "weak",
	"math/rand", "encoding", "regexp", "mime", "unicode", "strconv", "runtime", "hash",
	"crypto", "compress", "vendor", "iter", "net",
}
