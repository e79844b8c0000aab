package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// A pool is the workers of a package. Those that search live on from test to test: number 0 is the main worker, and
// the others are its helpers. Workers for replays live for one run, so that nothing of the past is in them.
type pool struct {
	e      *engine
	mu     sync.Mutex
	serial int
	slots  []*worker          // the main worker and its helpers; nil where none runs
	covers map[*worker]string // folder that a worker's coverage goes to
	cpu    string             // -test.cpu of this round
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

// start starts a worker. One that writes step logs is for a single replay: it measures no coverage.
func (p *pool) start(ctx context.Context, main, trace bool) (*worker, error) {
	p.mu.Lock()
	serial := p.serial
	p.serial++
	p.mu.Unlock()
	cover := ""
	if !trace && p.e.flags.covers() {
		cover = filepath.Join(p.e.temp, fmt.Sprintf("cover-%d", serial))
		if err := os.Mkdir(cover, 0o700); err != nil {
			return nil, err
		}
	}
	w, err := startWorker(ctx, workerSpec{
		binary: p.e.binary, args: p.e.flags.worker(main && serial == 0, p.cpu, cover), dir: p.e.dir, env: p.e.env,
		temp: p.e.temp, name: fmt.Sprintf("shm-%d", serial), overlay: p.e.options.Overlay, trace: trace || main,
	})
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.covers[w] = cover
	return w, nil
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

// replace ends a worker that holds too much memory, and lets its coverage count.
func (p *pool) replace(ctx context.Context, slot int) {
	p.mu.Lock()
	w := p.slots[slot]
	p.slots[slot] = nil
	p.mu.Unlock()
	if w != nil && !w.dead {
		p.end(ctx, w)
	}
}

// end lets a worker end as a test binary does, and takes its coverage.
func (p *pool) end(ctx context.Context, w *worker) ending {
	e := w.quit(ctx)
	e.output = p.e.coverage.withoutCoverLine(e.output)
	p.mu.Lock()
	folder := p.covers[w]
	p.mu.Unlock()
	if folder != "" {
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
