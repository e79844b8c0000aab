//go:build clewinside

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// The network of a run. Sockets and pipes whose both ends belong to the run are clew's internal/loopback, whose files are
// compiled in here: no kernel, no waiting in real time, and the same in each run. The seam is the descriptor: package
// syscall asks here first when a descriptor is not the kernel's (inside/syscall), so packages net, os and
// internal/poll do what they always do. Each operation on such a descriptor is a point. Who waits for one waits in the
// poller as ever, but is blocked like someone at a channel, not outside: a deadlock is found as one.
//
// What is made in memory: listeners on loopback addresses and on Unix paths, connections to them, and pipes. What is not:
// connections to others, and whatever is handed to a process. A test that starts one while it listens, or hands it
// a descriptor, has the kernel's network from then on: the run in flight is given up and begun anew (clewAgain).

var clewNet struct {
	Net
	busy   atomic.Uint32
	used   bool // in this run
	kernel bool // the test's network is the kernel's
}

// What Linux calls the errors.
var clewNetErrors = [...]uintptr{
	NetOK: 0, NetAgain: 11, NetBadFD: 9, NetInvalid: 22, NetInUse: 98, NetRefused: 111, NetInProgress: 115,
	NetConnected: 106, NetNotConnected: 107, NetReset: 104, NetBroken: 32,
}

// clewNetOn reports whether the caller's new sockets are in memory.
func clewNetOn() bool {
	gp := getg()
	return clew.on && !clewNet.kernel && gp.clew != nil && gp.clewRun == clew.run
}

// clewNetBegin prepares the network for a new run.
func clewNetBegin() {
	if clewNet.used || clewNet.first == 0 {
		clewNet.Begin(clew.run)
		clewNet.used = false
	}
}

// clewNetEnter and clewNetLeave are around each use of the network: threads never meet there, but somebody outside who was
// given a connection may come along.
func clewNetEnter() {
	for !clewNet.busy.CompareAndSwap(0, 1) {
		osyield()
	}
	clewNet.used = true
}

func clewNetLeave() { clewNet.busy.Store(0) }

// clewNetObject returns what is operated on at a socket: the connection, for both of its ends.
func clewNetObject(s *NetSocket) *clewObject {
	switch {
	case s.Listens():
		return clewLookup(unsafe.Pointer(s), KindListener)
	case s.Pair == nil:
		return clewLookup(unsafe.Pointer(s), KindConn)
	case s.Kind == NetPipe:
		return clewLookup(unsafe.Pointer(s.Pair), KindPipe)
	}
	return clewLookup(unsafe.Pointer(s.Pair), KindConn)
}

// clewNetPoint is called before an operation on a descriptor. A thread that comes back from waiting for it was chosen just now.
func clewNetPoint(op Op, fd int) {
	t := clewSelf()
	if t == nil {
		return
	}
	d := clewNet.At(fd)
	if d == nil {
		return
	}
	s := d.Sock
	o := clewNetObject(s)
	if t.op == OpWake && t.wire != 0 {
		t.op, t.obj = op, o
	} else {
		clewPoint(t, op, o, 0)
	}
	t.wire = 0
	s.User = t.id
}

// clewNetDials is called before it is found out who makes a connection to an address.
//
//go:linkname clewNetDials syscall.clewNetDials
func clewNetDials(kind uint8, ip *[16]byte, port int, name string) {
	t := clewSelf()
	if t == nil || clewNet.kernel {
		return
	}
	a := clewNetAddr(kind, ip, port, name, 0, 0)
	addr := unsafe.Pointer(&clewNet)
	if l := clewNet.Listener(&a); l != nil {
		addr = unsafe.Pointer(l)
	}
	clewPoint(t, OpSend, clewLookup(addr, KindListener), 0)
}

// netWake wakes who waits for a descriptor.
func netWake(poll uintptr, read, write bool) {
	pd := (*pollDesc)(unsafe.Pointer(poll)) // not in the Go heap
	delta := int32(0)
	var rg, wg *g
	if read {
		rg = netpollunblock(pd, 'r', true, &delta)
	}
	if write {
		wg = netpollunblock(pd, 'w', true, &delta)
	}
	if rg != nil {
		netpollgoready(rg, 3)
	}
	if wg != nil {
		netpollgoready(wg, 3)
	}
	netpollAdjustWaiters(delta)
}

// clewPollOpen is called before a descriptor is registered with the kernel's poller. It reports whether it is one of the
// run's network, and needs not to be.
func clewPollOpen(fd uintptr, pd *pollDesc) bool {
	if d := clewNet.At(int(fd)); d != nil {
		d.Poll = uintptr(unsafe.Pointer(pd))
		read, write := d.Sock.Ready()
		netWake(d.Poll, read, write)
	}
	return clewNetOwn(int(fd))
}

