package strategy

// Op is the kind of an operation: what a thread is about to do.
type Op uint8

// The operations at which a thread may be held up, and the two that mark a
// thread's own life: OpStart, its first step, and OpWake, the step with which it
// goes on after something it waited for has happened.
const (
	OpNone Op = iota
	OpStart
	OpWake
	OpGo
	OpYield
	OpSleep
	OpLock
	OpTryLock
	OpUnlock
	OpRLock
	OpTryRLock
	OpRUnlock
	OpAdd
	OpDone
	OpWait
	OpDo
	OpSignal
	OpBroadcast
	OpSend
	OpReceive
	OpSelect
	OpChoose // the program asks for one of some numbers
	OpClose
	OpLoad
	OpStore
	OpSwap
	OpCAS
	OpAnd
	OpOr
	OpRead
	OpWrite
	OpCount // the number of operations, not an operation
)

var opNames = [OpCount]string{
	OpNone:      "none",
	OpStart:     "start",
	OpWake:      "wake",
	OpGo:        "go",
	OpYield:     "yield",
	OpSleep:     "sleep",
	OpLock:      "lock",
	OpTryLock:   "trylock",
	OpUnlock:    "unlock",
	OpRLock:     "rlock",
	OpTryRLock:  "tryrlock",
	OpRUnlock:   "runlock",
	OpAdd:       "add",
	OpDone:      "done",
	OpWait:      "wait",
	OpDo:        "do",
	OpSignal:    "signal",
	OpBroadcast: "broadcast",
	OpSend:      "send",
	OpReceive:   "receive",
	OpSelect:    "select",
	OpChoose:    "choose",
	OpClose:     "close",
	OpLoad:      "load",
	OpStore:     "store",
	OpSwap:      "swap",
	OpCAS:       "cas",
	OpAnd:       "and",
	OpOr:        "or",
	OpRead:      "read",
	OpWrite:     "write",
}

// String returns the operation's name, as schedules and reports write it.
func (op Op) String() string {
	if op < OpCount {
		return opNames[op]
	}
	return "none"
}

// looks reports whether operations of the kind leave their object as it is, for all that two of them can find out
// about their order. What has no object looks, too.
func (op Op) looks() bool {
	switch op {
	case OpLoad, OpRead, OpWait, OpRLock, OpRUnlock, OpNone, OpStart, OpWake, OpGo, OpYield, OpSleep, OpSelect, OpChoose:
		return true
	}
	return false
}

// reads reports whether what comes of operations of the kind depends on what has last changed their object.
func (op Op) reads() bool {
	switch op {
	case OpLoad, OpRead, OpLock, OpTryLock, OpRLock, OpTryRLock, OpDo, OpReceive, OpAdd, OpSwap, OpCAS, OpAnd, OpOr:
		return true
	}
	return false
}

// leaves reports whether an operation of the kind may be what a later one on its object reads. A lock can be taken only when it
// was given back.
func (op Op) leaves(later Op) bool {
	return !op.looks() && !(later == OpLock && (op == OpLock || op == OpTryLock))
}

// tries reports whether a loop that waits for somebody without blocking may be made of operations of the kind: they
// look, or try.
func (op Op) tries() bool {
	switch op {
	case OpLoad, OpRead, OpRLock, OpRUnlock, OpYield, OpSelect, OpChoose, OpCAS, OpTryLock, OpTryRLock, OpReceive:
		return true
	}
	return false
}

// acts reports whether the thread is about to carry out an operation of the program's on an object. One that only starts, or goes on
// after it has waited, is not.
func (p *Pending) acts() bool { return p.Object != 0 && p.Op != OpStart && p.Op != OpWake }

// conflicts reports whether two pending operations race: in another order they may come out otherwise.
func (p *Pending) conflicts(q *Pending) bool {
	return p.Object == q.Object && p.acts() && q.acts() && !(p.Op.looks() && q.Op.looks())
}

// Kind is the kind of an object: what operations are carried out on.
type Kind uint8

// The kinds of objects.
const (
	KindNone Kind = iota
	KindMutex
	KindRWMutex
	KindWaitGroup
	KindOnce
	KindCond
	KindChan
	KindAtomic
	KindMap
	KindMemory
	KindConn     // send, receive, close: write, read, close or shut down
	KindListener // send, receive, store: connect, accept, listen
	KindPipe
	KindCount // the number of kinds, not a kind
)

var kindNames = [KindCount]string{
	KindNone:      "object",
	KindMutex:     "mutex",
	KindRWMutex:   "rwmutex",
	KindWaitGroup: "waitgroup",
	KindOnce:      "once",
	KindCond:      "cond",
	KindChan:      "chan",
	KindAtomic:    "atomic",
	KindMap:       "map",
	KindMemory:    "memory",
	KindConn:      "conn",
	KindListener:  "listener",
	KindPipe:      "pipe",
}

// String returns the kind's name, as schedules and reports write it.
func (k Kind) String() string {
	if k < KindCount {
		return kindNames[k]
	}
	return "object"
}
