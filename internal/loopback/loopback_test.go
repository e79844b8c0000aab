package loopback

import (
	"bytes"
	"strings"
	"testing"
)

// A world is a network and what was woken in it.
type world struct {
	*testing.T
	Net
	woken map[uintptr]string // by the descriptor's Poll: r, w, rw
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, woken: map[uintptr]string{}}
	w.Begin(1)
	old := netWake
	netWake = func(poll uintptr, read, write bool) {
		before := w.woken[poll]
		read, write = read || strings.Contains(before, "r"), write || strings.Contains(before, "w")
		w.woken[poll] = map[bool]string{true: "r"}[read] + map[bool]string{true: "w"}[write]
	}
	t.Cleanup(func() { netWake = old })
	return w
}

// watch gives a descriptor a poller and returns it.
func (w *world) watch(fd int) int {
	w.At(fd).Poll = uintptr(fd)
	return fd
}

func (w *world) ok(what string, err NetErr) {
	w.Helper()
	w.want(what, err, NetOK)
}

func (w *world) want(what string, err, want NetErr) {
	w.Helper()
	if err != want {
		w.Fatalf("%s: error %d, want %d", what, err, want)
	}
}

func (w *world) wakes(what string, fd int, how string) {
	w.Helper()
	if got := w.woken[uintptr(fd)]; got != how {
		w.Errorf("%s wakes %q, want %q", what, got, how)
	}
	clear(w.woken)
}

func at(kind NetKind, port int) *NetAddr {
	a := &NetAddr{Kind: kind, Port: port, IP: NetIP4(127, 0, 0, 1)}
	if kind == NetUnix {
		a.IP, a.Name = [16]byte{}, "@here"
	}
	return a
}

// listen returns a listener of a kind and its address.
func (w *world) listen(kind NetKind, backlog int) (int, *NetAddr) {
	w.Helper()
	l := w.watch(w.Socket(kind))
	w.ok("bind", w.Bind(l, at(kind, 0)))
	w.ok("listen", w.Listen(l, backlog))
	a := w.At(l).Sock.Local
	return l, &a
}

// pair returns the ends of a connection.
func (w *world) pair(kind NetKind) (client, server int) {
	w.Helper()
	l, a := w.listen(kind, 10)
	c := w.watch(w.Socket(kind))
	w.ok("connect", w.Connect(c, a))
	s, err := w.Accept(l)
	w.ok("accept", err)
	w.ok("close the listener", w.Close(l))
	clear(w.woken)
	return c, w.watch(s)
}

func (w *world) write(fd int, text string) {
	w.Helper()
	if n, err := w.Write(fd, []byte(text)); n != len(text) || err != NetOK {
		w.Fatalf("write: %d, error %d", n, err)
	}
}

func (w *world) reads(fd int, want string, wantErr NetErr) {
	w.Helper()
	p := make([]byte, 100)
	n, err := w.Read(fd, p, false)
	if string(p[:n]) != want || err != wantErr {
		w.Errorf("read %q, error %d, want %q, %d", p[:n], err, want, wantErr)
	}
}

var kinds = map[string]NetKind{"tcp": NetTCP4, "unix": NetUnix}

func TestAConnectionCarriesBytesBothWays(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c, s := w.pair(kind)
			w.reads(s, "", NetAgain)
			w.write(c, "ping")
			w.wakes("a write", s, "r")
			w.reads(s, "ping", NetOK)
			w.write(s, "pong")
			w.reads(c, "pong", NetOK)
			if a, b := w.At(c).Sock, w.At(s).Sock; a.Other() != b || b.Other() != a || a.Pair != b.Pair {
				t.Error("the ends do not know each other")
			}
		})
	}
}

func TestWhoShutsDownWritingLetsTheOtherReadToTheEnd(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c, s := w.pair(kind)
			w.write(c, "last")
			w.ok("shutdown", w.Shutdown(c, false, true))
			w.wakes("the end", s, "r")
			w.reads(s, "last", NetOK)
			w.reads(s, "", NetOK)
			w.write(s, "reply")
			w.reads(c, "reply", NetOK)
			_, err := w.Write(c, []byte("more"))
			w.want("write after shutdown", err, NetBroken)
		})
	}
}

func TestClosingWithDataUnreadResets(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c, s := w.pair(kind)
			w.write(s, "before")
			w.write(c, "unread")
			w.ok("close", w.Close(s))
			w.wakes("a reset", c, "rw")
			w.reads(c, "before", NetOK)
			w.reads(c, "", NetReset)
			w.reads(c, "", NetOK)
			_, err := w.Write(c, []byte("x"))
			w.want("write", err, NetBroken)
		})
	}
}

