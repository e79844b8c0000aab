//go:build clewinside && unix && !(linux && (amd64 || arm64))

package unix

func clewNetOwn(fd int) bool { return false }

func clewFcntl(fd, cmd, arg int) (int, error) { return -1, nil }
