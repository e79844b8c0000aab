package programs

import (
	"sync"
	"sync/atomic"
	"testing"
)

// The programs of ConVul are vulnerabilities of the Linux kernel and of Firefox, reduced to two threads and to the few steps that
// matter. They are written from the descriptions of the vulnerabilities and of their mends.

func TestCVE20093547(t *testing.T)        { buggy(t); pipeOpen(false) }
func TestCVE20093547Correct(t *testing.T) { pipeOpen(true) }

// pipeOpen: a pipe is opened once more, through /proc, while its last user closes it. The lock is taken, but who has it does not look whether
// the pipe is still there: a null pointer.
func pipeOpen(right bool) {
	type pipe struct{ readers, writers cell }
	var mu sync.Mutex
	var inode atomic.Pointer[pipe]
	made := &pipe{}
	made.readers.Store(1)
	made.writers.Store(1)
	inode.Store(made)
	release := func() {
		mu.Lock()
		defer mu.Unlock()
		p := inode.Load()
		if plus(&p.readers, -1)+plus(&p.writers, -1) == 0 {
			inode.Store(nil)
		}
	}
	open := func() {
		mu.Lock()
		defer mu.Unlock()
		if right && inode.Load() == nil {
			return
		}
		plus(&inode.Load().readers, 1)
		plus(&inode.Load().writers, 1)
	}
	together(open, release)
}

func TestCVE20112183(t *testing.T)        { buggy(t); pageMerge(false) }
func TestCVE20112183Correct(t *testing.T) { pageMerge(true) }

