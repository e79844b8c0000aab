package loopback

import "embed"

// Sources holds the files of this package that are compiled into package runtime of the program under test.
//
//go:embed net.go address.go socket.go stream.go connect.go
var Sources embed.FS
