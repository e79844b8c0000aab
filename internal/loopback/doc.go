// Package loopback is a network in memory: the sockets and pipes whose both ends are in one run of a program.
//
// It takes the kernel's place below the descriptor. A [Net] gives out descriptors of its own, numbers from
// [NetFirst] on, and carries out what the kernel would: bind, listen, connect, accept, read, write, shutdown, close. None
// of these waits: what cannot be done yet is [NetAgain], and whoever waits for a descriptor is woken through netWake when
// it is worth another try, as a kernel's poller does. Everything above (deadlines, the errors' wording, who may close
// what) is Go's own package net and stays as it is.
//
// What it promises is the behaviour that Linux shows on its loopback interface, as far as programs can see it:
//
//   - a stream holds as much as there; who writes more waits for the reader;
//   - who closes with data unread resets the connection; else the other end reads what is there, and then the end;
//   - the first write to an end that is closed goes through, and the next one breaks;
//   - Unix sockets tell a writer at once, and know of no half-closed peer that still takes data;
//   - a connection is made before it is accepted, as long as there is room in the listener's queue.
//
// And what a kernel does not: ports are given out in order, from [NetFirstPort] on in each run, so that a run can be
// repeated; all is gone at the next [Net.Begin].
//
// Sockets are streams (TCP and Unix), pipes are half of one. What it has not, the kernel does: datagrams,
// connections to other processes.
//
// The files of this package lead two lives, as those of package strategy do. Here they are ordinary Go; at build time they
// are compiled into package runtime of the program under test. Therefore they import nothing, and their names begin
// with Net. They need no lock: the caller sees to it that one goroutine at a time is inside.
package loopback