func TestTheFirstWriteToAClosedEndGoesThroughOverTCP(t *testing.T) {
	w := newWorld(t)
	c, s := w.pair(NetTCP4)
	w.ok("close", w.Close(s))
	w.reads(c, "", NetOK)
	w.write(c, "first")
	_, err := w.Write(c, []byte("second"))
	w.want("the second write", err, NetBroken)
	w.want("shutdown of a broken connection", w.Shutdown(c, false, true), NetNotConnected)
}

func TestAUnixWriterIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	c, s := w.pair(NetUnix)
	w.ok("shutdown", w.Shutdown(s, true, false))
	_, err := w.Write(c, []byte("x"))
	w.want("write to one that does not read", err, NetBroken)
	c, s = w.pair(NetUnix)
	w.ok("close", w.Close(s))
	_, err = w.Write(c, []byte("x"))
	w.want("write to a closed end", err, NetBroken)
}

func TestAStreamHoldsSoMuchAndInOrder(t *testing.T) {
	for name, make := range map[string]func(w *world) (int, int, int){
		"tcp":  func(w *world) (int, int, int) { c, s := w.pair(NetTCP4); return c, s, netTCPRoom },
		"unix": func(w *world) (int, int, int) { c, s := w.pair(NetUnix); return c, s, netUnixRoom },
		"pipe": func(w *world) (int, int, int) {
			r, c := w.Pipe()
			return w.watch(c), w.watch(r), netPipeRoom
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c, s, room := make(w)
			sent, got := pattern(5*room/2), []byte(nil)
			for from := 0; len(got) < len(sent); {
				n, err := w.Write(c, sent[from:])
				if from += n; err != NetOK && err != NetAgain {
					t.Fatalf("write: error %d", err)
				}
				if from-len(got) > room {
					t.Fatalf("%d bytes in a stream for %d", from-len(got), room)
				}
				p := [7001]byte{}
				clear(w.woken)
				for {
					n, err := w.Read(s, p[:], false)
					got = append(got, p[:n]...)
					if err == NetAgain || w.woken[uintptr(c)] != "" {
						break
					}
				}
			}
			if !bytes.Equal(got, sent) {
				t.Error("what arrived is not what was sent")
			}
		})
	}
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

func TestAFullListenerMakesTCPWaitAndUnixTryAgain(t *testing.T) {
	w := newWorld(t)
	l, a := w.listen(NetTCP4, 0)
	w.ok("the first", w.Connect(w.Socket(NetTCP4), a))
	c := w.watch(w.Socket(NetTCP4))
	w.want("the second", w.Connect(c, a), NetInProgress)
	if _, err := w.Accept(l); err != NetOK {
		t.Fatal(err)
	}
	w.wakes("room in the queue", c, "rw")
	w.want("who is connected", w.Connect(c, a), NetConnected)
	w.ok("close", w.Close(l))
	w.reads(c, "", NetReset)

	_, a = w.listen(NetUnix, 0)
	w.ok("the first", w.Connect(w.Socket(NetUnix), a))
	w.want("the second", w.Connect(w.Socket(NetUnix), a), NetAgain)
}

func TestAddressesMeetAsTheyDoOnLinux(t *testing.T) {
	v6, any4, any6 := [16]byte{15: 1}, NetIP4(0, 0, 0, 0), [16]byte{}
	local := NetIP4(127, 0, 0, 1)
	for name, c := range map[string]struct {
		kind    NetKind
		listens [16]byte
		only6   bool
		to      [16]byte
		want    NetErr
	}{
		"the same":                 {NetTCP4, local, false, local, NetOK},
		"another of the machine's": {NetTCP4, local, false, NetIP4(127, 0, 0, 2), NetRefused},
		"all of IPv4":              {NetTCP4, any4, false, NetIP4(127, 0, 0, 2), NetOK},
		"all of IPv4, over IPv6":   {NetTCP4, any4, false, v6, NetRefused},
		"all":                      {NetTCP6, any6, false, local, NetOK},
		"all, over IPv6":           {NetTCP6, any6, false, v6, NetOK},
		"all of IPv6, over IPv4":   {NetTCP6, any6, true, local, NetRefused},
		"to nowhere in particular": {NetTCP4, local, false, any4, NetOK},
		"to nowhere, over IPv6":    {NetTCP6, v6, false, any6, NetOK},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l := w.Socket(c.kind)
			w.At(l).Sock.Only6 = c.only6
			w.ok("bind", w.Bind(l, &NetAddr{IP: c.listens, Port: 80}))
			w.ok("listen", w.Listen(l, 1))
			kind := NetTCP6
			if netIs4(c.to) {
				kind = NetTCP4
			}
			w.want("connect", w.Connect(w.Socket(kind), &NetAddr{Kind: kind, IP: c.to, Port: 80}), c.want)
		})
	}
}

