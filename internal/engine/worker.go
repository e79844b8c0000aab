package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"
)

// patience is how long a worker may take over its start (package initialisation included) and its end
// (TestMain's teardown). Both are the user's code, and seldom take seconds.
const (
	startPatience = 2 * time.Minute
	quitPatience  = time.Minute
)

// A workerSpec says how to start a worker.
type workerSpec struct {
	binary  string
	args    []string // -test.* and the user's own
	dir     string   // the package's
	env     []string
	temp    string // where to put shared memory
	name    string // of the worker, unlike any other's
	overlay string // hash that hello must say

	// Of a worker that the user sees: what it has for its standard input; where its output goes, beside what is kept of the latter.
	stdin          *os.File
	stdout, stderr io.Writer
}

// A worker is a process that runs the test binary under control, seen from the coordinator. It is used by one
// goroutine at a time.
type worker struct {
	cmd      *exec.Cmd
	shm      *sharedMemory
	stray    *stray
	commands *os.File // our end of the worker's fd 3
	marks    *os.File // our own copy of the worker's fd 4
	replies  chan reply
	exited   chan struct{} // closed once the process was waited for
	drained  bool          // all replies of a dead worker were read
	temp     string        // folder for what is of no use when all workers are gone
	procs    string        // GOMAXPROCS and the number of CPUs that its tests see
	setup    string        // what TestMain printed before the tests
	used     bool          // it was given a batch
	haunted  bool          // threads of its runs are gone
	heap     uint64        // what it held when it first said so
	dead     bool
	released bool
}

// startWorker starts a process and waits until it is ready for commands. What ended before that is an
// *errNotControlled or *errEndedEarly.
func startWorker(ctx context.Context, spec workerSpec) (*worker, error) {
	w, err := launch(spec)
	if err != nil {
		return nil, err
	}
	if err := w.handshake(ctx, spec.overlay); err != nil {
		w.kill()
		return nil, err
	}
	w.setup = w.stray.take()
	return w, nil
}

// launch starts the process.
func launch(spec workerSpec) (started *worker, err error) {
	w := &worker{temp: spec.temp, replies: make(chan reply, 16), exited: make(chan struct{})}
	if w.shm, err = newSharedMemory(spec.temp, spec.name); err != nil {
		return nil, fmt.Errorf("cannot make shared memory: %w", err)
	}
	defer func() {
		if err != nil {
			w.release()
		}
	}()
	if w.stray, err = newStray(); err != nil {
		return nil, err
	}
	commands, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer commands.Close()
	w.commands = ours
	replies, marks, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.marks = marks
	w.cmd = exec.Command(spec.binary, spec.args...)
	w.cmd.Dir = spec.dir
	w.cmd.Env = workerEnv(spec.env, w.shm.path)
	w.cmd.Stdout, w.cmd.Stderr = w.stray.write, w.stray.write
	if spec.stdin != nil {
		w.cmd.Stdin = spec.stdin
	}
	w.cmd.ExtraFiles = []*os.File{commands, marks}
	if spec.stdout != nil {
		w.cmd.Stdout, w.stray.live = spec.stdout, spec.stderr
	} else {
		ownGroup(w.cmd)
	}
	if err = w.cmd.Start(); err != nil {
		replies.Close()
		return nil, fmt.Errorf("cannot start the test binary: %w", err)
	}
	go func() {
		readReplies(replies, w.replies)
		replies.Close()
	}()
	go func() {
		w.cmd.Wait() // what it returns is in ProcessState
		w.marks.WriteString("\n{\"mark\":1}\n")
		close(w.exited)
	}()
	return w, nil
}

// workerEnv is the user's environment and what makes a process a worker. A crash must not stay silent.
func workerEnv(env []string, shm string) []string {
	own := append(env[:len(env):len(env)], "CLEW_WORKER=1", "CLEW_SHM="+shm)
	for _, silent := range []string{"GOTRACEBACK=none", "GOTRACEBACK=0"} {
		if slices.Contains(env, silent) {
			own = append(own, "GOTRACEBACK=single")
		}
	}
	return own
}

var (
	errDied   = errors.New("the worker has died")
	errSilent = errors.New("the worker says nothing")
	errHangs  = errors.New("the run hangs")
)

// next waits for the worker's next reply. It returns errDied once the process is gone and all it said was
// read, errHangs if the watch says so, and the context's cause when that ends.
func (w *worker) next(ctx context.Context, watch *watch) (reply, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !w.drained {
		select {
		case r := <-w.replies:
			if r.Mark == 0 {
				return r, nil
			}
			w.drained = true
		case <-ctx.Done():
			return reply{}, context.Cause(ctx)
		case <-tick.C:
			if watch.hangs(w.shm.progress()) {
				return reply{}, errHangs
			}
		}
	}
	<-w.exited
	w.dead = true
	return reply{}, errDied
}

// send gives the worker a command. A worker that is gone shows in next.
func (w *worker) send(command string) { fmt.Fprintln(w.commands, command) }

// list asks for the tests to be run, in order.
func (w *worker) list(ctx context.Context) ([]testID, error) {
	w.send("list")
	var tests []testID
	for {
		r, err := w.next(ctx, nil)
		switch {
		case err != nil:
			return nil, err
		case r.Test != nil:
			tests = append(tests, *r.Test)
		case r.Listed != nil:
			return tests, nil
		default:
			return nil, errors.New("the worker answered list with something else")
		}
	}
}

// quit lets the worker end as a test binary does, TestMain's teardown included.
func (w *worker) quit(ctx context.Context) (e ending) {
	ctx, cancel := context.WithTimeoutCause(ctx, quitPatience, errSilent)
	defer cancel()
	w.send("quit")
	said := 0
	for {
		r, err := w.next(ctx, nil)
		if r.Bye != nil {
			said = *r.Bye
		}
		if err != nil {
			e.hung = errors.Is(err, errSilent)
			e.output = w.stray.take()
			w.kill()
			e.code = w.cmd.ProcessState.ExitCode()
			e.changed = errors.Is(err, errDied) && e.code != said
			return e
		}
	}
}

// bloated takes what the worker holds after a batch, 0 if it does not say. It reports whether that is too much.
func (w *worker) bloated(heap uint64) bool {
	if w.heap == 0 {
		w.heap = heap
	}
	return heap > heapLimit || heap > w.heap+heapGrowth
}

// kill ends the process, whatever it does, and gives back what belongs to it.
func (w *worker) kill() {
	if w.released {
		return
	}
	w.released = true
	killGroup(w.cmd.Process)
	<-w.exited
	w.dead = true
	w.release()
}

func (w *worker) release() {
	for _, f := range []*os.File{w.commands, w.marks} {
		if f != nil {
			f.Close()
		}
	}
	if w.stray != nil {
		w.stray.close()
	}
	if w.shm.data != nil {
		w.shm.close()
	}
}

// stacks makes a worker that hangs print its goroutines' stacks and waits for its end.
func (w *worker) stacks() string {
	askForStacks(w.cmd.Process)
	select {
	case <-w.exited:
	case <-time.After(5 * time.Second):
	}
	killGroup(w.cmd.Process)
	<-w.exited
	w.dead = true
	return w.stray.take()
}

// A watch tells a run that hangs: no step for as long as the limit.
type watch struct {
	limit time.Duration // 0 for none
	last  progress
	since time.Time
}

func (w *watch) hangs(now progress) bool {
	if w == nil || w.limit == 0 {
		return false
	}
	if now != w.last || w.since.IsZero() {
		w.last, w.since = now, time.Now()
	}
	return time.Since(w.since) >= w.limit
}
