// Package replyintime asks a server on the loopback network, and waits until it answers or hangs up.
package replyintime

import (
	"io"
	"net"
	"testing"
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
	if text, err := io.ReadAll(c); err != nil || string(text) != "hello" {
		t.Errorf("the reply is %q, %v", text, err)
	}
}