func clewPollClose(fd uintptr) bool {
	if d := clewNet.At(int(fd)); d != nil {
		d.Poll = 0
	}
	return clewNetOwn(int(fd))
}

// clewPollWaits is called before the caller waits for a descriptor.
func clewPollWaits(pd *pollDesc, mode int) {
	t := getg().clew
	if t == nil {
		return
	}
	t.wire = 0
	if !clewNetOwn(int(pd.fd)) {
		return
	}
	t.wire = int32(pd.fd)
	if d := clewNet.At(int(pd.fd)); d != nil && clewSelf() == t {
		t.op, t.obj = OpReceive, clewNetObject(d.Sock)
		if mode == 'w' {
			t.op = OpSend
		}
	}
}

// clewNetOwn reports whether a descriptor is one of a run's network.
//
//go:linkname clewNetOwn
func clewNetOwn(fd int) bool { return fd >= NetFirst }

// clewNetSemacquire waits for the lock of a descriptor.
//
//go:linkname clewNetSemacquire internal/poll.clewNetSemacquire
func clewNetSemacquire(sema *uint32) {
	if cansemacquire(sema) {
		return
	}
	if t := clewSelf(); t != nil {
		t.wire = -1
		t.op, t.obj = OpLock, clewLookup(unsafe.Pointer(sema), KindMutex)
	}
	semacquire1(sema, false, semaBlockProfile, 0, waitReasonIOWait)
}

// clewNetSocket makes a socket for package net; -1 if the kernel should.
//
//go:linkname clewNetSocket syscall.clewNetSocket
func clewNetSocket(kind uint8) int {
	if !clewNetOn() {
		return -1
	}
	clewNetEnter()
	fd := clewNet.Socket(NetKind(kind))
	clewNetLeave()
	return fd
}

//go:linkname clewNetPipe syscall.clewNetPipe
func clewNetPipe() (r, w int) {
	if !clewNetOn() {
		return -1, -1
	}
	clewNetEnter()
	r, w = clewNet.Pipe()
	clewNetLeave()
	return r, w
}

// clewNetKnows reports whether a connection to the address is this network's to make or to refuse.
//
//go:linkname clewNetKnows syscall.clewNetKnows
func clewNetKnows(kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) bool {
	if !clewNetOn() {
		return false
	}
	a := clewNetAddr(kind, ip, port, name, dev, ino)
	clewNetEnter()
	knows := clewNet.Knows(&a)
	clewNetLeave()
	return knows
}

func clewNetAddr(kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) (a NetAddr) {
	a.Kind, a.Port, a.Name, a.Dev, a.Ino = NetKind(kind), port, name, dev, ino
	a.IP = *ip
	return a
}

//go:linkname clewNetBind syscall.clewNetBind
func clewNetBind(fd int, kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) uintptr {
	a := clewNetAddr(kind, ip, port, name, dev, ino)
	clewNetEnter()
	err := clewNet.Bind(fd, &a)
	clewNetLeave()
	return clewNetErrors[err]
}

//go:linkname clewNetListen syscall.clewNetListen
func clewNetListen(fd, backlog int) uintptr {
	if t := clewSelf(); t != nil {
		clewPoint(t, OpStore, clewLookup(unsafe.Pointer(&clewNet), KindListener), 0)
	}
	clewNetEnter()
	err := clewNet.Listen(fd, backlog)
	clewNetLeave()
	return clewNetErrors[err]
}

//go:linkname clewNetConnect syscall.clewNetConnect
func clewNetConnect(fd int, kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) uintptr {
	a := clewNetAddr(kind, ip, port, name, dev, ino)
	clewNetEnter()
	err := clewNet.Connect(fd, &a)
	if d := clewNet.At(fd); d != nil && getg().clew != nil {
		d.Sock.User = getg().clew.id
	}
	clewNetLeave()
	return clewNetErrors[err]
}

//go:linkname clewNetAccept syscall.clewNetAccept
func clewNetAccept(fd int) (int, uintptr) {
	clewNetPoint(OpReceive, fd)
	clewNetEnter()
	c, err := clewNet.Accept(fd)
	if d := clewNet.At(c); d != nil && getg().clew != nil {
		d.Sock.User = getg().clew.id
	}
	clewNetLeave()
	return c, clewNetErrors[err]
}

//go:linkname clewNetRead syscall.clewNetRead
func clewNetRead(fd int, p []byte, peek bool) (int, uintptr) {
	for {
		clewNetPoint(OpReceive, fd)
		clewNetEnter()
		k, err := clewNet.Read(fd, p, peek)
		clewNetLeave()
		if err != NetAgain || !clewNetWait(fd, 'r') {
			return k, clewNetErrors[err]
		}
	}
}

//go:linkname clewNetWrite syscall.clewNetWrite
func clewNetWrite(fd int, p []byte) (int, uintptr) {
	for {
		clewNetPoint(OpSend, fd)
		clewNetEnter()
		k, err := clewNet.Write(fd, p)
		clewNetLeave()
		if err != NetAgain || !clewNetWait(fd, 'w') {
			return k, clewNetErrors[err]
		}
	}
}

