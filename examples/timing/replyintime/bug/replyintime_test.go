// Package replyintime asks a server on the loopback network, and waits for 7 ms. That is too short if the server is held up for so long.
package replyintime

import (
	"io"
	"net"
	"testing"
	"time"
)

func TestReply(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			io.WriteString(c, "hello")
			c.Close()
		}
	}()

	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(7 * time.Millisecond))
	if text, err := io.ReadAll(c); err != nil || string(text) != "hello" {
		t.Errorf("the reply is %q, %v", text, err)
	}
}
