package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A clew exec must not outlive what it works for: the clew test whose session it has, and the go command that started
// it. Either may be killed without a chance to say so. clew test holds a lock on a file of its session for as long as it
// lives, which ends with it however that comes; of the go command it is enough to see that it is the parent no more.

// ownerFile is the file in a session's folder that its clew test holds.
const ownerFile = "owner"

// orphanCheck is how often a clew exec looks.
const orphanCheck = 250 * time.Millisecond

// whenOrphaned calls stop once this process, a clew exec, works for nobody any more.
func whenOrphaned(session string, stop func()) {
	for parent := os.Getppid(); os.Getppid() == parent && !abandoned(session); {
		time.Sleep(orphanCheck)
	}
	stop()
}

// abandoned reports whether the clew test of a session is gone. Without a session there is none to wait for.
func abandoned(session string) bool {
	if session == "" {
		return false
	}
	f, err := os.Open(filepath.Join(session, ownerFile))
	if err != nil {
		_, err := os.Stat(session)
		return errors.Is(err, fs.ErrNotExist) // another orphan has removed it
	}
	defer f.Close()
	return !isHeld(f)
}
