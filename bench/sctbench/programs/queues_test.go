package programs

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestArithmeticProg(t *testing.T)        { buggy(t); arithmeticProg(t, false) }
func TestArithmeticProgCorrect(t *testing.T) { arithmeticProg(t, true) }

// arithmeticProg: a producer hands three tokens to a consumer, one at a time, which adds up 0, 1, 2 and, in the end, 3. The claim that the sum is
// not 6 fails in every schedule.
func arithmeticProg(t *testing.T, right bool) {
	const n = 3
	var mu sync.Mutex
	empty, full := sync.NewCond(&mu), sync.NewCond(&mu)
	var tokens, total cell
	produce := func() {
		for range n {
			mu.Lock()
			for tokens.Load() > 0 {
				empty.Wait()
			}
			plus(&tokens, 1)
			mu.Unlock()
			full.Signal()
		}
	}
	consume := func() {
		for i := range int64(n) {
			mu.Lock()
			for tokens.Load() == 0 {
				full.Wait()
			}
			plus(&total, i)
			plus(&tokens, -1)
			mu.Unlock()
			empty.Signal()
		}
		plus(&total, n)
	}
	together(produce, consume)
	if sum := total.Load(); (sum == n*(n+1)/2) != right {
		t.Errorf("the sum is %d", sum)
	}
}

func TestSync01(t *testing.T)        { buggy(t); handover(1, 1, false) }
func TestSync01Correct(t *testing.T) { handover(1, 1, true) }
func TestSync02(t *testing.T)        { buggy(t); handover(2, 2, true) }
func TestSync02Correct(t *testing.T) { handover(2, 0, true) }

// handover is sync01 and sync02: a producer waits until nothing is there before it makes one, n times; a consumer waits until something is
// there. In sync01 the consumer leaves it there; in sync02 there are two from the start, which is as many as the consumer takes.
// Every schedule is a deadlock.
func handover(n int, there int64, takes bool) {
	var mu sync.Mutex
	empty, full := sync.NewCond(&mu), sync.NewCond(&mu)
	var num cell
	num.Store(there)
	produce := func() {
		for range n {
			mu.Lock()
			for num.Load() > 0 {
				empty.Wait()
			}
			plus(&num, 1)
			mu.Unlock()
			full.Signal()
		}
	}
	consume := func() {
		for range n {
			mu.Lock()
			for num.Load() == 0 {
				full.Wait()
			}
			if takes {
				plus(&num, -1)
			}
			mu.Unlock()
			empty.Signal()
		}
	}
	together(produce, consume)
}

func TestCircularBuffer(t *testing.T)        { buggy(t); exchange(t, 7, 0, false) }
func TestCircularBufferCorrect(t *testing.T) { exchange(t, 7, 0, true) }
func TestQueue(t *testing.T)                 { buggy(t); exchange(t, 20, 1, false) }
func TestQueueCorrect(t *testing.T)          { exchange(t, 20, 1, true) }

// exchange is circular_buffer and queue: one thread puts in numbers and another takes them out, in n rounds each, and two flags say whose
// turn it is. Who finds that it is not its turn lets the round pass, but expects the number of the round the next time; the twin
// expects the next number. In queue, some numbers (ahead) are put in before the flags count; its flags and its length of
// 20 are from memory.
func exchange(t *testing.T, n, ahead int, right bool) {
	var mu sync.Mutex
	var put, take atomic.Bool
	put.Store(true)
	buffer := make([]cell, n+ahead)
	stored := make([]cell, n+ahead) // what was put in, by round
	var first, next cell
	insert := func(round int) {
		buffer[next.Load()].Store(int64(100 + round))
		stored[round].Store(int64(100 + round))
		plus(&next, 1)
	}
	sender := func() {
		mu.Lock()
		for i := range ahead {
			insert(i)
		}
		mu.Unlock()
		for i := ahead; i < n; i++ {
			mu.Lock()
			if put.Load() {
				insert(i)
				put.Store(false)
				take.Store(true)
			}
			mu.Unlock()
		}
	}
	receiver := func() {
		for i := range n {
			mu.Lock()
			if take.Load() {
				at := first.Load()
				got, want := buffer[at].Load(), stored[i].Load()
				if got != want && !right {
					t.Errorf("round %d takes out %d, want %d", i, got, want)
				}
				if got == 0 {
					t.Errorf("round %d takes out what was never put in", i)
				}
				plus(&first, 1)
				take.Store(false)
				put.Store(true)
			}
			mu.Unlock()
		}
	}
	together(sender, receiver)
}

func TestStack(t *testing.T)        { buggy(t); stack(t, false) }
func TestStackCorrect(t *testing.T) { stack(t, true) }

