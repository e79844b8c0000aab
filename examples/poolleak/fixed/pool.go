// Package pool runs jobs on a few workers. A worker that has a result when the pool
// is closed drops it, and Close returns when the last worker has gone.
package pool

import "sync"

// Pool runs jobs until it is closed.
type Pool struct {
	jobs    chan func() int
	results chan int
	quit    chan struct{}
	workers sync.WaitGroup
}

// New starts a pool with that many workers and room for as many waiting jobs.
func New(workers int) *Pool {
	p := &Pool{
		jobs:    make(chan func() int, workers),
		results: make(chan int),
		quit:    make(chan struct{}),
	}
	for range workers {
		p.workers.Go(p.work)
	}
	return p
}

func (p *Pool) work() {
	for {
		select {
		case job := <-p.jobs:
			select {
			case p.results <- job():
			case <-p.quit:
				return
			}
		case <-p.quit:
			return
		}
	}
}

// Submit queues a job.
func (p *Pool) Submit(job func() int) { p.jobs <- job }

// Result returns the next result.
func (p *Pool) Result() int { return <-p.results }

// Close stops the workers. Jobs that are still queued, and results that nobody took, are dropped.
func (p *Pool) Close() {
	close(p.quit)
	p.workers.Wait()
}
