// Package fetch loads pages at the same time and reports each one as it begins. Each thread
// counts itself in, which may be after the caller has looked at the count.
//
// It takes one preemption, between a thread's report and its Add.
package fetch

import "sync"

// Fetcher loads pages and keeps their sizes.
type Fetcher struct {
	load  func(url string) int
	begun chan string
	wg    sync.WaitGroup

	mu    sync.Mutex
	sizes map[string]int // guarded by mu
}

// New returns a fetcher that loads with the given function.
func New(load func(url string) int) *Fetcher {
	return &Fetcher{load: load, begun: make(chan string), sizes: make(map[string]int)}
}

// All loads all pages, calls progress with each as it begins, and returns how many were loaded.
func (f *Fetcher) All(progress func(url string), urls ...string) int {
	for _, url := range urls {
		go f.fetch(url)
	}
	for range urls {
		progress(<-f.begun)
	}
	f.wg.Wait()

	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sizes)
}

func (f *Fetcher) fetch(url string) {
	f.begun <- url
	f.wg.Add(1)
	defer f.wg.Done()

	size := f.load(url)
	f.mu.Lock()
	f.sizes[url] = size
	f.mu.Unlock()
}
