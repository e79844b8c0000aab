//go:build clewinside && linux && (amd64 || arm64)

// clew's part of package syscall: descriptors of a run's own network. Package runtime carries the operations out; here they
// are put into the form of system calls. Only what packages net, os and internal/poll and common drivers do with
// sockets and pipes is there; the rest is EINVAL, upon which they take a simpler way.
package syscall

import "unsafe"

// Implemented in package runtime.

//go:linkname clewNetOwn runtime.clewNetOwn
func clewNetOwn(fd int) bool

//go:linkname clewNetKnows
func clewNetKnows(kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) bool

//go:linkname clewNetDials
func clewNetDials(kind uint8, ip *[16]byte, port int, name string)

//go:linkname clewNetSocket
func clewNetSocket(kind uint8) int

//go:linkname clewNetPipe
func clewNetPipe() (r, w int)

//go:linkname clewNetBind
func clewNetBind(fd int, kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) Errno

//go:linkname clewNetListen
func clewNetListen(fd, backlog int) Errno

//go:linkname clewNetConnect
func clewNetConnect(fd int, kind uint8, ip *[16]byte, port int, name string, dev, ino uint64) Errno

//go:linkname clewNetAccept
func clewNetAccept(fd int) (int, Errno)

//go:linkname clewNetRead
func clewNetRead(fd int, p []byte, peek bool) (int, Errno)

//go:linkname clewNetWrite
func clewNetWrite(fd int, p []byte) (int, Errno)

//go:linkname clewNetShutdown
func clewNetShutdown(fd int, read, write bool) Errno

//go:linkname clewNetClose
func clewNetClose(fd int) Errno

//go:linkname clewNetDup
func clewNetDup(fd int) (int, Errno)

//go:linkname clewNetName
func clewNetName(fd int, remote bool, ip *[16]byte) (kind uint8, port int, name string, errno Errno)

//go:linkname clewNetOption
func clewNetOption(fd, option, value int) (old int, errno Errno)

//go:linkname clewNetRemember
func clewNetRemember(fd int, set bool, level, name, value int) int

//go:linkname clewNetKernel
func clewNetKernel()

// Kinds of sockets and options, as package runtime knows them.
const (
	clewPipeKind = iota
	clewTCP4
	clewTCP6
	clewUnix
)

const (
	clewOptionError = iota
	clewOptionOnly6
	clewOptionAbrupt
	clewOptionIn
	clewOptionOut
	clewOptionListener
	clewOptionBlocking
	clewOptionIsBlocking
)

// A clewName is a socket's address.
type clewName struct {
	kind     uint8
	ip       [16]byte
	port     int
	name     string
	dev, ino uint64
}

// clewSockaddr reads an address.
//
//go:norace
func clewSockaddr(sa Sockaddr) (a clewName, ok bool) {
	switch sa := sa.(type) {
	case *SockaddrInet4:
		a.kind, a.port = clewTCP4, sa.Port
		a.ip[10], a.ip[11] = 0xff, 0xff
		copy(a.ip[12:], sa.Addr[:])
	case *SockaddrInet6:
		a.kind, a.port, a.ip = clewTCP6, sa.Port, sa.Addr
	case *SockaddrUnix:
		a.kind, a.name = clewUnix, sa.Name
	default:
		return a, false
	}
	return a, true
}

// clewRawSockaddr reads an address that is laid out for the kernel.
//
//go:norace
func clewRawSockaddr(addr unsafe.Pointer, size _Socklen) (clewName, bool) {
	var raw RawSockaddrAny
	copy((*[unsafe.Sizeof(raw)]byte)(unsafe.Pointer(&raw))[:], unsafe.Slice((*byte)(addr), size))
	if raw.Addr.Family == AF_UNIX && size <= 2 {
		return clewName{kind: clewUnix}, true
	}
	sa, err := anyToSockaddr(&raw)
	if err != nil {
		return clewName{}, false
	}
	return clewSockaddr(sa)
}

// clewTellSockaddr lays an address out as the kernel does.
//
//go:norace
func clewTellSockaddr(a *clewName, rsa *RawSockaddrAny, size *_Socklen) {
	*rsa = RawSockaddrAny{}
	switch a.kind {
	case clewTCP4:
		raw := (*RawSockaddrInet4)(unsafe.Pointer(rsa))
		raw.Family = AF_INET
		*(*[2]byte)(unsafe.Pointer(&raw.Port)) = [2]byte{byte(a.port >> 8), byte(a.port)}
		copy(raw.Addr[:], a.ip[12:])
		*size = SizeofSockaddrInet4
	case clewTCP6:
		raw := (*RawSockaddrInet6)(unsafe.Pointer(rsa))
		raw.Family = AF_INET6
		*(*[2]byte)(unsafe.Pointer(&raw.Port)) = [2]byte{byte(a.port >> 8), byte(a.port)}
		raw.Addr = a.ip
		*size = SizeofSockaddrInet6
	case clewUnix:
		raw := (*RawSockaddrUnix)(unsafe.Pointer(rsa))
		raw.Family = AF_UNIX
		for i := range len(a.name) {
			raw.Path[i] = int8(a.name[i])
		}
		if a.name != "" && a.name[0] == '@' {
			raw.Path[0] = 0
		}
		*size = 2 + _Socklen(len(a.name))
	}
}

