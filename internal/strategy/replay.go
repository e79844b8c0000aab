package strategy

// Step is one line of a saved schedule.
type Step struct {
	Key  uint64 // thread
	Op   Op     // what it did
	Pick int32  // which ready case its select took, or which number was chosen; -1 if there was no choice
}

// Replay follows a saved schedule. When the program no longer does what the
// schedule says (the thread named next is not enabled, or is about to do
// something else) the schedule is stale: Replay remembers how far it came and
// goes on in the plain order.
type Replay struct {
	Steps []Step
	// Followed is the number of steps taken as the schedule says.
	Followed int
	// Stale tells that the program left the schedule at step Followed.
	Stale bool

	plain Plain
}

// Begin implements [Strategy].
func (r *Replay) Begin(seed uint64) {
	r.Followed, r.Stale = 0, false
	r.plain.Begin(seed)
}

// Next implements [Strategy].
func (r *Replay) Next(e Enabled) int {
	if r.Stale || r.Followed >= len(r.Steps) {
		return r.plain.Next(e)
	}
	want := &r.Steps[r.Followed]
	i := indexOf(e, want.Key, -1)
	if i < 0 || e.At(i).Op != want.Op {
		r.Stale = true
		return r.plain.Next(e)
	}
	r.Followed++
	r.plain.op = want.Op
	return i
}

// indexOf returns the index of the thread with the given key, or another one if it is not enabled. It looks at
// the current thread first: most steps are taken by the thread that took the one
// before.
func indexOf(e Enabled, key uint64, other int) int {
	if c := e.Current(); c >= 0 && e.At(c).Key == key {
		return c
	}
	for i, n := 0, e.Len(); i < n; i++ {
		if e.At(i).Key == key {
			return i
		}
	}
	return other
}

// Pick implements [Strategy]. The step of the select was the one followed last.
func (r *Replay) Pick(n int) int {
	if !r.Stale && r.Followed > 0 && r.Followed <= len(r.Steps) {
		if pick := int(r.Steps[r.Followed-1].Pick); pick >= 0 && pick < n {
			return pick
		}
	}
	return r.plain.Pick(n)
}