// clewNetWait waits for a descriptor that is in blocking mode. It reports whether another try makes sense.
func clewNetWait(fd, mode int) bool {
	d := clewNet.At(fd)
	if d == nil || !d.Sock.Blocking || d.Poll == 0 {
		return false
	}
	pd := (*pollDesc)(unsafe.Pointer(d.Poll))
	return poll_runtime_pollReset(pd, mode) == pollNoError && poll_runtime_pollWait(pd, mode) == pollNoError
}

//go:linkname clewNetShutdown syscall.clewNetShutdown
func clewNetShutdown(fd int, read, write bool) uintptr {
	clewNetPoint(OpClose, fd)
	clewNetEnter()
	err := clewNet.Shutdown(fd, read, write)
	clewNetLeave()
	return clewNetErrors[err]
}

//go:linkname clewNetClose syscall.clewNetClose
func clewNetClose(fd int) uintptr {
	clewNetPoint(OpClose, fd)
	clewNetEnter()
	err := clewNet.Close(fd)
	clewNetLeave()
	return clewNetErrors[err]
}

//go:linkname clewNetDup syscall.clewNetDup
func clewNetDup(fd int) (int, uintptr) {
	clewNetEnter()
	c, err := clewNet.Dup(fd)
	clewNetLeave()
	return c, clewNetErrors[err]
}

// clewNetName returns the kind of a socket, and its address or that of the other end.
//
//go:linkname clewNetName syscall.clewNetName
func clewNetName(fd int, remote bool, ip *[16]byte) (kind uint8, port int, name string, errno uintptr) {
	clewNetEnter()
	err := NetBadFD
	if d := clewNet.At(fd); d != nil {
		s := d.Sock
		a := &s.Local
		kind, err = uint8(s.Kind), NetOK
		if remote {
			a = &s.Remote
			if s.Pair == nil || s.Kind == NetPipe {
				err = NetNotConnected
			}
		}
		*ip, port, name = a.IP, a.Port, a.Name
	}
	clewNetLeave()
	return kind, port, name, clewNetErrors[err]
}

// What clewNetOption sets or asks for.
const (
	clewNetError  = iota // the pending error
	clewNetOnly6         // no IPv4 connections
	clewNetAbrupt        // closing resets
	clewNetIn            // room for the reader
	clewNetOut           // room for the writer
	clewNetIsListener
	clewNetBlocking
	clewNetIsBlocking
)

//go:linkname clewNetOption syscall.clewNetOption
func clewNetOption(fd, option, value int) (old int, errno uintptr) {
	clewNetEnter()
	err := NetBadFD
	if d := clewNet.At(fd); d != nil {
		s := d.Sock
		err = NetOK
		switch option {
		case clewNetError:
			old = int(clewNetErrors[s.TakeError()])
		case clewNetOnly6:
			s.Only6 = value != 0
		case clewNetAbrupt:
			s.Abrupt = value != 0
		case clewNetIn:
			clewNet.SetRoom(s, value, 0)
		case clewNetOut:
			clewNet.SetRoom(s, 0, value)
		case clewNetBlocking:
			s.Blocking = value != 0
		case clewNetIsBlocking:
			if s.Blocking {
				old = 1
			}
		case clewNetIsListener:
			if s.Listens() {
				old = 1
			}
		}
	}
	clewNetLeave()
	return old, clewNetErrors[err]
}

// clewNetRemember sets an option that changes nothing, or, if set is false, returns it.
//
//go:linkname clewNetRemember syscall.clewNetRemember
func clewNetRemember(fd int, set bool, level, name, value int) int {
	clewNetEnter()
	if d := clewNet.At(fd); d != nil && set {
		d.Sock.SetOption(level, name, value)
	} else if d != nil {
		value = d.Sock.Option(level, name)
	}
	clewNetLeave()
	return value
}

// clewNetKernel is called when a descriptor is about to be handed to the kernel: the test has the kernel's network
// from now on. It does not return to a thread.
//
//go:linkname clewNetKernel syscall.clewNetKernel
func clewNetKernel() {
	if clewSelf() == nil {
		return
	}
	clew.verdict = clewAgain
	mcall(clewGiveUp)
}

// clewNetChoose says whether the runs that follow have the kernel's network.
//
//go:linkname clewNetChoose testing.clewNetChoose
func clewNetChoose(kernel bool) { clewNet.kernel = kernel }

// clewRunNumber returns the number of the run that the caller belongs to, 0 for none.
//
//go:linkname clewRunNumber
func clewRunNumber() uint32 {
	if gp := getg(); clew.on && gp.clew != nil && gp.clewRun == clew.run {
		return clew.run
	}
	return 0
}
