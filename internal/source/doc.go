// Package source finds out what a piece of memory is called in a Go program's source, given two accesses to it.
//
// A race is known by two places and by where the memory lies. The name is in the source: the variable, field, element or map that
// the first line writes and the second reads or writes too. [Finder.Variable] parses the packages of both lines, checks their types as far as they
// can be known without building anything, and lists what each line accesses ([access]). What is left when the two lists, and what is
// known of the memory, are held against each other is the answer, if it is the only one.
//
// # Never a wrong name
//
// A list may hold more than what the line really accesses, never less: when in doubt, two candidates remain, and the answer is
// that the memory's name is not known. The types of packages outside the module are known in part only (of the standard
// library what needs no other package; of other modules nothing); where a type is not known, anything may be meant.
//
// # Words
//
// A target is what an expression denotes in memory: a variable, a field, an element of a slice or array, a map, a channel, or what a
// pointer points to. Targets of two lines are the same if they are declared at the same place; they may be the same if one is
// reached through a pointer or slice, and the types fit; and one may lie within the other, as a field does within a struct
// that is copied as a whole.
package source
