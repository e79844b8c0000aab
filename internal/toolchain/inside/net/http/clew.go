//go:build clewinside

package http

import (
	"net"
	"syscall"
	_ "unsafe" // for go:linkname
)

// clewRunNumber returns the number of the run that the caller belongs to, 0 for none.
//
//go:linkname clewRunNumber runtime.clewRunNumber
func clewRunNumber() uint32

// clewFresh is called before a Transport is used. One that an earlier run has used, as DefaultTransport, holds
// connections whose goroutines ended with that run: it starts anew.
//
//go:norace
func (t *Transport) clewFresh() {
	run := clewRunNumber()
	if run == 0 || run == t.clewRun {
		return
	}
	if t.clewRun != 0 {
		for _, conns := range t.idleConn {
			for _, c := range conns {
				clewDiscard(c.conn)
			}
		}
		t.idleConn, t.idleConnWait, t.idleLRU = nil, nil, connLRU{}
		t.connsPerHost, t.connsPerHostWait, t.dialsInProgress = nil, nil, wantConnQueue{}
	}
	t.clewRun = run
}

// clewDiscard closes a connection that nobody uses any more. Its own Close would wait for a goroutine that is gone.
//
//go:norace
func clewDiscard(c net.Conn) {
	if secure, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = secure.NetConn()
	}
	plain, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := plain.SyscallConn(); err == nil {
		raw.Control(clewDiscardFD)
	}
}
