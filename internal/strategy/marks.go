package strategy

// Marks are bits that places in the program have. The table has a fixed size; what does not fit has none.
type marks struct {
	places [markRoom]uint64
	bits   [markRoom]uint8 // of the place at the same index
	n      int
}

// markRoom is the size of the table, which is half empty.
const markRoom = 256

func (m *marks) clear() { *m = marks{} }

// add gives marks to a place.
func (m *marks) add(place uint64, bits uint8) {
	i := m.find(place)
	if m.places[i] != place {
		if m.n == markRoom/2 || place == 0 {
			return
		}
		m.places[i] = place
		m.n++
	}
	m.bits[i] |= bits
}

// of returns the marks of a place.
func (m *marks) of(place uint64) uint8 { return m.bits[m.find(place)] }

// find returns where in the table a place is or ought to be.
func (m *marks) find(place uint64) int {
	i := slotOf(place, markRoom)
	for m.places[i] != 0 && m.places[i] != place {
		i = (i + 1) % markRoom
	}
	return i
}
