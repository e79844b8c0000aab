// Package oneatatime keeps messages for whoever asks for them, over TCP.
//
// It takes one preemption: the publisher is held up before it connects.
package oneatatime

import (
	"bufio"
	"fmt"
	"net"
	"strings"
)

// A Broker takes "PUT text" and answers "GET".
type Broker struct {
	messages chan string
}

// Serve serves those who connect to l until l is closed.
func (b *Broker) Serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b.serve(c) // a subscriber that waits for a message keeps its publisher out
	}
}

func (b *Broker) serve(c net.Conn) {
	defer c.Close()
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return
	}
	if text, ok := strings.CutPrefix(line, "PUT "); ok {
		b.messages <- text
	} else {
		fmt.Fprint(c, <-b.messages)
	}
}
