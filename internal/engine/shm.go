package engine

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"sync/atomic"
	"unsafe"
)

// Memory that a worker and the coordinator share, as a file mapped by both: what must outlive the worker's
// death. Words are little-endian u64s. The coordinator writes the first six before the worker starts; all others and
// both areas belong to the worker, and the coordinator only reads them.
const (
	shmMagic   = "clewshm1"
	shmSize    = 8
	shmOutAt   = 16
	shmOutCap  = 24
	shmLogAt   = 32
	shmLogCap  = 40
	shmRunning = 64  // 1 while a run is in flight
	shmIndex   = 72  // index of the run in flight, or of the last one
	shmSteps   = 80  // steps done in it
	shmRuns    = 88  // runs completed by this process
	shmOutLen  = 96  // output of the run
	shmOutLost = 104 // bytes of output that did not fit
	shmLogLen  = 112 // step log of the run
	shmLogLost = 120 // bytes of it that did not fit
	shmAreas   = 4096
	shmOutput  = 1 << 20
	shmLog     = 256 << 20 // sparse: costs what is written
)

// sharedMemory is one worker's.
type sharedMemory struct {
	path string
	data []byte
}

// newSharedMemory makes the file in dir. Space for the output is taken up at once, so that a full disk shows
// here and not as a worker's death.
func newSharedMemory(dir, name string) (*sharedMemory, error) {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, shmAreas+shmOutput)
	copy(head, shmMagic)
	for at, v := range map[int]int{shmSize: len(head) + shmLog, shmOutAt: shmAreas, shmOutCap: shmOutput,
		shmLogAt: len(head), shmLogCap: shmLog} {
		binary.LittleEndian.PutUint64(head[at:], uint64(v))
	}
	if _, err := f.Write(head); err != nil {
		os.Remove(path)
		return nil, err
	}
	if err := f.Truncate(int64(len(head) + shmLog)); err != nil {
		os.Remove(path)
		return nil, err
	}
	data, err := mapFile(f, len(head)+shmLog)
	if err != nil {
		os.Remove(path)
		return nil, err
	}
	return &sharedMemory{path, data}, nil
}

// close gives the memory back and removes the file.
func (m *sharedMemory) close() {
	unmapFile(m.data)
	m.data = nil
	os.Remove(m.path)
}

// word reads the u64 at an offset.
func (m *sharedMemory) word(at int) uint64 {
	v := atomic.LoadUint64((*uint64)(unsafe.Pointer(&m.data[at])))
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Pointer(&v))[:])
}

// output returns what the last run wrote, and how many bytes of it were dropped.
func (m *sharedMemory) output() (text string, lost uint64) {
	return string(m.area(shmOutAt, shmOutCap, shmOutLen)), m.word(shmOutLost)
}

// log returns a copy of the last run's step log.
func (m *sharedMemory) log() []byte {
	return append([]byte(nil), m.area(shmLogAt, shmLogCap, shmLogLen)...)
}

func (m *sharedMemory) area(at, limit, length int) []byte {
	start := m.word(at)
	return m.data[start : start+min(m.word(length), m.word(limit))]
}

// progress is what tells a run that moves from one that hangs.
type progress struct{ running, index, steps, runs uint64 }

func (m *sharedMemory) progress() progress {
	return progress{m.word(shmRunning), m.word(shmIndex), m.word(shmSteps), m.word(shmRuns)}
}
