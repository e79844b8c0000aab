package trace

// A trace file is a sequence of records. What a record of each kind consists of is said here once; the text form and the
// binary form, readers and writers, follow from it.

// A record is a kind and what its fields hold.
type record struct {
	kind  *kind
	cells []cell
}

// A cell is what a field holds. Threads, objects and places are numbers from 1, in the order of the records that define them; 0 is none.
type cell struct {
	n    int64
	s    string
	list []int64
}

// A kind of records.
type kind struct {
	name    string
	code    byte // in the binary form
	defines form // a thread, an object or a place, which has its name from the first field; none otherwise
	fields  []form
}

// A form says how a field is written.
type form uint8

const (
	none     form = iota
	word          // text without blanks
	text          // text up to the end of the line
	number        // a whole number
	address       // a number in hex
	moment        // virtual time since the start of the run, in nanoseconds
	choice        // a number from 0; -1 for none
	value         // what memory held: n is the bits, list[0] the number of bytes; no list for unknown
	aThread       // a reference
	anObject      // a reference
	aPlace        // a reference
	stack         // places, innermost first
	locks         // objects, each twice its number, and one more if it is held for reading
)

// kinds are all kinds of records.
var kinds = []kind{
	{"test", 't', none, []form{text}},
	{"package", 'p', none, []form{text}},
	{"go", 'g', none, []form{text}},
	{"root", 'd', none, []form{text}},
	{"finding", 'F', none, []form{word, text}},
	{"story", 'S', none, []form{number, text}},
	{"place", 'P', aPlace, []form{word, number, word, text}},
	{"object", 'O', anObject, []form{word, word, aPlace}},
	{"memory", 'M', none, []form{anObject, address, word, address, number, word}},
	{"thread", 'T', aThread, []form{word, aThread, aPlace, aPlace, aPlace}},
	{"step", 's', none, []form{moment, aThread, word, anObject, aPlace, choice, value}},
	{"preempted", 'y', none, []form{aThread}},
	{"blocks", 'b', none, []form{aThread, word, word, anObject}},
	{"wakes", 'w', none, []form{aThread, word, aThread}},
	{"ends", 'x', none, []form{aThread}},
	{"called", 'n', none, []form{aThread, anObject, text}},
	{"race", 'r', none, []form{anObject, aThread, word, number, stack, locks, word, aThread, word, number, stack, locks, word}},
	{"end", 'e', none, []form{word}},
	{"alive", 'a', none, []form{aThread, word, word, anObject, stack}},
	{"far", 'f', none, []form{aThread, aThread, word, word}},
	{"held", 'h', none, []form{anObject, aThread, word, stack}},
}

// kindOf returns the kind of a name.
func kindOf(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}

// coded are the kinds by their codes.
var coded = func() (table [256]*kind) {
	for i := range kinds {
		table[kinds[i].code] = &kinds[i]
	}
	return table
}()
