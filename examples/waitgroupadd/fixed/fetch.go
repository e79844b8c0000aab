// Package fetch loads pages at the same time and reports each one as it begins. The caller
// counts each thread in before it starts it.
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
		f.wg.Add(1)
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
	defer f.wg.Done()
	f.begun <- url

	size := f.load(url)
	f.mu.Lock()
	f.sizes[url] = size
	f.mu.Unlock()
}
