//go:build clewinside

package runtime

import (
	"internal/runtime/sys"
	"internal/stringslite"
	"unsafe"
)

// Frames in the step log: a program counter is written out once a run.

var clewFrames struct {
	slots *[1 << 28]clewFrameSlot
	size  uint32
	n     uint32
	run   uint32
}

type clewFrameSlot struct {
	_    sys.NotInHeap
	pc   uintptr
	run  uint32
	id   uint32
	user bool
}

// clewFrameOf returns the number of a frame, and whether it lies in the user's code.
// pc is a return address.
func clewFrameOf(pc uintptr) (id uint32, user bool) {
	tab := &clewFrames
	if tab.run != clew.run {
		tab.run, tab.n = clew.run, 0
	}
	if tab.slots == nil {
		tab.size = 1 << 16
		tab.slots = (*[1 << 28]clewFrameSlot)(clewAlloc(uintptr(tab.size) * unsafe.Sizeof(clewFrameSlot{})))
	}
	if tab.n > tab.size*3/4 {
		return 0, true
	}
	for i := clewHash(pc); ; i++ {
		s := &tab.slots[i&(tab.size-1)]
		if s.run == clew.run && s.pc == pc {
			return s.id, s.user
		}
		if s.run != clew.run {
			tab.n++
			s.pc, s.run, s.id = pc, clew.run, tab.n
			s.user = clewLogFrame(tab.n, pc)
			return s.id, s.user
		}
	}
}

func clewLogFrame(id uint32, pc uintptr) (user bool) {
	f := findfunc(pc)
	if !f.valid() {
		return false
	}
	at := pc
	if f.entry() != pc {
		at--
	}
	u, uf := newInlineUnwinder(f, at)
	name := u.srcFunc(uf).name()
	file, line := u.fileLine(uf)
	clewPut("f")
	clewPutInt(int64(id))
	clewPutInt(int64(line))
	clewPut(" ")
	clewPutName(name)
	clewPut(" ")
	clewPut(file)
	clewPutLine()
	return clewUserName(name)
}

// clewPutName writes a function's name without its type arguments, which hold spaces.
func clewPutName(name string) {
	from, to := stringslite.IndexByte(name, '['), len(name)-1
	for to > from && name[to] != ']' {
		to--
	}
	if from < 0 || to <= from {
		clewPut(name)
		return
	}
	clewPut(name[:from])
	clewPut("[...]")
	clewPut(name[to+1:])
}

// clewUserName reports whether a function is where a reader looks for an operation:
// not within the packages that only carry it out.
func clewUserName(name string) bool {
	for _, p := range [...]string{"runtime.", "sync.", "sync/atomic.", "internal/", "github.com/goclew/clew."} {
		if stringslite.HasPrefix(name, p) {
			return false
		}
	}
	return true
}

// clewFrameList replaces program counters by frame numbers, writing out new frames.
func clewFrameList(pcs []uintptr) []uintptr {
	for i, pc := range pcs {
		id, _ := clewFrameOf(pc)
		pcs[i] = uintptr(id)
	}
	return pcs
}

func clewPutFrames(ids []uintptr) {
	if len(ids) == 0 {
		clewPut(" -")
		return
	}
	for i, id := range ids {
		if i > 0 {
			clewPut(",")
			clewPutDigits(uint64(id))
			continue
		}
		clewPutInt(int64(id))
	}
}
