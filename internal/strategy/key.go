package strategy

// MainKey is the key of the main thread.
const MainKey uint64 = 0x9e3779b97f4a7c15

// InitKey is the parent's key of threads that were not started by a thread.
const InitKey uint64 = 0x6a09e667f3bcc909

// ChildKey returns the key of a thread's n-th child (from 1): one started by a
// go statement, or, when timer is set, the callback of a timer of the thread's.
// Keys stand for names (main/1/2) where a string would be too slow; they do not
// depend on the schedule.
func ChildKey(parent uint64, n uint32, timer bool) uint64 {
	v := 2 * uint64(n)
	if timer {
		v++
	}
	return Mix(parent, v)
}

// Mix folds v into the hash h.
func Mix(h, v uint64) uint64 {
	h = (h ^ (v + 0x9e3779b97f4a7c15)) * 0xff51afd7ed558ccd
	return h ^ h>>32
}
