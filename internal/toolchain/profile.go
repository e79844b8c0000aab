package toolchain

import (
	_ "embed"
	"path/filepath"
)

// insideProfile tells Go's compiler where workers spend their time, so that it inlines what is called most often
// (https://go.dev/doc/pgo). scripts/profile makes it. Calls in code that has changed since are passed over.
//
//go:embed inside.pprof
var insideProfile []byte

const insideProfileName = "inside.pprof"

// profile returns where the overlay's folder has the profile.
func (o *Overlay) profile() string { return filepath.Join(o.Folder(), insideProfileName) }