// file says which file the name of a Unix socket stands for now.
//
//go:norace
func (a *clewName) file() {
	if a.kind != clewUnix || a.name == "" || a.name[0] == '@' {
		return
	}
	var st Stat_t
	if Stat(a.name, &st) == nil {
		a.dev, a.ino = st.Dev, st.Ino
	}
}

// clewSocket makes a socket that will listen at an address, or connect to it: in memory, if that is where it belongs;
// -1 if not. Package net calls it.
//
//go:norace
//go:linkname clewSocket
func clewSocket(family, sotype int, listens bool, at Sockaddr) int {
	if sotype != SOCK_STREAM {
		return -1
	}
	a, ok := clewSockaddr(at)
	if !ok {
		return -1
	}
	kind := a.kind
	switch family {
	case AF_INET:
		kind = clewTCP4
	case AF_INET6:
		kind = clewTCP6
	}
	if listens {
		if a.kind != clewUnix && !clewHere(a.ip) {
			return -1
		}
		return clewNetSocket(kind)
	}
	clewNetDials(a.kind, &a.ip, a.port, a.name)
	a.file()
	if !clewNetKnows(a.kind, &a.ip, a.port, a.name, a.dev, a.ino) {
		return -1
	}
	return clewNetSocket(kind)
}

// clewHere reports whether an address is one of the loopback interface, or stands for all.
//
//go:norace
func clewHere(ip [16]byte) bool {
	four := [16]byte{10: 0xff, 11: 0xff}
	switch {
	case ip == [16]byte{} || ip == [16]byte{15: 1} || ip == four:
		return true
	case [12]byte(ip[:12]) == [12]byte(four[:12]):
		return ip[12] == 127
	}
	return false
}

// What the functions below return is what the system calls that they are named for do.

func clewErr(e Errno) error {
	if e == 0 {
		return nil
	}
	return errnoErr(e)
}

//go:norace
//go:linkname clewPipe2
func clewPipe2(p []int, flags int) error {
	r, w := clewNetPipe()
	if r < 0 {
		return Pipe2(p, flags)
	}
	p[0], p[1] = r, w
	return nil
}

//go:norace
func clewRead(fd int, p []byte) (int, error) {
	n, e := clewNetRead(fd, p, false)
	return n, clewErr(e)
}

//go:norace
func clewWrite(fd int, p []byte) (int, error) {
	n, e := clewNetWrite(fd, p)
	return n, clewErr(e)
}

//go:norace
func clewBind(fd int, addr unsafe.Pointer, size _Socklen) error {
	a, ok := clewRawSockaddr(addr, size)
	if !ok {
		return EINVAL
	}
	if a.kind == clewUnix && a.name != "" && a.name[0] != '@' {
		if err := clewMakeFile(&a, addr, size); err != nil {
			return err
		}
	}
	return clewErr(clewNetBind(fd, a.kind, &a.ip, a.port, a.name, a.dev, a.ino))
}

// clewFiles are the files of Unix sockets that runs have made: dev, ino.
var clewFiles [][2]uint64

// clewMakeFile makes the file of a Unix socket, as the kernel does when one is bound. A file that an earlier run has left
// there is in nobody's way.
//
//go:norace
func clewMakeFile(a *clewName, addr unsafe.Pointer, size _Socklen) error {
	fd, err := socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer Close(fd)
	if err = bind(fd, addr, size); err == EADDRINUSE {
		a.file()
		for _, f := range clewFiles {
			if f == [2]uint64{a.dev, a.ino} && !clewNetKnows(a.kind, &a.ip, 0, a.name, a.dev, a.ino) && Unlink(a.name) == nil {
				err = bind(fd, addr, size)
				break
			}
		}
	}
	if err != nil {
		return err
	}
	a.file()
	f := [2]uint64{a.dev, a.ino}
	for _, known := range clewFiles {
		if known == f {
			return nil
		}
	}
	files := make([][2]uint64, len(clewFiles)+1)
	copy(files, clewFiles)
	files[len(clewFiles)] = f
	clewFiles = files
	return nil
}

//go:norace
func clewConnect(fd int, addr unsafe.Pointer, size _Socklen) error {
	a, ok := clewRawSockaddr(addr, size)
	if !ok {
		return EINVAL
	}
	a.file()
	return clewErr(clewNetConnect(fd, a.kind, &a.ip, a.port, a.name, a.dev, a.ino))
}

//go:norace
func clewAccept(fd int, rsa *RawSockaddrAny, size *_Socklen) (int, error) {
	c, e := clewNetAccept(fd)
	if e != 0 {
		return -1, clewErr(e)
	}
	return c, clewSockName(c, true, rsa, size)
}

//go:norace
func clewSockName(fd int, remote bool, rsa *RawSockaddrAny, size *_Socklen) error {
	var a clewName
	var e Errno
	a.kind, a.port, a.name, e = clewNetName(fd, remote, &a.ip)
	if e != 0 {
		return e
	}
	if a.kind == clewPipeKind {
		return ENOTSOCK
	}
	clewTellSockaddr(&a, rsa, size)
	return nil
}

