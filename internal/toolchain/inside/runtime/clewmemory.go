//go:build clewinside

package runtime

import "internal/goarch"

// What the step log tells of memory and of atomic variables: where they lie, and the value there after an access.

// clewLogMemory writes where an object lies.
func clewLogMemory(o *clewObject) {
	where := " other"
	base, size, holds := uintptr(0), uintptr(0), "-"
	if b, span, _ := findObject(o.addr, 0, 0); b != 0 {
		where, base, size, holds = " heap", b, span.elemsize, clewWordHolds(span, o.addr&^(goarch.PtrSize-1))
	} else if clewGlobal(o.addr) {
		where = " global"
	}
	clewPut("m")
	clewPutInt(int64(o.id))
	clewPut(" ")
	clewPutHex(uint64(o.addr), 1)
	clewPut(where)
	clewPut(" ")
	clewPutHex(uint64(base), 1)
	clewPutInt(int64(size))
	clewPut(" ")
	clewPut(holds)
	clewPutLine()
}

// clewWordHolds says what a word of the heap is for, as the collector knows it.
func clewWordHolds(span *mspan, word uintptr) string {
	switch {
	case span.spanclass.noscan():
		return "scalar"
	case span.spanclass.sizeclass() == 0 && span.largeType == nil:
		return "-" // not yet cleared
	}
	if _, at := span.typePointersOf(word, goarch.PtrSize).next(word + goarch.PtrSize); at == word {
		return "pointer"
	}
	return "scalar"
}

// clewPutHex writes a number with at least so many digits.
func clewPutHex(v uint64, digits int) {
	var b [16]byte
	i := len(b)
	for v != 0 || len(b)-i < digits {
		i--
		b[i] = "0123456789abcdef"[v&15]
		v >>= 4
	}
	clewLine.n += copy(clewLine.buf[clewLine.n:len(clewLine.buf)-1], b[i:])
}

// clewPending is the access whose value is to be written to the log once it has been carried out.
var clewPending clewValue

type clewValue struct {
	thread uint32
	addr   uintptr
	size   uintptr // how much of it may be read
}

// clewLogAtomic notes that t carries out the atomic operation that its last step is about. What it loads is there already: it is
// written at once, as the thread may crash over it.
func clewLogAtomic(t *clewThread, op Op, addr, size uintptr) {
	if t.obj == nil || t.obj.kind != KindAtomic || t.obj.addr != addr {
		return // part of another operation
	}
	clewPending = clewValue{t.id, addr, size}
	if op == OpLoad {
		clewLogValue()
	}
}

// clewLogValue writes it.
func clewLogValue() {
	v := clewPending
	if v.thread == 0 {
		return
	}
	clewPending = clewValue{}
	n := v.size
	if base, span, _ := findObject(v.addr, 0, 0); base != 0 {
		n = min(n, base+span.elemsize-v.addr)
	} else if !clewGlobal(v.addr) {
		return
	}
	clewPut("v")
	clewPutInt(int64(v.thread))
	clewPut(" ")
	for i := range n {
		clewPutHex(uint64(*(*byte)(detectPointer(v.addr + i))), 2)
	}
	clewPutLine()
}

func clewGlobal(addr uintptr) bool {
	for md := &firstmoduledata; md != nil; md = md.next {
		if md.noptrdata <= addr && addr < md.end {
			return true
		}
	}
	return false
}
