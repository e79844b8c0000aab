package oneatatime

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

func ask(t *testing.T, address, line string) string {
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer c.Close()
	fmt.Fprintln(c, line)
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Error(err)
	}
	return string(answer)
}

func TestSubscriberGetsMessage(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &Broker{messages: make(chan string, 10)}
	var server, clients sync.WaitGroup
	server.Go(func() { b.Serve(l) })
	clients.Go(func() {
		if got := ask(t, l.Addr().String(), "GET"); got != "hello\n" {
			t.Errorf("got %q", got)
		}
	})
	ask(t, l.Addr().String(), "PUT hello")
	clients.Wait()
	l.Close()
	server.Wait()
}