// stack: one thread pushes ten numbers and another pops ten, once a flag says that something was pushed: that is not to say that
// something is there still. The twin's looks at the top.
func stack(t *testing.T, right bool) {
	const size = 10
	var mu sync.Mutex
	var top cell
	var items [size]cell
	var pushed atomic.Bool
	push := func() {
		for i := range int64(size) {
			mu.Lock()
			items[top.Load()].Store(i)
			plus(&top, 1)
			pushed.Store(true)
			mu.Unlock()
		}
	}
	pop := func() {
		for range size {
			mu.Lock()
			switch {
			case !pushed.Load(), right && top.Load() == 0:
			case top.Load() == 0:
				t.Error("the stack is empty")
			default:
				items[plus(&top, -1)].Load()
			}
			mu.Unlock()
		}
	}
	together(push, pop)
}

func TestFSBench(t *testing.T)        { buggy(t); fsbench(t, 26) }
func TestFSBenchCorrect(t *testing.T) { fsbench(t, 32) }

// fsbench: 27 threads make a file each: a thread locks its inode and looks for a free block. There are 32 inodes, but in the original only
// 26 locks for them, so that the last thread locks what is none, in every schedule.
func fsbench(t *testing.T, locks int) {
	const files, blocks, inodes = 27, 26, 32
	var inodeLock [inodes]sync.Mutex
	var blockLock [blocks]sync.Mutex
	var inode, busy [inodes]cell
	var threads []func()
	for id := range files {
		threads = append(threads, func() {
			i := id % inodes
			if i >= locks {
				t.Errorf("inode %d has no lock: there are %d", i, locks)
				return
			}
			inodeLock[i].Lock()
			defer inodeLock[i].Unlock()
			if inode[i].Load() != 0 {
				return
			}
			b := i * 2 % blocks
			for range blocks / 2 {
				blockLock[b].Lock()
				if busy[b].Load() == 0 {
					busy[b].Store(1)
					inode[i].Store(int64(b + 1))
					blockLock[b].Unlock()
					return
				}
				blockLock[b].Unlock()
				b = (b + 1) % blocks
			}
		})
	}
	together(threads...)
}

func TestStringBuffer(t *testing.T)        { buggy(t); stringBuffer(t, false) }
func TestStringBufferCorrect(t *testing.T) { stringBuffer(t, true) }

// stringBuffer: java.lang.StringBuffer of the JDK 1.4. Each method locks its buffer. To append another buffer takes two of its methods,
// one for how long it is and one for what is in it; it may have become shorter in between. The other thread erases that
// buffer and fills it anew. The twin keeps the other buffer locked.
func stringBuffer(t *testing.T, right bool) {
	source := newText(t)
	source.add("abc")
	wait := start(func() {
		source.erase(0, 3)
		source.add("abc")
	})
	target := newText(t)
	target.mu.Lock()
	if right {
		source.mu.Lock()
		target.take(source, source.count.Load())
		source.mu.Unlock()
	} else {
		n := source.length()
		target.grow(n)
		source.mu.Lock()
		target.take(source, n)
		source.mu.Unlock()
	}
	target.mu.Unlock()
	wait()
}

// A text is a string buffer.
type text struct {
	t      *testing.T
	mu     sync.Mutex
	count  cell // characters
	room   cell // for as many
	chars  atomic.Pointer[[16]cell]
	shared atomic.Bool // a string has the same characters; none ever does here
}

func newText(t *testing.T) *text {
	b := &text{t: t}
	b.room.Store(16)
	b.chars.Store(new([16]cell))
	return b
}

func (b *text) length() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count.Load()
}

// grow makes sure that there is room for n more. The buffer is locked.
func (b *text) grow(n int64) {
	if b.count.Load()+n > b.room.Load() {
		b.t.Error("the buffer is full")
	}
}

func (b *text) add(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.grow(int64(len(s)))
	at := b.count.Load()
	for i := range int64(len(s)) {
		b.chars.Load()[at+i].Store(int64(s[i]))
	}
	b.count.Store(at + int64(len(s)))
}

func (b *text) erase(from, to int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	to = min(to, b.count.Load())
	if to <= from || b.shared.Load() {
		return
	}
	for i := to; i < b.count.Load(); i++ {
		b.chars.Load()[from+i-to].Store(b.chars.Load()[i].Load())
	}
	plus(&b.count, from-to)
}

// take appends the first n of another buffer. Both are locked.
func (b *text) take(from *text, n int64) {
	if have := from.count.Load(); n > have {
		b.t.Errorf("%d characters are wanted of a buffer of %d", n, have)
		return
	}
	at := b.count.Load()
	for i := range n {
		b.chars.Load()[at+i].Store(from.chars.Load()[i].Load())
	}
	b.count.Store(at + n)
}
