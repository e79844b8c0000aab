package detect

import "unsafe"

// A Clock says for each thread up to which of its segments its deeds are known. Threads that it does not know
// have 0 there, other segments count from 1 in a run.
//
// It is a tree with 16 children a node, indexed by the thread's number, the lowest four bits last. Nodes
// are shared between clocks and counted; one that is shared is copied before it is changed.
type Clock struct {
	root  uint32 // 0 for a clock that knows nobody
	depth uint32 // levels: 1 for threads below 16, 2 below 256 …
}

const (
	fanBits = 4
	fan     = 1 << fanBits
)

// A clockNode holds children, or segments at the lowest level.
type clockNode [fan]uint32

// clockNodes is the store of nodes, by number; node 0 stands for an empty tree.
type clockNodes struct {
	chunks [1 << 14]uintptr // of nodeChunk nodes each
	refs   [1 << 14]uintptr // of nodeChunk counts each
	n      uint32           // nodes in use or free
	free   uint32           // first of the free ones, each naming the next in its first child
	width  int              // no thread's number is at this place of a node of the lowest level, or behind it
}

const nodeChunk = 1 << 12

func (s *clockNodes) node(i uint32) *clockNode {
	return (*clockNode)(detectPointer(s.chunks[i/nodeChunk] + uintptr(i%nodeChunk)*unsafe.Sizeof(clockNode{})))
}

func (s *clockNodes) count(i uint32) *uint32 {
	return (*uint32)(detectPointer(s.refs[i/nodeChunk] + uintptr(i%nodeChunk)*4))
}

// reset forgets all nodes.
func (s *clockNodes) reset() { s.n, s.free, s.width = 0, 0, 1 }

// widen makes room for a thread.
func (s *clockNodes) widen(thread uint32) { s.width = max(s.width, min(fan, int(thread)+1)) }

// make returns a new node with undefined contents.
func (s *clockNodes) make() uint32 {
	if i := s.free; i != 0 {
		s.free = s.node(i)[0]
		*s.count(i) = 1
		return i
	}
	s.n++
	i := s.n
	if s.chunks[i/nodeChunk] == 0 {
		s.chunks[i/nodeChunk] = detectAlloc(nodeChunk * unsafe.Sizeof(clockNode{}))
		s.refs[i/nodeChunk] = detectAlloc(nodeChunk * 4)
	}
	*s.count(i) = 1
	return i
}

// copy returns a node like i that is nobody else's, in the place of i. With level above 1 its children are shared
// once more.
func (s *clockNodes) copy(i, level uint32) uint32 {
	j := s.make()
	from, to := s.node(i), s.node(j)
	*to = *from
	if level > 1 {
		for _, child := range to {
			if child != 0 {
				*s.count(child)++
			}
		}
	}
	*s.count(i)-- // somebody else has it, too
	return j
}

// drop gives up one use of a node.
func (s *clockNodes) drop(i, level uint32) {
	if i == 0 {
		return
	}
	c := s.count(i)
	*c--
	if *c != 0 {
		return
	}
	n := s.node(i)
	if level > 1 {
		for _, child := range n {
			s.drop(child, level-1)
		}
	}
	n[0] = s.free
	s.free = i
}

// Get returns the last known segment of a thread.
func (s *clockNodes) Get(c Clock, thread uint32) uint32 {
	if thread>>(fanBits*c.depth) != 0 {
		return 0
	}
	i := c.root
	for level := c.depth; level > 0; level-- {
		i = s.node(i)[thread>>(fanBits*(level-1))%fan]
		if i == 0 {
			return 0
		}
	}
	return i
}

// Share returns the clock for a second user.
func (s *clockNodes) Share(c Clock) Clock {
	if c.root != 0 {
		*s.count(c.root)++
	}
	return c
}

// Drop ends a use of a clock.
func (s *clockNodes) Drop(c *Clock) {
	s.drop(c.root, c.depth)
	*c = Clock{}
}

// Set makes the clock know a thread up to a segment.
func (s *clockNodes) Set(c *Clock, thread, segment uint32) {
	s.deepen(c, thread)
	at, level := &c.root, c.depth
	for {
		s.own(at, level)
		n := s.node(*at)
		at = &n[thread>>(fanBits*(level-1))%fan]
		if level == 1 {
			*at = segment
			return
		}
		level--
	}
}

// own makes the node at *at one that may be changed.
func (s *clockNodes) own(at *uint32, level uint32) {
	switch {
	case *at == 0:
		i := s.make()
		*s.node(i) = clockNode{}
		*at = i
	case *s.count(*at) > 1:
		*at = s.copy(*at, level)
	}
}

// deepen makes the tree deep enough for a thread.
func (s *clockNodes) deepen(c *Clock, thread uint32) {
	for c.depth == 0 || thread>>(fanBits*c.depth) != 0 {
		if c.root != 0 {
			i := s.make()
			*s.node(i) = clockNode{c.root}
			c.root = i
		}
		c.depth++
	}
}

// Join makes c know all that other knows.
func (s *clockNodes) Join(c *Clock, other Clock) {
	if other.root == 0 || other == *c {
		return
	}
	if c.root == 0 {
		*c = s.Share(other)
		return
	}
	if other.depth > c.depth {
		s.deepen(c, 1<<(fanBits*(other.depth-1)))
	}
	// The tree of a shallower clock stands leftmost in a deeper one.
	at, level := &c.root, c.depth
	for ; level > other.depth; level-- {
		s.own(at, level)
		at = &s.node(*at)[0]
	}
	s.join(at, other.root, level)
}

// join joins the tree b into the one at *at, whose owner has nobody else's nodes above it.
func (s *clockNodes) join(at *uint32, b, level uint32) {
	a := *at
	switch {
	case b == 0 || a == b:
		return
	case a == 0:
		*s.count(b)++
		*at = b
		return
	case level == 1:
		s.joinLeaf(at, b)
		return
	}
	for k := range fan {
		x, y := s.node(*at)[k], s.node(b)[k]
		if x == y || *s.count(*at) > 1 && s.within(y, x, level-1) {
			continue
		}
		s.own(at, level)
		s.join(&s.node(*at)[k], y, level-1)
	}
}

func (s *clockNodes) joinLeaf(at *uint32, b uint32) {
	x, y := s.node(*at), s.node(b)
	more, less := false, false
	for k := range s.width {
		more = more || y[k] > x[k]
		less = less || y[k] < x[k]
	}
	switch {
	case !more:
	case !less:
		s.drop(*at, 1)
		*s.count(b)++
		*at = b
	default:
		s.own(at, 1)
		x = s.node(*at)
		for k := range s.width {
			x[k] = max(x[k], y[k])
		}
	}
}

// within reports whether the tree a knows nothing that b does not.
func (s *clockNodes) within(a, b, level uint32) bool {
	if a == 0 || a == b {
		return true
	}
	if b == 0 {
		return false
	}
	x, y := s.node(a), s.node(b)
	for k := range fan {
		if level == 1 && x[k] > y[k] || level > 1 && !s.within(x[k], y[k], level-1) {
			return false
		}
	}
	return true
}
