//go:build clewinside && !(linux && (amd64 || arm64))

package net

func clewNetOwn(fd int) bool { return false }

func clewSocket(family, sotype, proto int, laddr, raddr sockaddr) (int, error) {
	return sysSocket(family, sotype, proto)
}
