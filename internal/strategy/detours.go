package strategy

// Detours follows the plain order but for some detours. Any schedule is the plain order with its detours, and with fewer of
// them it is a simpler one: that is how schedules are made shorter.
//
// A detour is known by the step that it comes after: the how many-th step of which thread. So it can be taken whether or not
// others are.
type Detours struct {
	// Way is what to follow, of which each detour is noted with Note; nil to take those given to Take.
	Way  Strategy
	Note func(Detour)
	// Tell is told what else could have been chosen, and of each detour when it is taken; nil if nobody wants to know.
	Tell func(d Detour, taken bool)

	slots  []Detour // by the hash of where they are; After 0 is empty
	counts []uint32 // by thread: steps so far
	key    uint64   // of the thread that took the last step
	thread uint32
	plain  Plain
}

// A Detour is a choice that the plain order would not have made.
type Detour struct {
	After uint64 // key of the thread that took the last step; the main thread's before the first
	Count uint32 // how many-th step of that thread it was, from 1
	To    uint64 // key of the thread that goes on; 0 for a select or a choice of numbers, which After is at
	Pick  int32  // case that it takes, or number
	// Preempts tells that After could have gone on, and was not about to make room.
	Preempts bool
}

// detourThreads is how many threads can make detours.
const detourThreads = 1 << 14

// Take sets the detours to take from now on.
func (d *Detours) Take(list []Detour) {
	size := 16
	for size < 2*len(list) {
		size *= 2
	}
	d.slots = make([]Detour, size)
	for _, one := range list {
		i := d.slot(one.After, one.Count, one.To == 0)
		d.slots[i] = one
	}
}

// Begin implements [Strategy].
func (d *Detours) Begin(seed uint64) {
	if d.counts == nil {
		d.counts = make([]uint32, detourThreads)
	}
	clear(d.counts)
	d.key, d.thread = MainKey, 0
	d.plain.Begin(seed)
	if d.Way != nil {
		d.Way.Begin(seed)
	}
}

// Next implements [Strategy].
func (d *Detours) Next(e Enabled) int {
	plainly := d.plain.Next(e)
	chosen := plainly
	if d.Way != nil {
		chosen = d.Way.Next(e)
	} else if t := d.find(false); t != nil {
		chosen = indexOf(e, t.To, plainly)
	}
	if d.Tell != nil {
		d.tell(e, chosen, plainly)
	}
	if chosen != plainly {
		if d.Way != nil {
			d.Note(d.to(e, chosen))
		}
		d.plain.took(e.At(chosen))
	}
	p := e.At(chosen)
	d.key, d.thread = p.Key, p.Thread
	if int(p.Thread) < len(d.counts) {
		d.counts[p.Thread]++
	}
	return chosen
}

// Pick implements [Strategy].
func (d *Detours) Pick(n int) int {
	plainly := d.plain.Pick(n)
	if d.Way != nil {
		pick := d.Way.Pick(n)
		if pick != plainly {
			d.Note(Detour{d.key, d.count(), 0, int32(pick), false})
		}
		return pick
	}
	pick := plainly
	if t := d.find(true); t != nil && int(t.Pick) < n {
		pick = int(t.Pick)
	}
	switch {
	case d.Tell == nil:
	case pick != plainly:
		d.Tell(Detour{d.key, d.count(), 0, int32(pick), false}, true)
	default:
		for other := range n {
			if other != plainly {
				d.Tell(Detour{d.key, d.count(), 0, int32(other), false}, false)
			}
		}
	}
	return pick
}

// to is the detour to an enabled thread.
func (d *Detours) to(e Enabled, i int) Detour {
	c := e.Current()
	preempts := c >= 0 && c != i && e.At(c).Op != OpYield && e.At(c).Op != OpSleep
	return Detour{d.key, d.count(), e.At(i).Key, -1, preempts}
}

// tell tells of the detour that is taken, or else of all that could be.
func (d *Detours) tell(e Enabled, chosen, plainly int) {
	if chosen != plainly {
		d.Tell(d.to(e, chosen), true)
		return
	}
	for i, n := 0, e.Len(); i < n; i++ {
		if i != plainly {
			d.Tell(d.to(e, i), false)
		}
	}
}

func (d *Detours) count() uint32 {
	if int(d.thread) >= len(d.counts) {
		return 0
	}
	return d.counts[d.thread]
}

// find returns the detour at this place, nil for none.
func (d *Detours) find(pick bool) *Detour {
	if len(d.slots) == 0 {
		return nil
	}
	if t := &d.slots[d.slot(d.key, d.count(), pick)]; t.After != 0 {
		return t
	}
	return nil
}

// slot returns where the detour at a place is, or would be.
func (d *Detours) slot(after uint64, count uint32, pick bool) int {
	mask := len(d.slots) - 1
	i := int(Mix(after, uint64(count))) & mask
	for {
		t := &d.slots[i]
		if t.After == 0 || t.After == after && t.Count == count && (t.To == 0) == pick {
			return i
		}
		i = (i + 1) & mask
	}
}
