package loopback

import "embed"

//go:embed net.go address.go socket.go stream.go connect.go
var sources embed.FS

// Sources returns the files of this package that are compiled into package runtime of the program under test, by name.
func Sources() map[string][]byte {
	files := map[string][]byte{}
	entries, _ := sources.ReadDir(".")
	for _, e := range entries {
		files[e.Name()], _ = sources.ReadFile(e.Name())
	}
	return files
}
