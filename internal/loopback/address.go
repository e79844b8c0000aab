package loopback

// A NetKind is a kind of socket.
type NetKind uint8

const (
	NetPipe NetKind = iota
	NetTCP4
	NetTCP6
	NetUnix
)

func (k NetKind) tcp() bool { return k == NetTCP4 || k == NetTCP6 }

// A NetAddr is the address of a socket. TCP has IP (IPv4 as IPv6 maps it) and Port; Unix has Name: "" for none, a first
// byte '@' for a name that is no file, else a file, which Dev and Ino identify.
type NetAddr struct {
	Kind     NetKind
	IP       [16]byte
	Port     int
	Name     string
	Dev, Ino uint64
}

// NetIP4 returns an IPv4 address as a NetAddr holds it.
func NetIP4(a, b, c, d byte) [16]byte {
	return [16]byte{10: 0xff, 11: 0xff, 12: a, 13: b, 14: c, 15: d}
}

func netIs4(ip [16]byte) bool {
	for _, b := range ip[:10] {
		if b != 0 {
			return false
		}
	}
	return ip[10] == 0xff && ip[11] == 0xff
}

// netAny reports whether ip is the address that stands for all.
func netAny(ip [16]byte) bool { return ip == [16]byte{} || ip == NetIP4(0, 0, 0, 0) }

// NetLoopback reports whether ip never leaves the machine, or stands for all.
func NetLoopback(ip [16]byte) bool {
	return netAny(ip) || netIs4(ip) && ip[12] == 127 || ip == [16]byte{15: 1}
}

// destination returns where one gets who connects to ip.
func netDestination(ip [16]byte) [16]byte {
	switch {
	case !netAny(ip):
		return ip
	case netIs4(ip):
		return NetIP4(127, 0, 0, 1)
	default:
		return [16]byte{15: 1}
	}
}

// netSource returns the address from which one gets to ip.
func netSource(ip [16]byte) [16]byte {
	if netIs4(ip) && ip[12] == 127 {
		return NetIP4(127, 0, 0, 1)
	}
	return ip
}

// takes reports whether a listener takes connections to an address.
func (s *NetSocket) takes(a *NetAddr) bool {
	l := &s.Local
	switch {
	case !a.Kind.tcp() || !s.Kind.tcp():
		if a.Kind != s.Kind || a.Name == "" {
			return false
		}
		if a.Name[0] == '@' || a.Ino == 0 {
			return a.Name == l.Name
		}
		return a.Dev == l.Dev && a.Ino == l.Ino
	case a.Port != l.Port:
		return false
	case netAny(l.IP):
		return netIs4(a.IP) && (s.Kind == NetTCP4 || !s.Only6) || !netIs4(a.IP) && s.Kind == NetTCP6
	default:
		return a.IP == l.IP
	}
}

// clashes reports whether two sockets cannot listen at their addresses at once.
func (s *NetSocket) clashes(o *NetSocket) bool {
	if !s.Kind.tcp() || !o.Kind.tcp() {
		return o.takes(&s.Local)
	}
	return s.Local.Port == o.Local.Port && (s.takes(&o.Local) || o.takes(&s.Local))
}

// newPort returns the next port that nobody of this run has.
func (n *Net) newPort() int {
	for {
		p := n.port
		n.port++
		if n.port > 65535 {
			n.port = NetFirstPort
		}
		free := true
		for _, s := range n.bound {
			free = free && s.Local.Port != p
		}
		if free {
			return p
		}
	}
}

// Knows reports whether a connection to a is this network's to make or to refuse: somebody of the run listens there, or
// has had the port from it.
func (n *Net) Knows(a *NetAddr) bool {
	if n.Listener(a) != nil {
		return true
	}
	return a.Kind.tcp() && NetLoopback(a.IP) && NetFirstPort <= a.Port && a.Port < n.port
}

// Listener returns who takes connections to a, nil for nobody.
func (n *Net) Listener(a *NetAddr) *NetSocket {
	to := *a
	if a.Kind.tcp() {
		to.IP = netDestination(a.IP)
	}
	for _, s := range n.bound {
		if s.queue != nil && s.takes(&to) {
			return s
		}
	}
	return nil
}

// String returns the address as people write it: "127.0.0.1:20001", "[::1]:20001", "@name", "-" for none.
func (a *NetAddr) String() string {
	switch {
	case !a.Kind.tcp() && a.Name == "":
		return "-"
	case !a.Kind.tcp():
		return a.Name
	case netIs4(a.IP):
		text := ""
		for i, b := range a.IP[12:] {
			if i > 0 {
				text += "."
			}
			text += netDecimal(int(b))
		}
		return text + ":" + netDecimal(a.Port)
	}
	return "[" + netIP6(a.IP) + "]:" + netDecimal(a.Port)
}

func netDecimal(n int) string {
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}

// netIP6 writes an IPv6 address; the zeros that it begins with are left out.
func netIP6(ip [16]byte) string {
	text, zeros := "", true
	for i := 0; i < 16; i += 2 {
		word := int(ip[i])<<8 | int(ip[i+1])
		if zeros && word == 0 {
			continue
		}
		switch {
		case !zeros:
			text += ":"
		case i > 0:
			text = "::"
		}
		zeros = false
		text += netHex(word)
	}
	if text == "" {
		return "::"
	}
	return text
}

func netHex(n int) string {
	text := ""
	for n > 0 || text == "" {
		text = "0123456789abcdef"[n%16:n%16+1] + text
		n /= 16
	}
	return text
}
