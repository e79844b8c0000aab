package strategy

// A Lot draws numbers. It is SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, OOPSLA 2014): one addition and two
// multiplications a draw, and every seed is as good as another.
type Lot struct{ state uint64 }

// Seed starts the lot afresh.
func (l *Lot) Seed(seed uint64) { l.state = seed }

// Draw returns 64 random bits.
func (l *Lot) Draw() uint64 {
	l.state += 0x9e3779b97f4a7c15
	return scramble(l.state)
}

// Below returns a number in [0, n), n at least 1. It multiplies instead of
// dividing (Lemire, 2019); the bias is below n/2^32.
func (l *Lot) Below(n int) int {
	return int((l.Draw() >> 32) * uint64(n) >> 32)
}

func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Derive returns the seed of the i-th schedule of a search that was given seed.
func Derive(seed, i uint64) uint64 { return scramble(seed + (i+1)*0xd1342543de82ef95) }
