package loopback

// NetFirst is the first descriptor. The kernel gives out none as high. A descriptor is NetFirst plus the number of its
// network, modulo netRuns, times netMost, plus its index: one that outlived its run is none of the next.
const (
	NetFirst = 1 << 24
	netRuns  = 1 << 8
	netMost  = 1 << 16
)

// NetFirstPort is the first port that is given out in a run: below those that kernels choose from.
const NetFirstPort = 20001

// A Net is the network of one run. Begin makes it ready.
type Net struct {
	first int          // the first descriptor
	table []*NetDesc   // the descriptors, by number less first; nil for one that is free
	bound []*NetSocket // who listens
	port  int          // the next to be given out
	spare [][]byte     // buffers to be used again
}

// A NetDesc is a descriptor. Several may name the same socket.
type NetDesc struct {
	Sock *NetSocket
	Poll uintptr  // the caller's: whom netWake wakes, 0 for nobody
	next *NetDesc // another one of the socket
}

// A NetErr says why an operation was not carried out.
type NetErr uint8

const (
	NetOK           NetErr = iota
	NetAgain               // it would have to wait
	NetBadFD               // no such descriptor, or one that cannot do this
	NetInvalid             // not in this state of the socket
	NetInUse               // somebody listens there
	NetRefused             // nobody listens there
	NetInProgress          // the connection is made when the listener has room
	NetConnected           // it is made already
	NetNotConnected        // it is not
	NetReset               // the other end is gone, with data unread
	NetBroken              // nobody will read what is written
)

// Begin forgets everything: now it is the network of another run.
func (n *Net) Begin(run uint32) {
	n.first = NetFirst + int(run%netRuns)*netMost
	for i := range n.table {
		n.table[i] = nil
	}
	for i := range n.bound {
		n.bound[i] = nil
	}
	n.table, n.bound = n.table[:0], n.bound[:0]
	n.port = NetFirstPort
}

// At returns a descriptor by its number, nil if there is none.
func (n *Net) At(fd int) *NetDesc {
	if i := uint(fd - n.first); i < uint(len(n.table)) {
		return n.table[i]
	}
	return nil
}

// open gives a socket a descriptor, the lowest that is free.
func (n *Net) open(s *NetSocket) int {
	d := new(NetDesc)
	d.Sock, d.next = s, s.descs
	s.descs = d
	i := 0
	for i < len(n.table) && n.table[i] != nil {
		i++
	}
	if i == len(n.table) {
		n.table = append(n.table, nil)
	}
	n.table[i] = d
	return n.first + i
}

// Dup makes another descriptor of a socket.
func (n *Net) Dup(fd int) (int, NetErr) {
	d := n.At(fd)
	if d == nil {
		return -1, NetBadFD
	}
	return n.open(d.Sock), NetOK
}

// Close closes a descriptor; with its last one a socket is closed.
func (n *Net) Close(fd int) NetErr {
	d := n.At(fd)
	if d == nil {
		return NetBadFD
	}
	n.table[fd-n.first] = nil
	s := d.Sock
	for p := &s.descs; *p != nil; p = &(*p).next {
		if *p == d {
			*p = d.next
			break
		}
	}
	if s.descs == nil {
		n.release(s)
	}
	return NetOK
}

// Listening reports whether anybody listens.
func (n *Net) Listening() bool {
	for _, s := range n.bound {
		if s.queue != nil {
			return true
		}
	}
	return false
}

// Pipe makes a pipe.
func (n *Net) Pipe() (read, write int) {
	r, w := new(NetSocket), new(NetSocket)
	r.Kind, w.Kind = NetPipe, NetPipe
	r.Pair = new(NetPair)
	w.Pair = r.Pair
	r.in = n.stream(w, r, netPipeRoom)
	w.out = r.in
	return n.open(r), n.open(w)
}

// Socket makes a socket of a kind, NetTCP4, NetTCP6 or NetUnix.
func (n *Net) Socket(kind NetKind) int {
	s := new(NetSocket)
	s.Kind = kind
	s.Local.Kind = kind
	return n.open(s)
}
