package loopback

// How much a stream holds, as measured on Linux.
const (
	netTCPRoom  = 4 << 20
	netUnixRoom = 208 << 10
	netPipeRoom = 64 << 10

	netSegment = 64 << 10

	netAtOnce = 4096 // so much is written to a pipe as a whole or not at all
)

// A NetStream is one direction of a connection.
type NetStream struct {
	buf     []byte // a ring
	head, n int
	room    int // it grows no larger

	ended          bool       // nothing more will be written
	deaf           bool       // the reader has shut down its side
	starved        bool       // a writer found no room
	writer, reader *NetSocket // nil once closed
}

const netSmall = 4096 // the first buffer of a stream

func (n *Net) stream(writer, reader *NetSocket, room int) *NetStream {
	st := new(NetStream)
	st.writer, st.reader, st.room = writer, reader, room
	return st
}

// end tells the reader that nothing more will come.
func (st *NetStream) end() {
	if st.ended {
		return
	}
	st.ended = true
	if st.reader != nil {
		st.reader.wake(true, false)
	}
}

// look copies what fits from the stream to p.
func (st *NetStream) look(p []byte) int {
	k := copy(p, st.buf[st.head:min(st.head+st.n, len(st.buf))])
	return k + copy(p[k:], st.buf[:st.n-min(st.n, len(st.buf)-st.head)])
}

// take moves what fits from the stream to p. A writer that waits for room is woken when a third is free, not at every
// byte.
func (st *NetStream) take(p []byte) int {
	total := st.look(p)
	st.n -= total
	if st.head = (st.head + total) % len(st.buf); st.n == 0 {
		st.head = 0
	}
	if st.starved && st.room-st.n >= st.room/3 {
		st.starved = false
		if st.writer != nil {
			st.writer.wake(false, true)
		}
	}
	return total
}

// put writes as much of p as there is room for to the stream from s.
func (n *Net) put(s *NetSocket, p []byte) (int, NetErr) {
	st := s.out
	free := st.room - st.n
	if free <= 0 || s.Kind == NetPipe && len(p) <= netAtOnce && free < len(p) {
		st.starved = true
		return 0, NetAgain
	}
	if len(p) > free {
		p = p[:free]
		st.starved = true // whoever writes only a part comes back with the rest
	}
	n.grow(st, st.n+len(p))
	total := 0
	for total < len(p) {
		at := (st.head + st.n) % len(st.buf)
		end := len(st.buf)
		if at < st.head {
			end = st.head
		}
		k := copy(st.buf[at:end], p[total:])
		st.n += k
		total += k
	}
	st.reader.wake(true, false)
	return total, NetOK
}

// grow makes the ring large enough.
func (n *Net) grow(st *NetStream, size int) {
	if size <= len(st.buf) {
		return
	}
	var buf []byte
	if last := len(n.spare) - 1; size <= netSmall && last >= 0 {
		buf = n.spare[last]
		n.spare[last] = nil
		n.spare = n.spare[:last]
	} else {
		buf = make([]byte, max(size, min(2*len(st.buf), st.room), netSmall))
	}
	k := copy(buf, st.buf[st.head:min(st.head+st.n, len(st.buf))])
	copy(buf[k:], st.buf[:st.n-k])
	st.buf, st.head = buf, 0
}

// keep takes back the buffer of a stream that nobody reads any more.
func (n *Net) keep(st *NetStream) {
	if len(st.buf) == netSmall && len(n.spare) < 64 {
		n.spare = append(n.spare, st.buf)
	}
	st.buf, st.head = nil, 0
}
