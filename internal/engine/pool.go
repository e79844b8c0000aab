package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A pool is the workers of a package. Those that search live on from test to test: number 0 is the main worker, and
// the others are its helpers. Workers for replays live for one run, so that nothing of the past is in them.
type pool struct {
	e      *engine
	gate   sync.RWMutex // read-held by who has a slot's worker do something, held by who ends them all
	mu     sync.Mutex
	serial int
	slots  []*worker          // the main worker and its helpers; nil where none runs
	covers map[*worker]string // folder that a worker's coverage goes to
	cpu    string             // -test.cpu of this round
	input  string             // file that the workers have for their standard input; empty for none
}

// run has the worker of a slot do a batch; in one that has run nothing before, if fresh. A worker that is left with
// something to disturb the next batch is replaced.
func (p *pool) run(ctx context.Context, slot int, b batch, limit time.Duration, fresh bool) (*outcome, error) {
	p.gate.RLock()
	defer p.gate.RUnlock()
	w, err := p.worker(ctx, slot)
	if err == nil && fresh && w.used {
		p.retire(ctx, slot)
		w, err = p.worker(ctx, slot)
	}
	if err != nil {
		return nil, err
	}
	w.used = true
	out, err := w.run(ctx, b, limit)
	if err == nil && out.done != nil && (out.done.Left > 0 || w.bloated(out.done.Heap)) {
		p.replace(ctx, slot)
	}
	return out, err
}

// single runs batches in a process of their own, which ends then. It returns the outcome of the last; of the first that has a
// finding, if one has.
func (p *pool) single(ctx context.Context, batches []batch) (out *outcome, err error) {
	last := batches[len(batches)-1]
	w, err := p.start(ctx, false, true)
	if err != nil {
		return nil, err
	}
	defer w.kill()
	for _, b := range batches {
		if out, err = w.run(ctx, b, hangLimit(last)); err != nil || out.death != nil || out.finding != nil {
			return out, err
		}
	}
	return out, nil
}

// ready makes sure that a slot has a worker.
func (p *pool) ready(ctx context.Context, slot int) error {
	p.gate.RLock()
	defer p.gate.RUnlock()
	_, err := p.worker(ctx, slot)
	return err
}

// worker returns the worker of a slot, and starts it if it does not run.
func (p *pool) worker(ctx context.Context, slot int) (*worker, error) {
	p.mu.Lock()
	for len(p.slots) <= slot {
		p.slots = append(p.slots, nil)
	}
	w := p.slots[slot]
	p.mu.Unlock()
	if w != nil && !w.dead {
		return w, nil
	}
	if w != nil {
		p.drop(slot)
	}
	w, err := p.start(ctx, slot == 0, false)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.slots[slot] = w
	p.mu.Unlock()
	return w, nil
}

// start starts a worker. One for a replay measures no coverage.
func (p *pool) start(ctx context.Context, main, replay bool) (*worker, error) {
	p.mu.Lock()
	serial := p.serial
	p.serial++
	p.mu.Unlock()
	cover := ""
	if !replay && p.e.flags.covers() {
		cover = filepath.Join(p.e.temp, fmt.Sprintf("cover-%d", serial))
		if err := os.Mkdir(cover, 0o700); err != nil {
			return nil, err
		}
	}
	spec := workerSpec{
		binary: p.e.binary, args: p.e.flags.worker(main && serial == 0, p.cpu, cover), dir: p.e.dir, env: p.e.env,
		temp: p.e.temp, name: fmt.Sprintf("shm-%d", serial), overlay: p.e.options.Overlay,
	}
	if p.input != "" {
		in, err := os.Open(p.input)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		spec.stdin = in
	}
	w, err := startWorker(ctx, spec)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.covers[w] = cover
	return w, nil
}

// attached starts a worker that has the caller's input and output, and its terminal.
func (p *pool) attached(ctx context.Context, stdin *os.File) (*worker, error) {
	return startWorker(ctx, workerSpec{binary: p.e.binary, dir: p.e.dir, env: p.e.env, temp: p.e.temp, name: "shm-attached",
		overlay: p.e.options.Overlay, stdin: stdin, stdout: p.e.stdout, stderr: p.e.stderr})
}

// drop ends a slot's worker the hard way.
func (p *pool) drop(slot int) {
	p.mu.Lock()
	w := p.slots[slot]
	p.slots[slot] = nil
	p.mu.Unlock()
	if w != nil {
		w.kill()
	}
}

// replace ends a slot's worker in the proper way, and lets its coverage count.
func (p *pool) replace(ctx context.Context, slot int) {
	p.mu.Lock()
	w := p.slots[slot]
	p.slots[slot] = nil
	p.mu.Unlock()
	if w != nil && !w.dead {
		p.end(ctx, w)
	}
}

// retire ends a slot's worker that has done what it was there for. TestMain's teardown may take long, so it is waited for only
// where something is to be had from it.
func (p *pool) retire(ctx context.Context, slot int) {
	if p.e.flags.covers() {
		p.replace(ctx, slot)
	} else {
		p.drop(slot)
	}
}

// end lets a worker end as a test binary does, and takes its coverage.
func (p *pool) end(ctx context.Context, w *worker) ending {
	e := w.quit(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	e.output = p.e.coverage.withoutCoverLine(e.output)
	if folder := p.covers[w]; folder != "" {
		e.err = p.e.coverage.add(folder)
		if p.e.flags.coverDir != "" {
			e.err = errors.Join(e.err, moveCounters(folder, p.e.flags.coverDir))
		}
	}
	return e
}

// ending is how a worker ended when it was asked to.
type ending struct {
	output  string // of TestMain's teardown
	code    int
	changed bool  // the exit code is not what m.Run returned
	hung    bool  // the teardown took too long
	err     error // the coverage could not be read
}

// endAll ends all workers; the ending is the main worker's, whose teardown is the one that users see.
func (p *pool) endAll(ctx context.Context) (main ending) {
	p.gate.Lock()
	defer p.gate.Unlock()
	return p.endEach(ctx)
}

func (p *pool) endEach(ctx context.Context) (main ending) {
	for slot, w := range p.slots {
		if w == nil || w.dead {
			continue
		}
		e := p.end(ctx, w)
		if slot == 0 {
			main = e
		}
	}
	p.killAll()
	return main
}

// killAll ends what still runs, the hard way.
func (p *pool) killAll() {
	for slot := range p.slots {
		p.drop(slot)
	}
}
