package loopback

// A NetSocket is a socket, or an end of a pipe.
type NetSocket struct {
	Kind     NetKind
	Only6    bool    // it takes no IPv4 connections
	Blocking bool    // the caller's: an operation waits
	Abrupt   bool    // closing it resets the connection (SO_LINGER with no time)
	Local    NetAddr // zero IP and port if it has none
	Remote   NetAddr
	Pair     *NetPair // of both ends of a connection, nil if there is none
	User     uint32   // the caller's: who used it last

	descs   *NetDesc
	in, out *NetStream // nil unless connected
	dead    bool       // the connection was reset
	err     NetErr     // to be told once
	bound   bool
	room    [2]int // asked for in and out, 0 for as usual

	queue *netQueue // of a listener

	options []netOption
}

// A netOption is one that changes nothing here, and is only remembered.
type netOption struct{ level, name, value int }

// SetOption remembers an option.
func (s *NetSocket) SetOption(level, name, value int) {
	for i := range s.options {
		if o := &s.options[i]; o.level == level && o.name == name {
			o.value = value
			return
		}
	}
	s.options = append(s.options, netOption{level, name, value})
}

// Option returns what an option was set to, 0 if it was not.
func (s *NetSocket) Option(level, name int) int {
	for _, o := range s.options {
		if o.level == level && o.name == name {
			return o.value
		}
	}
	return 0
}

// Ready reports whether reading or writing would not have to wait.
func (s *NetSocket) Ready() (read, write bool) {
	if s.queue != nil {
		return len(s.queue.ready) > 0, false
	}
	gone := s.dead || s.err != NetOK
	read = gone || s.in != nil && (s.in.n > 0 || s.in.ended || s.in.deaf)
	write = gone || s.out != nil && (s.out.n < s.out.room || s.out.reader == nil)
	return read, write
}

// A NetPair is what the ends of a connection share.
type NetPair struct {
	A, B *NetSocket // who connected and who was connected to; nil for pipes
}

// Other returns the other end of the connection, nil if there is none any more.
func (s *NetSocket) Other() *NetSocket {
	switch {
	case s.in != nil && s.in.writer != nil:
		return s.in.writer
	case s.out != nil && s.out.reader != nil:
		return s.out.reader
	}
	return nil
}

// Queued reports whether nobody has a descriptor of the socket: it is the listener's end of a connection that was not
// accepted yet.
func (s *NetSocket) Queued() bool { return s.descs == nil }

// Listens reports whether it is a listener.
func (s *NetSocket) Listens() bool { return s.queue != nil }

// wake wakes who waits for the socket.
func (s *NetSocket) wake(read, write bool) {
	for d := s.descs; d != nil; d = d.next {
		if d.Poll != 0 {
			netWake(d.Poll, read, write)
		}
	}
}

// reset breaks the connection of s, whose other end is gone.
func (s *NetSocket) reset() {
	if s.dead {
		return
	}
	s.dead = true
	s.err = NetReset
	if s.Kind.tcp() && s.in.ended {
		s.err = NetBroken
	}
	s.wake(true, true)
}

// Read reads what has arrived. It returns 0 and NetOK at the end of the stream. With peek what is read stays there.
func (n *Net) Read(fd int, p []byte, peek bool) (int, NetErr) {
	d := n.At(fd)
	if d == nil {
		return 0, NetBadFD
	}
	s := d.Sock
	switch {
	case s.in == nil && s.Kind == NetPipe:
		return 0, NetBadFD
	case s.in == nil:
		return 0, NetNotConnected
	case s.in.n > 0 && peek:
		return s.in.look(p), NetOK
	case s.in.n > 0:
		return s.in.take(p), NetOK
	case s.Kind.tcp() && s.in.ended:
		return 0, NetOK
	case s.err != NetOK:
		return 0, s.TakeError()
	case s.in.ended || s.in.deaf || s.dead:
		return 0, NetOK
	}
	return 0, NetAgain
}

// Write writes as much of p as there is room for.
func (n *Net) Write(fd int, p []byte) (int, NetErr) {
	d := n.At(fd)
	if d == nil {
		return 0, NetBadFD
	}
	s := d.Sock
	switch {
	case s.out == nil && s.Kind == NetPipe:
		return 0, NetBadFD
	case s.out == nil:
		return 0, NetNotConnected
	case s.err != NetOK && s.Kind.tcp():
		return 0, s.TakeError()
	case s.out.ended || s.dead:
		return 0, NetBroken
	case s.out.reader == nil && s.Kind.tcp(): // what fits into a segment is sent, and answered by a reset
		s.reset()
		return min(len(p), netSegment), NetOK
	case s.out.reader == nil || s.out.deaf && !s.Kind.tcp():
		return 0, NetBroken
	case len(p) == 0:
		return 0, NetOK
	}
	return n.put(s, p)
}

// TakeError returns what went wrong with the socket, once.
func (s *NetSocket) TakeError() NetErr {
	err := s.err
	s.err = NetOK
	return err
}

// Shutdown ends a connection in one direction or in both.
func (n *Net) Shutdown(fd int, read, write bool) NetErr {
	d := n.At(fd)
	if d == nil {
		return NetBadFD
	}
	s := d.Sock
	if s.in == nil || s.out == nil || s.dead && s.Kind.tcp() {
		return NetNotConnected
	}
	if write {
		s.out.end()
	}
	if read {
		s.in.deaf = true
		s.wake(true, false)
		if w := s.in.writer; w != nil && !s.Kind.tcp() {
			w.wake(false, true)
		}
	}
	return NetOK
}

// release closes a socket.
func (n *Net) release(s *NetSocket) {
	if s.bound {
		n.unbind(s)
	}
	if s.queue != nil {
		n.stopListening(s)
	}
	unread := s.Abrupt
	if in := s.in; in != nil {
		unread = unread || in.n > 0
		in.reader = nil
		in.n = 0
		n.keep(in)
		if w := in.writer; w != nil {
			switch {
			case s.Kind.tcp():
			case s.Kind == NetUnix && unread:
				w.err = NetReset
				fallthrough
			default:
				w.wake(true, true)
			}
		}
	}
	if out := s.out; out != nil {
		out.writer = nil
		if r := out.reader; r != nil && unread && s.Kind.tcp() {
			r.reset()
		} else {
			out.end()
		}
	}
}