//go:norace
func clewSetOption(fd, level, name int, val unsafe.Pointer, size uintptr) error {
	var value int
	if size >= 4 {
		value = int(*(*int32)(val))
	}
	option := -1
	clewNetRemember(fd, true, level, name, value)
	switch {
	case level == IPPROTO_IPV6 && name == IPV6_V6ONLY:
		option = clewOptionOnly6
	case level == SOL_SOCKET && name == SO_RCVBUF:
		option, value = clewOptionIn, 2*value
	case level == SOL_SOCKET && name == SO_SNDBUF:
		option, value = clewOptionOut, 2*value
	case level == SOL_SOCKET && name == SO_LINGER && size >= 8:
		l := (*Linger)(val)
		option, value = clewOptionAbrupt, 0
		if l.Onoff != 0 && l.Linger == 0 {
			value = 1
		}
	}
	_, e := clewNetOption(fd, option, value)
	return clewErr(e)
}

//go:norace
func clewGetOption(fd, level, name int, val unsafe.Pointer, size *_Socklen) error {
	var ip [16]byte
	kind, _, _, e := clewNetName(fd, false, &ip)
	if e != 0 {
		return e
	}
	value := clewNetRemember(fd, false, level, name, 0)
	if level == SOL_SOCKET {
		switch name {
		case SO_ERROR:
			value, _ = clewNetOption(fd, clewOptionError, 0)
		case SO_TYPE:
			value = SOCK_STREAM
		case SO_DOMAIN:
			value = [...]int{clewPipeKind: 0, clewTCP4: AF_INET, clewTCP6: AF_INET6, clewUnix: AF_UNIX}[kind]
		case SO_ACCEPTCONN:
			value, _ = clewNetOption(fd, clewOptionListener, 0)
		}
	}
	if *size < 4 {
		return EINVAL
	}
	*(*int32)(val) = int32(value)
	return nil
}

//go:norace
//go:linkname clewFcntl
func clewFcntl(fd, cmd, arg int) (int, error) {
	switch cmd {
	case F_GETFL:
		blocking, e := clewNetOption(fd, clewOptionIsBlocking, 0)
		if blocking != 0 {
			return O_RDWR, clewErr(e)
		}
		return O_RDWR | O_NONBLOCK, clewErr(e)
	case F_GETFD:
		return FD_CLOEXEC, nil
	case F_SETFL:
		blocking := 0
		if arg&O_NONBLOCK == 0 {
			blocking = 1
		}
		_, e := clewNetOption(fd, clewOptionBlocking, blocking)
		return 0, clewErr(e)
	case F_SETFD:
		return 0, nil
	case F_DUPFD, F_DUPFD_CLOEXEC:
		c, e := clewNetDup(fd)
		return c, clewErr(e)
	}
	return -1, EINVAL
}

//go:norace
func clewStat(fd int, st *Stat_t) error {
	var ip [16]byte
	kind, _, _, e := clewNetName(fd, false, &ip)
	if e != 0 {
		return e
	}
	*st = Stat_t{Mode: S_IFSOCK | 0o777, Nlink: 1, Blksize: 4096}
	if kind == clewPipeKind {
		st.Mode = S_IFIFO | 0o600
	}
	return nil
}

//go:norace
func clewReceive(fd int, p []byte, flags int, from *RawSockaddrAny, size *_Socklen) (int, error) {
	n, e := clewNetRead(fd, p, flags&MSG_PEEK != 0)
	if size != nil {
		*size = 0
	}
	return n, clewErr(e)
}

//go:norace
func clewReceiveMsg(fd int, msg *Msghdr, flags int) (int, error) {
	msg.Controllen, msg.Flags, msg.Namelen = 0, 0, 0
	if msg.Iovlen == 0 {
		return 0, nil
	}
	v := msg.Iov
	return clewReceive(fd, unsafe.Slice(v.Base, v.Len), flags, nil, nil)
}

//go:norace
func clewSendMsg(fd int, msg *Msghdr) (int, error) {
	if msg.Controllen > 0 {
		clewNetKernel() // descriptors are passed on
		return 0, EINVAL
	}
	if msg.Iovlen == 0 {
		return 0, nil
	}
	v := msg.Iov
	return clewWrite(fd, unsafe.Slice(v.Base, v.Len))
}

// clewInherits is called before descriptors are passed to a new process.
//
//go:norace
func clewInherits(files []uintptr) {
	for _, f := range files {
		if int(f) >= 0 && clewNetOwn(int(f)) {
			clewNetKernel()
		}
	}
}

//go:linkname clewSignalCount
func clewSignalCount(number int) uint32

//go:linkname clewSignalComes
func clewSignalComes(number int, before uint32)

// clewKilled is called when a signal was sent, with how many of its kind had come before.
func clewKilled(pid int, sig Signal, before uint32) {
	if pid == Getpid() {
		clewSignalComes(int(sig), before)
	}
}
