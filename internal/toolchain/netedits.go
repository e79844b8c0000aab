package toolchain

// netEdits put sockets and pipes whose both ends are in one run into memory. The seam is the descriptor: the run's own
// ones have numbers that the kernel gives out to nobody, and package syscall carries out what is asked of them.
func netEdits() []edit {
	all := append([]edit{}, pollerEdits...)
	for _, arch := range []string{"amd64", "arm64"} {
		all = append(all, descriptorEdits("syscall/zsyscall_linux_"+arch+".go"))
	}
	return all
}

// descriptorEdits make system calls on the run's own descriptors calls of inside/syscall.
func descriptorEdits(file string) edit {
	type call struct{ fn, fd, instead string }
	var changes []func(*source) error
	for _, c := range []call{
		{"read", "fd", "return clewRead(fd, p)"},
		{"write", "fd", "return clewWrite(fd, p)"},
		{"Close", "fd", "return clewErr(clewNetClose(fd))"},
		{"bind", "s", "return clewBind(s, addr, addrlen)"},
		{"Listen", "s", "return clewErr(clewNetListen(s, n))"},
		{"connect", "s", "return clewConnect(s, addr, addrlen)"},
		{"accept4", "s", "return clewAccept(s, rsa, addrlen)"},
		{"Shutdown", "fd", "return clewErr(clewNetShutdown(fd, how != SHUT_WR, how != SHUT_RD))"},
		{"getsockname", "fd", "return clewSockName(fd, false, rsa, addrlen)"},
		{"getpeername", "fd", "return clewSockName(fd, true, rsa, addrlen)"},
		{"setsockopt", "s", "return clewSetOption(s, level, name, val, vallen)"},
		{"getsockopt", "s", "return clewGetOption(s, level, name, val, vallen)"},
		{"recvfrom", "fd", "return clewReceive(fd, p, flags, from, fromlen)"},
		{"sendto", "s", "_, err = clewWrite(s, buf)\nreturn err"},
		{"recvmsg", "s", "return clewReceiveMsg(s, msg, flags)"},
		{"sendmsg", "s", "return clewSendMsg(s, msg)"},
		{"fcntl", "fd", "return clewFcntl(fd, cmd, arg)"},
		{"Fstat", "fd", "return clewStat(fd, stat)"},
		{"Dup", "oldfd", "return clewFcntl(oldfd, F_DUPFD, 0)"},
		{"Dup3", "oldfd", "clewNetKernel()"},
	} {
		changes = append(changes, atStart(c.fn, "if clewNetOwn("+c.fd+") {\n"+c.instead+"\n}"))
	}
	return edit{"the run's own descriptors are not the kernel's", file, all(changes...)}
}

var pollerEdits = []edit{
	{"the poller leaves the run's own descriptors alone", "runtime/netpoll.go",
		all(
			before("poll_runtime_pollOpen", "errno := netpollopen(fd, pd)", "if clewPollOpen(fd, pd) { return pd, 0 }"),
			before("poll_runtime_pollClose", "netpollclose(pd.fd)", "if clewPollClose(pd.fd) {\npollcache.free(pd)\nreturn\n}"),
			atStart("poll_runtime_pollWait", "clewPollWaits(pd, mode)"),
		)},
	{"a descriptor knows that it is the run's own", "internal/poll/fd_mutex.go",
		all(
			field("fdMutex", "clewOwn bool"),
			exprs("(*fdMutex).rwlock", "runtime_Semacquire(mutexSema)", "clewWait(mutexSema, mu.clewOwn)"),
		)},
	{"who closes one of the run's own descriptors waits in the run", "internal/poll/fd_unix.go",
		all(
			atStart("(*FD).Init", "fd.fdmu.clewOwn = clewNetOwn(fd.Sysfd)"),
			exprs("(*FD).Close", "runtime_Semacquire(&fd.csema)", "clewWait(&fd.csema, fd.fdmu.clewOwn)"),
		)},
	{"the run's own descriptors take several buffers one by one", "internal/poll/fd_writev_unix.go",
		atStart("writev", "if clewNetOwn(fd) { return clewWritev(fd, iovecs) }")},
	{"the kernel moves nothing between descriptors that it does not know: splice", "internal/poll/splice_linux.go",
		atStart("Splice", "if clewNetOwn(dst.Sysfd) || clewNetOwn(src.Sysfd) { return 0, false, nil }")},
	{"the kernel moves nothing between descriptors that it does not know: sendfile", "internal/poll/sendfile_unix.go",
		atStart("SendFile", "if clewNetOwn(dstFD.Sysfd) || clewNetOwn(int(src)) { return 0, nil, false }")},
	{"the kernel moves nothing between descriptors that it does not know: copy_file_range", "internal/poll/copy_file_range_unix.go",
		atStart("CopyFileRange", "if clewNetOwn(dst.Sysfd) || clewNetOwn(src.Sysfd) { return 0, false, nil }")},
	{"the run's own descriptors are duplicated in the run", "internal/syscall/unix/fcntl_unix.go",
		atStart("Fcntl", "if clewNetOwn(fd) { return clewFcntl(fd, cmd, arg) }")},
	{"sockets may be in memory", "net/sock_posix.go",
		exprs("socket", "sysSocket(family, sotype, proto)", "clewSocket(family, sotype, proto, laddr, raddr)")},
	{"the collector closes no socket of the run's own", "net/fd_posix.go",
		before("(*netFD).setAddr", "runtime.SetFinalizer(fd, (*netFD).Close)", "if clewNetOwn(fd.pfd.Sysfd) { return }")},
	{"pipes may be in memory", "os/pipe2_unix.go",
		exprs("Pipe", "syscall.Pipe2(p[0:], syscall.O_CLOEXEC)", "clewPipe2(p[0:], syscall.O_CLOEXEC)")},
	{"the collector closes no pipe of the run's own", "os/file_unix.go",
		before("newFile", "runtime.SetFinalizer(f.file, (*file).close)", "if clewNetOwn(fd) { return f }")},
	{"connections of an earlier run are not used again", "net/http/transport.go",
		all(
			field("Transport", "clewRun uint32"),
			atStart("(*Transport).roundTrip", "t.clewFresh()"),
			atStart("(*Transport).CloseIdleConnections", "t.clewFresh()"),
		)},
	{"pipes for child processes are the kernel's", "os/exec/exec.go",
		all(
			exprs("(*Cmd).childStdin", "os.Pipe", "clewPipe"),
			exprs("(*Cmd).writerDescriptor", "os.Pipe", "clewPipe"),
			exprs("(*Cmd).StdinPipe", "os.Pipe", "clewPipe"),
			exprs("(*Cmd).StdoutPipe", "os.Pipe", "clewPipe"),
			exprs("(*Cmd).StderrPipe", "os.Pipe", "clewPipe"),
		)},
	{"what a child process inherits is the kernel's", "syscall/exec_unix.go",
		atStart("forkExec", "if attr != nil { clewInherits(attr.Files) }")},
}
