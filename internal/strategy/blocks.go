package strategy

// Blocks has threads run for given numbers of steps, one block after the other, and then the plain order. A thread that cannot go on
// leaves the rest of its block out.
type Blocks struct {
	List []Block

	at    int
	taken uint32 // steps of the block
	plain Plain
}

// A Block is steps of a thread in a row.
type Block struct {
	Key   uint64 // thread
	Steps uint32
}

// Begin implements [Strategy].
func (b *Blocks) Begin(seed uint64) {
	b.at, b.taken = 0, 0
	b.plain.Begin(seed)
}

// Next implements [Strategy].
func (b *Blocks) Next(e Enabled) int {
	for ; b.at < len(b.List); b.at, b.taken = b.at+1, 0 {
		block := &b.List[b.at]
		if b.taken == block.Steps {
			continue
		}
		if i := indexOf(e, block.Key, -1); i >= 0 {
			b.taken++
			b.plain.took(e.At(i))
			return i
		}
	}
	return b.plain.Next(e)
}

// Pick implements [Strategy].
func (b *Blocks) Pick(n int) int { return b.plain.Pick(n) }
