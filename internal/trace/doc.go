// Package trace holds what happened in a run: its threads, their states, objects, steps and end. It reads this from the step log
// of a worker, and keeps it in files.
//
// # Trace files
//
// A trace file is a sequence of records. Its text form begins with the line "clew trace v1", and has a record a line: the
// kind, then the fields, split by blanks. Empty lines and those that begin with # count for nothing. "-" is a field with nothing in it;
// such fields may be left out at the end of a line. In words, a blank, a comma and what cannot be seen are written as % and
// two hex digits; in texts, which run to the end of their line, only the latter; a % is %25 in both. What is named (places, objects,
// threads) is defined before its use.
//
//	test TEXT                      what ran: the test, its package's import path, Go's version, and the folder of the
//	package TEXT                   module, each of them once at most
//	go TEXT
//	root TEXT
//	finding KIND TEXT              what the run revealed, in one sentence
//	story STEP TEXT                a sentence of its story, about the step with a number from 1; 0 for none
//	place NAME LINE FILE FUNC      a place in the source; FUNC is a text
//	object NAME KIND PLACE         an object, and where it was used first; mutex#1 is the first one of its kind
//	memory OBJECT ADDR REGION BASE SIZE HOLDS
//	                               where an object of kind memory lies, as in the step log's m
//	thread NAME PARENT STARTED ASKED ENTRY
//	                               a thread comes to be: who started it; the places of its go statement, of the user's call
//	                               that led to it, and of its function
//	TIME THREAD OP OBJECT PLACE PICK VALUE
//	                               a step, which begins with its time instead of a kind: virtual time since the start
//	                               of the run, as 2.001µs; who took it; what it was; the case that a select took, where
//	                               it had a choice; and what memory held after it: 0x1/8 is 1 in 8 bytes
//	preempted THREAD               the thread could have gone on after its last step, but that of the next one does
//	blocks THREAD HOW OP OBJECT    the thread waits from now on to carry out OP. HOW is blocked; or timed, where the clock may end it;
//	                               or outside, where only something may that is not under control
//	wakes THREAD BY OTHER          it waits no longer. BY is thread, and OTHER has seen to it; or clock; or outside
//	ends THREAD                    the thread has ended
//	called THREAD OBJECT TEXT      what the program calls a thread, or an object; the other field is -
//	race OBJECT THREAD OP STEP STACK LOCKS PLACE THREAD OP STEP STACK LOCKS PLACE
//	                               two accesses that nothing orders, in their order: as in the step log's r; a STACK is places, innermost
//	                               first, with commas in between, LOCKS are objects, with /r behind those held for reading
//	end KIND                       how the run ended, and what was left of it, as in the step log's e, b, c and h:
//	alive THREAD STATE OP OBJECT STACK
//	far THREAD OTHER HOW NAME
//	held OBJECT THREAD MODE STACK
//
// A thread is Running from its step to the next one's, unless it blocks or ends; New until its first; Blocked from blocks to
// wakes; and Runnable for the rest of its life.
//
// The binary form is the same records, for programs. The file is compressed (gzip, RFC 1952). Unpacked it begins with the line
// "clew trace b1"; then each record is a byte that says its kind (kinds in record.go has them), and its fields. Numbers are
// varints, signed ones in zigzag order, as in package encoding/binary; a time is told by its difference to that of the step before. Words
// and texts are the number of an earlier one, from 1, or 0, the length in bytes, and the bytes. Places, objects and threads are numbers in
// the order of their definition, from 1, 0 for none; lists are their length and their members, where a lock is twice its number, and one more if it is held
// for reading. A value is the number of its bytes and, if that is not 0, its bits as an unsigned number.
//
// Readers take any of these, compressed or not ([Read]). A file that is broken gives a [SyntaxError] that says where, and the
// trace up to there.
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
//	y TIME THREAD LENGTH LOOK      the thread is held back for LENGTH nanoseconds, though it could go on; LOOK is 0, or how many-th look of
//	                               the thread at the clock since its last step that comes before: all stand still then
//	u TIME THREAD                  it is held back no more (with LOOK 0)
//	l ID THREAD LENGTH FRAMES      an alarm: the thread sets a timer that is to go off LENGTH nanoseconds later; FRAMES is its stack
//	g ID TIME                      it goes off
//	q TIME THREAD FRAMES           the thread looks at the clock, in a run that may have delays
//	n KIND ID NAME                 what the program calls a thread (KIND is t) or an object (o); NAME runs to the end of the line
//	i THREAD                       the thread could have gone on after its last step, but that of the next one does: a preemption
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
// Of memory, objects of kind memory and steps read and write tell, where accesses are scheduling points. Of atomic variables (objects of
// kind atomic) where they lie and their values are told, too:
//
//	m OBJ ADDR REGION BASE SIZE HOLDS
//	                               where a memory or atomic object lies, after its o record: its first byte's address (hex) in
//	                               REGION, which is global, heap or other; for heap, base address (hex) and size of the
//	                               allocation it belongs to, else 0 0; and whether its word holds a pointer or a scalar
//	                               there, "-" if unknown
//	v THREAD BYTES                 what is in memory, at the object of the thread's last step, after that step:
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
