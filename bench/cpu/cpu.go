// Package cpu holds what BenchmarkCPU runs: code that computes, on memory that it reads and writes a lot.
package cpu

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"sync"
)

// seeded returns numbers that are the same each time.
func seeded() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// Sort sorts n numbers in two ways, and reports whether the results are the same.
func Sort(n int) bool {
	a := make([]int, n)
	r := seeded()
	for i := range a {
		a[i] = r.Int()
	}
	b := slices.Clone(a)
	sort.Slice(a, func(i, j int) bool { return a[i] < a[j] })
	slices.Sort(b)
	return slices.Equal(a, b)
}

// A Person is what JSON encodes.
type Person struct {
	Name    string            `json:"name"`
	Age     int               `json:"age"`
	Emails  []string          `json:"emails"`
	Friends []*Person         `json:"friends,omitempty"`
	Notes   map[string]string `json:"notes"`
}

// People returns n people with friends.
func People(n int) []*Person {
	people := make([]*Person, n)
	for i := range people {
		name := "person " + strconv.Itoa(i)
		people[i] = &Person{
			Name: name, Age: i % 90, Emails: []string{name + "@example.com", name + "@example.org"},
			Friends: []*Person{{Name: "friend of " + name, Age: 7}},
			Notes:   map[string]string{"first": "a note", "second": "\"quoted\" <text>"},
		}
	}
	return people
}

// JSON encodes n people and decodes them, and returns how many came back.
func JSON(n int) int {
	text, err := json.Marshal(People(n))
	if err != nil {
		panic(err)
	}
	var back []*Person
	if err := json.Unmarshal(text, &back); err != nil {
		panic(err)
	}
	return len(back)
}

// Maps fills maps with n keys, asks for them, removes half of them, and returns how many are left.
func Maps(n int) int {
	numbers, words := make(map[int]int), make(map[string]int)
	for i := range n {
		numbers[i*i] += i
		words[strconv.Itoa(i%1000)]++
	}
	for i := range n {
		if _, ok := numbers[i]; ok && i%2 == 0 {
			words[strconv.Itoa(i%1000)]++
		}
		if i%2 == 0 {
			delete(numbers, i*i)
		}
	}
	return len(numbers) + len(words)
}

// A node is part of a search tree.
type node struct {
	key         int
	left, right *node
}

func (t *node) insert(key int) *node {
	if t == nil {
		return &node{key: key}
	}
	if key < t.key {
		t.left = t.left.insert(key)
	} else {
		t.right = t.right.insert(key)
	}
	return t
}

func (t *node) has(key int) bool {
	for t != nil && t.key != key {
		if key < t.key {
			t = t.left
		} else {
			t = t.right
		}
	}
	return t != nil
}

// Tree builds a search tree of n keys, looks each of them up, and returns how many are there.
func Tree(n int) int {
	var root *node
	r := seeded()
	keys := r.Perm(n)
	for _, key := range keys {
		root = root.insert(key)
	}
	found := 0
	for range 3 {
		for key := range n {
			if root.has(key) {
				found++
			}
		}
	}
	return found / 3
}

// Shared lets threads look n keys each up in a tree that they share, under a lock, a few at a time; each
// adds keys of its own. It returns how many keys there are in the end.
func Shared(threads, n int) int {
	var (
		mu   sync.Mutex
		root *node
		size int
		wg   sync.WaitGroup
	)
	for thread := range threads {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(thread), 3))
			for range n / 100 {
				mu.Lock()
				for range 100 {
					if key := r.IntN(n); !root.has(key) {
						root = root.insert(key)
						size++
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return size
}
