// Package trace reads what happened in a run: its threads, objects, steps and end.
//
// # The step log
//
// A worker that is asked to writes the log as text, a record a line, fields split by one blank. A number that
// names a frame, thread or object counts from 1; 0 is none. A record precedes the use of the number it defines.
//
//	f ID LINE FUNC FILE            a place in the source. FILE is absolute and runs to the end of the line
//	t ID PARENT ORDINAL KIND FRAME ENTRY
//	                               a thread. KIND is m (main), g (go statement), a (timer callback) or i (a goroutine from
//	                               before the run, which has become a thread); it is the ORDINALth thread of this kind
//	                               that PARENT started, at FRAME; its function begins at ENTRY. ID 1 is main, with PARENT 0
//	o ID KIND FRAME                an object when first used, at FRAME. KIND is mutex, rwmutex, waitgroup, once,
//	                               cond, chan, atomic, map, timer, memory, conn, listener, pipe or another word. Those
//	                               of conns and pipes are send (write), receive (read) and close, those of
//	                               listeners send (connect), receive (accept) and store (listen)
//	s TIME THREAD OP OBJ FRAME PICK
//	                               a step: virtual TIME in nanoseconds since the start, the operation, its
//	                               object (0 none), the user's place, and the case chosen by a select that had more than
//	                               one ready (else -1)
//	p THREAD PICK                  the case that the select of the thread's last step took, where the step's own PICK is -1:
//	                               its number among the ready ones, in source order
//	k THREAD STATE OP OBJ          the thread waits from now on, to carry out OP on OBJ. STATE is blocked, timed or outside (see b)
//	w THREAD BY                    it waits no longer. BY is "thread ID" for one that has seen to it, or clock, or outside
//	x THREAD                       the thread has ended
//	e KIND                         the run has ended: ok, deadlock, leak, livelock, long or failure. What follows is its end state:
//	b THREAD STATE OP OBJ FRAMES   a thread still alive. STATE is runnable, running, blocked, outside or timed
//	                               (blocked, but a timer may wake it); OP and OBJ are what it waits for; FRAMES is its
//	                               stack: ids split by commas, innermost first, or "-"
//	c THREAD OTHER HOW NAME        the thread waits at an end of a connection or pipe: NAME is the other end's address ("-" for
//	                               none). HOW is used: thread OTHER (0 none) has used that end last; or queued: it was not
//	                               accepted yet, and OTHER is who accepted last there; or listens: the thread waits for
//	                               connections to NAME
//	h OBJ THREAD MODE FRAMES       a lock that is held. MODE is w, or r for a read lock; FRAMES is where it was taken
//
// Of memory, objects of kind memory and steps read and write tell, where accesses are scheduling points:
//
//	m OBJ ADDR REGION BASE SIZE HOLDS
//	                               where a memory object lies, after its o record: its first byte's address (hex) in
//	                               REGION, which is global, heap or other; for heap, base address (hex) and size of the
//	                               allocation it belongs to, else 0 0; and whether its word holds a pointer or a scalar
//	                               there, "-" if unknown
//	v THREAD BYTES                 what is in memory, at the object of the thread's last read or write, after that step:
//	                               up to 8 bytes as hex digits, in the order of their addresses
//	r OBJ T1 OP1 STEP1 FRAMES1 LOCKS1 T2 OP2 STEP2 FRAMES2 LOCKS2 PLACE1|PLACE2
//	                               a race, when its second access is met. 1 is the access that came first: its thread,
//	                               its operation (read, write, atomic-read or another word), how many steps came before it, its
//	                               stack ("-" if unknown) and the locks that the thread held: ids split by commas, with an r
//	                               behind those held for reading, or "-". PLACE is PACKAGE/FILE:LINE, the same on every
//	                               machine: example.com/bank/counter.go:12
//
// Readers ignore records of letters they do not know. The log of a worker that died may stop anywhere: only
// whole lines count, and a log without an e record is one of a run that was cut ([Trace.End] is empty).
//
// # Names
//
// Threads have names that are the same in every schedule: main, main/1 (the first thread that main started by a go
// statement), main/t1 (its first timer callback), init/1 (the first goroutine from before the run). Objects are named by kind and order of first use: mutex#1.
//
// The package knows nothing of Go's runtime.
package trace