func TestAnAddressBelongsToOneListener(t *testing.T) {
	w := newWorld(t)
	l, a := w.listen(NetTCP4, 1)
	second := w.Socket(NetTCP6)
	w.want("bind", w.Bind(second, &NetAddr{Port: a.Port}), NetInUse)
	w.ok("close", w.Close(l))
	w.ok("bind when it is free", w.Bind(second, &NetAddr{Port: a.Port}))
	if !w.Knows(a) {
		t.Error("a port that was given out is not known any more")
	}
	if w.Knows(&NetAddr{Kind: NetTCP4, IP: a.IP, Port: 5432}) {
		t.Error("a port of somebody else's is taken for one of the run's")
	}
}

func TestADescriptorDiesWithItsRun(t *testing.T) {
	w := newWorld(t)
	c, s := w.pair(NetTCP4)
	first := w.At(c).Sock.Local.Port
	w.Begin(2)
	if w.At(c) != nil || w.At(s) != nil || w.Close(c) != NetBadFD {
		t.Error("a descriptor has outlived its run")
	}
	d, _ := w.pair(NetTCP4)
	if d == c {
		t.Error("two runs have the same descriptor")
	}
	if port := w.At(d).Sock.Local.Port; port != first {
		t.Errorf("the port was %d in the first run, and is %d in the second", first, port)
	}
}

func TestTheLastDescriptorClosesTheSocket(t *testing.T) {
	w := newWorld(t)
	c, s := w.pair(NetTCP4)
	d, err := w.Dup(c)
	w.ok("dup", err)
	w.ok("close", w.Close(c))
	w.reads(s, "", NetAgain)
	w.ok("close", w.Close(d))
	w.reads(s, "", NetOK)
}

func TestAPipeEndsWithItsWriterAndBreaksWithItsReader(t *testing.T) {
	w := newWorld(t)
	r, p := w.Pipe()
	w.watch(r)
	w.write(p, "x")
	w.ok("close", w.Close(p))
	w.wakes("the end", r, "r")
	w.reads(r, "x", NetOK)
	w.reads(r, "", NetOK)
	r, p = w.Pipe()
	w.watch(p)
	w.ok("close", w.Close(r))
	w.wakes("the reader's end", p, "rw")
	_, err := w.Write(p, []byte("x"))
	w.want("write", err, NetBroken)
	_, err = w.Read(p, nil, false)
	w.want("read from the end for writing", err, NetBadFD)
}

func TestAddressesHaveNames(t *testing.T) {
	for want, a := range map[string]NetAddr{
		"127.0.0.1:20001":        {Kind: NetTCP4, IP: NetIP4(127, 0, 0, 1), Port: 20001},
		"[::1]:80":               {Kind: NetTCP6, IP: [16]byte{15: 1}, Port: 80},
		"[::]:0":                 {Kind: NetTCP6},
		"[fe80:0:0:0:0:0:0:1]:7": {Kind: NetTCP6, IP: [16]byte{0: 0xfe, 1: 0x80, 15: 1}, Port: 7},
		"@x":                     {Kind: NetUnix, Name: "@x"},
		"-":                      {Kind: NetUnix},
	} {
		if got := a.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestReadinessIsKnown(t *testing.T) {
	w := newWorld(t)
	ready := func(what string, fd int, wantRead, wantWrite bool) {
		t.Helper()
		if read, write := w.At(fd).Sock.Ready(); read != wantRead || write != wantWrite {
			t.Errorf("%s: ready to read %v, to write %v", what, read, write)
		}
	}
	l, a := w.listen(NetTCP4, 10)
	ready("a listener", l, false, false)
	w.ok("connect", w.Connect(w.Socket(NetTCP4), a))
	ready("a listener with a connection", l, true, false)
	c, s := w.pair(NetTCP4)
	ready("a connection", s, false, true)
	w.write(c, "x")
	ready("one with data", s, true, true)
	w.write(s, string(pattern(netTCPRoom)))
	ready("one that is full", s, true, false)
	w.ok("close", w.Close(c))
	ready("one that was reset", s, true, true)
}
