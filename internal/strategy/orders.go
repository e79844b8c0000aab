package strategy

// Orders walks at random and estimates how many orders there are: the product of the numbers of those who could have taken
// each step is, in the mean over many walks, the number of leaves of the tree of all orders (Knuth: Estimating the Efficiency of
// Backtrack Programs, Mathematics of Computation 1975).
type Orders struct {
	Random
	Product float64 // of the walk so far
}

// Begin implements [Strategy].
func (o *Orders) Begin(seed uint64) {
	o.Random.Begin(seed)
	o.Product = 1
}

// Next implements [Strategy].
func (o *Orders) Next(e Enabled) int {
	o.Product *= float64(e.Len())
	return o.Random.Next(e)
}

// Pick implements [Strategy].
func (o *Orders) Pick(n int) int {
	o.Product *= float64(n)
	return o.Random.Pick(n)
}
