package loopback

// A netQueue holds the connections to a listener that it has not accepted yet.
type netQueue struct {
	ready   []*NetSocket // the listener's ends, in the order in which they were made
	waiting []*NetSocket // the clients' ends of those that the queue has no room for
	room    int
}

// Bind gives a socket its address; port 0 stands for any.
func (n *Net) Bind(fd int, a *NetAddr) NetErr {
	d := n.At(fd)
	if d == nil {
		return NetBadFD
	}
	s := d.Sock
	if s.bound || s.in != nil {
		return NetInvalid
	}
	local := *a
	local.Kind = s.Kind
	old := s.Local
	s.Local = local
	if s.Kind.tcp() && local.Port == 0 {
		s.Local.Port = n.newPort()
	}
	for _, o := range n.bound {
		if o.queue != nil && s.clashes(o) {
			s.Local = old
			return NetInUse
		}
	}
	s.bound = true
	n.bound = append(n.bound, s)
	return NetOK
}

func (n *Net) unbind(s *NetSocket) {
	k := 0
	for _, o := range n.bound {
		if o != s {
			n.bound[k] = o
			k++
		}
	}
	n.bound[k] = nil
	n.bound = n.bound[:k]
	s.bound = false
}

// Listen makes a socket a listener.
func (n *Net) Listen(fd, backlog int) NetErr {
	d := n.At(fd)
	if d == nil {
		return NetBadFD
	}
	s := d.Sock
	if s.in != nil || s.Kind == NetPipe {
		return NetInvalid
	}
	if !s.bound {
		var any NetAddr
		if s.Kind == NetTCP4 {
			any.IP = NetIP4(0, 0, 0, 0)
		}
		if err := n.Bind(fd, &any); err != NetOK {
			return err
		}
	}
	if s.queue == nil {
		s.queue = new(netQueue)
	}
	s.queue.room = backlog + 1 // as Linux counts
	return NetOK
}

// Connect connects a socket.
func (n *Net) Connect(fd int, a *NetAddr) NetErr {
	d := n.At(fd)
	if d == nil {
		return NetBadFD
	}
	s := d.Sock
	if s.in != nil {
		return NetConnected
	}
	if s.queue != nil {
		return NetInvalid
	}
	l := n.Listener(a)
	if l == nil {
		return NetRefused
	}
	s.Remote = *a
	s.Remote.Kind = s.Kind
	if s.Kind.tcp() {
		s.Remote.IP = netDestination(a.IP)
		if s.Local.Port == 0 {
			s.Local.Port = n.newPort()
		}
		if netAny(s.Local.IP) {
			s.Local.IP = netSource(s.Remote.IP)
		}
	}
	if len(l.queue.ready) >= l.queue.room {
		if !s.Kind.tcp() {
			return NetAgain
		}
		l.queue.waiting = append(l.queue.waiting, s)
		return NetInProgress
	}
	n.establish(s, l)
	return NetOK
}

// establish connects s to l.
func (n *Net) establish(s, l *NetSocket) {
	o := new(NetSocket)
	o.Kind = l.Kind
	o.Local, o.Remote = s.Remote, s.Local
	o.Local.Kind, o.Remote.Kind = l.Kind, l.Kind
	if !s.Kind.tcp() {
		o.Local = l.Local
	}
	o.User = l.User
	o.room = l.room
	s.Pair = new(NetPair)
	s.Pair.A, s.Pair.B = s, o
	o.Pair = s.Pair
	s.out = n.stream(s, o, netRoom(s, o))
	o.out = n.stream(o, s, netRoom(o, s))
	s.in, o.in = o.out, s.out
	l.queue.ready = append(l.queue.ready, o)
	l.wake(true, false)
}

// netRoom returns how much a stream holds: as much as was asked for at its ends, a small receiver taking at
// least what a small sender has.
func netRoom(writer, reader *NetSocket) int {
	if !writer.Kind.tcp() {
		if writer.room[1] > 0 {
			return writer.room[1]
		}
		return netUnixRoom
	}
	const small = 128 << 10
	switch in, out := reader.room[0], writer.room[1]; {
	case in == 0 && out == 0:
		return netTCPRoom
	case in == 0:
		return out + netTCPRoom/2
	case out == 0:
		return in + netTCPRoom/2
	default:
		return in + out + small
	}
}

// SetRoom sets how much is held for the reader and for the writer of a socket, 0 for as before.
func (n *Net) SetRoom(s *NetSocket, in, out int) {
	if in > 0 {
		s.room[0] = in
	}
	if out > 0 {
		s.room[1] = out
	}
	if s.in != nil && s.Kind != NetPipe {
		if w := s.in.writer; w != nil {
			s.in.room = netRoom(w, s)
		}
		if r := s.out.reader; r != nil {
			s.out.room = netRoom(s, r)
		}
	}
}

// Accept returns a descriptor of the connection that was made first.
func (n *Net) Accept(fd int) (int, NetErr) {
	d := n.At(fd)
	if d == nil {
		return -1, NetBadFD
	}
	l := d.Sock
	if l.queue == nil {
		return -1, NetInvalid
	}
	if len(l.queue.ready) == 0 {
		return -1, NetAgain
	}
	s := netShift(&l.queue.ready)
	if len(l.queue.waiting) > 0 {
		c := netShift(&l.queue.waiting)
		n.establish(c, l)
		c.wake(true, true)
	}
	return n.open(s), NetOK
}

// stopListening resets the connections that were not accepted.
func (n *Net) stopListening(l *NetSocket) {
	q := l.queue
	l.queue = nil
	for _, s := range q.ready {
		s.Abrupt = true
		n.release(s)
	}
	for _, c := range q.waiting {
		c.err = NetRefused
		c.wake(true, true)
	}
}

// netShift takes the first of a list.
func netShift(list *[]*NetSocket) *NetSocket {
	l := *list
	first := l[0]
	for i := 1; i < len(l); i++ {
		l[i-1] = l[i]
	}
	l[len(l)-1] = nil
	*list = l[:len(l)-1]
	return first
}
