package detect

import "embed"

// Sources holds the files of this package that are compiled into package runtime of the program under test.
//
//go:embed detector.go clock.go sync.go shadow.go access.go readers.go aside.go atomic.go pointer.go
var Sources embed.FS