// pageMerge: a thread that merges equal pages sees that there is a process to scan, takes the lock, and goes to the list's first entry. If the only
// process has gone meanwhile, that is the list's head, which has no memory: a null pointer.
func pageMerge(right bool) {
	type memory struct{ users cell }
	type entry struct {
		memory atomic.Pointer[memory]
		next   atomic.Pointer[entry]
	}
	var mu sync.Mutex
	head, process := &entry{}, &entry{}
	process.memory.Store(&memory{})
	process.next.Store(head)
	head.next.Store(process)
	scan := func() {
		if head.next.Load() == head {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		first := head.next.Load()
		if right && first == head {
			return
		}
		plus(&first.memory.Load().users, 1)
	}
	exit := func() {
		mu.Lock()
		defer mu.Unlock()
		head.next.Store(process.next.Load())
	}
	together(scan, exit)
}

func TestCVE20131792(t *testing.T)        { buggy(t); keyrings(false) }
func TestCVE20131792Correct(t *testing.T) { keyrings(true) }

// keyrings: a user's two keyrings are made when they are first needed, under a lock. Who finds the first one there, without the lock, takes
// the second one for there as well: a null pointer.
func keyrings(right bool) {
	type keyring struct{ keys cell }
	var mu sync.Mutex
	var user, session atomic.Pointer[keyring]
	join := func() {
		if user.Load() == nil || right && session.Load() == nil {
			mu.Lock()
			if user.Load() == nil {
				user.Store(&keyring{})
				session.Store(&keyring{})
			}
			mu.Unlock()
		}
		plus(&session.Load().keys, 1)
	}
	together(join, join)
}

func TestCVE20157550(t *testing.T)        { buggy(t); keyRead(false) }
func TestCVE20157550Correct(t *testing.T) { keyRead(true) }

// keyRead: a key is found to be valid, and read under its lock then. If it is revoked in between, there is nothing to read: a null
// pointer.
func keyRead(right bool) {
	type payload struct{ data cell }
	var mu sync.RWMutex
	var revoked atomic.Bool
	var key atomic.Pointer[payload]
	key.Store(&payload{})
	read := func() {
		if !right && revoked.Load() {
			return
		}
		mu.RLock()
		defer mu.RUnlock()
		if right && revoked.Load() {
			return
		}
		key.Load().data.Load()
	}
	revoke := func() {
		mu.Lock()
		defer mu.Unlock()
		revoked.Store(true)
		key.Store(nil)
	}
	together(read, revoke)
}

func TestCVE20161972(t *testing.T)        { buggy(t); once(t, false) }
func TestCVE20161972Correct(t *testing.T) { once(t, true) }

// once: libvpx sets itself up once, under a lock that is made when it is needed, and freed by the last one that waits for it. Who has
// got the lock but has not counted itself yet uses it after it was freed: this is what we take the report for. The twin's lock is
// always there.
func once(t *testing.T, right bool) {
	type guard struct {
		block
		mu sync.Mutex
	}
	var lock atomic.Pointer[guard]
	var waiters cell
	var done atomic.Bool
	if right {
		lock.Store(&guard{})
	}
	setUp := func() {
		if done.Load() {
			return
		}
		lock.CompareAndSwap(nil, &guard{})
		g := lock.Load()
		if g == nil { // freed already, and gone
			return
		}
		waiters.Add(1)
		g.use(t)
		g.mu.Lock()
		done.Store(true)
		g.mu.Unlock()
		if waiters.Add(-1) == 0 && !right {
			lock.Store(nil)
			g.free(t)
		}
	}
	together(setUp, setUp)
}

func TestCVE20161973(t *testing.T)        { buggy(t); staticInstance(t, false) }
func TestCVE20161973Correct(t *testing.T) { staticInstance(t, true) }

// staticInstance: WebRTC counts the users of an object that there is one of. A thread gets it, under the lock, without counting itself, while the last
// user gives it back: it is used after it was freed.
func staticInstance(t *testing.T, right bool) {
	var mu sync.Mutex
	var users cell
	var instance atomic.Pointer[block]
	users.Store(1)
	instance.Store(&block{})
	get := func() *block {
		mu.Lock()
		defer mu.Unlock()
		b := instance.Load()
		if right && b != nil {
			plus(&users, 1)
		}
		return b
	}
	release := func() {
		mu.Lock()
		defer mu.Unlock()
		if plus(&users, -1) == 0 {
			b := instance.Load()
			instance.Store(nil)
			b.free(t)
		}
	}
	together(func() {
		if b := get(); b != nil {
			b.use(t)
			if right {
				release()
			}
		}
	}, release)
}

func TestCVE20167911(t *testing.T)        { buggy(t); ioPriority(t, false) }
func TestCVE20167911Correct(t *testing.T) { ioPriority(t, true) }

// ioPriority: a task's priority is read from its I/O context, if it has one, without the task's lock. A task that exits takes
// its context away and frees it: a null pointer, or a use after free.
func ioPriority(t *testing.T, right bool) {
	type context struct {
		block
		priority cell
	}
	var mu sync.Mutex
	var task atomic.Pointer[context]
	task.Store(&context{})
	get := func() {
		if right {
			mu.Lock()
			defer mu.Unlock()
		}
		if task.Load() == nil {
			return
		}
		c := task.Load()
		c.priority.Load()
		c.use(t)
	}
	exit := func() {
		mu.Lock()
		c := task.Load()
		task.Store(nil)
		mu.Unlock()
		c.free(t)
	}
	together(get, exit)
}

func TestCVE20169806(t *testing.T)        { buggy(t); netlinkDump(t, false) }
func TestCVE20169806Correct(t *testing.T) { netlinkDump(t, true) }

// netlinkDump: two threads dump the state of one socket. Each puts a buffer of its own into the socket, under the lock, and frees what it finds
// there afterwards: the same buffer twice.
func netlinkDump(t *testing.T, right bool) {
	var mu sync.Mutex
	var socket atomic.Pointer[block]
	dump := func() {
		mu.Lock()
		own := &block{}
		socket.Store(own)
		mu.Unlock()
		if right {
			own.free(t)
		} else {
			socket.Load().free(t)
		}
	}
	together(dump, dump)
}

func TestCVE201715265(t *testing.T)        { buggy(t); createPort(t, false) }
func TestCVE201715265Correct(t *testing.T) { createPort(t, true) }

// createPort: a port of the sound sequencer is put into its client's list, and filled in without the locks. A thread that
// deletes the port by its number frees it in between. The twin fills it in first.
func createPort(t *testing.T, right bool) {
	type port struct {
		block
		kind cell
	}
	var mutex, spin, use sync.Mutex
	var ports atomic.Pointer[port]
	var count cell
	count.Store(1)
	locked := func(f func()) {
		mutex.Lock()
		spin.Lock()
		f()
		spin.Unlock()
		mutex.Unlock()
	}
	fill := func(p *port) {
		p.use(t)
		p.kind.Store(1)
		p.use(t)
	}
	create := func() {
		p := &port{}
		if right {
			fill(p)
		}
		locked(func() {
			ports.Store(p)
			plus(&count, 1)
		})
		if !right {
			fill(p)
		}
	}
	remove := func() {
		var found *port
		locked(func() {
			if found = ports.Load(); found != nil {
				ports.Store(nil)
				plus(&count, -1)
			}
		})
		if found != nil {
			use.Lock()
			found.free(t)
			use.Unlock()
		}
	}
	together(create, remove)
}

func TestCVE20176346(t *testing.T)        { buggy(t); fanoutAdd(t, false) }
func TestCVE20176346Correct(t *testing.T) { fanoutAdd(t, true) }

// fanoutAdd: two threads add one socket to a group. Each puts memory of its own into the socket, without a lock, fails, and frees what the socket
// holds: the same memory twice, or memory in use. The twin takes the lock for all of that.
func fanoutAdd(t *testing.T, right bool) {
	type rollover struct {
		block
		num cell
	}
	var mu sync.Mutex
	var socket atomic.Pointer[rollover]
	add := func() {
		if right {
			mu.Lock()
			defer mu.Unlock()
		}
		socket.Store(&rollover{})
		r := socket.Load()
		r.use(t)
		r.num.Store(0)
		if !right {
			mu.Lock()
			mu.Unlock() //lint:ignore SA2001 the socket cannot be added, which is found out here
		}
		socket.Load().free(t)
	}
	together(add, add)
}
