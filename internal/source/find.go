package source

import (
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// An Access is a read or write of memory, as far as a stack tells it.
type Access struct {
	File     string // absolute
	Line     int
	Function string // full name, as example.com/bank.(*Account).Deposit.func1; empty if unknown
	Inside   string // full name of the runtime's function that the line called to do it; empty if it did so itself
	Write    bool
	Atomic   bool
}

// Memory is what is known of where both accesses went.
type Memory struct {
	Region string // "global", "heap" or another word
	Offset int    // of the first byte in its heap object
	Size   int    // of that object; 0 if unknown
	Holds  string // what the word there is for: "pointer" or "scalar"; another word if unknown
}

// A Variable is the answer.
type Variable struct {
	Name string // "count", "Counter.n", "element of items", "map m", "channel c", "*p"
	Type string // "int"; empty if unknown
	File string // of its declaration; empty if unknown
	Line int
	Kind string // what its bytes mean: bool, int, uint, float, pointer; map and channel for those of one; empty if they have no simple meaning
	Size int    // in bytes; 0 if unknown
}

// Variable returns what the memory that two accesses had in common is called; ok is false if that is not certain.
func (f *Finder) Variable(a, b Access, m Memory) (v Variable, ok bool) {
	if b.Write && !a.Write {
		a, b = b, a
	}
	var found []target
	for _, x := range f.uses(a) {
		for _, y := range f.uses(b) {
			t, same := f.common(x.target, y.target)
			if !same || !f.fits(x, m) || !f.fits(y, m) {
				continue
			}
			if !slices.ContainsFunc(found, func(other target) bool { return other.key == t.key }) {
				found = append(found, t)
			}
		}
	}
	switch {
	case len(found) == 1:
		return f.describe(found[0], a.File), true
	case len(found) == 2 && found[1].key == "[]"+found[0].key:
		return f.either(found[0], a.File), true
	case len(found) == 2 && found[0].key == "[]"+found[1].key:
		return f.either(found[1], a.File), true
	}
	return v, false
}

// uses lists what an access may have been about.
func (f *Finder) uses(a Access) []use {
	p := f.load(a.File)
	if p == nil {
		return nil
	}
	var uses []use
	for _, u := range p.usesAt(a.File, a.Line, a.Function) {
		switch {
		case a.Atomic != u.atomic || !doneBy(u.kind, a.Inside):
		case a.Atomic || a.Write && u.write || !a.Write && u.read:
			uses = append(uses, u)
		}
	}
	return uses
}

// doneBy reports whether a function of the runtime's may access a kind of target for the line that called it.
func doneBy(k kind, function string) bool {
	pkg, name, _ := strings.Cut(function[strings.LastIndexByte(function, '/')+1:], ".")
	switch {
	case function == "", pkg == "atomic":
		return true
	case strings.HasPrefix(name, "chansend"), name == "closechan":
		return k == channel
	case name == "selectgo":
		return k != mapping
	case pkg == "maps", strings.HasPrefix(name, "map"):
		return k == mapping
	case strings.Contains(name, "slice"), strings.HasPrefix(name, "memequal"):
		return k == element
	case strings.HasPrefix(name, "typedmem"), strings.HasPrefix(name, "mem"), strings.HasPrefix(name, "conv"), strings.HasPrefix(name, "race"):
		return k != mapping && k != channel
	}
	return false
}

// common returns the more exact of two targets that may be in the same memory.
func (f *Finder) common(x, y target) (t target, ok bool) {
	switch {
	case x.key == y.key && x.key != "":
		return x, true
	case f.within(y, x):
		return y, true
	case f.within(x, y):
		return x, true
	case x.kind == channel && y.kind == channel:
		return x, alike(elementOf(x.typ), elementOf(y.typ)) // one may be for sending only
	case x.kind == channel || y.kind == channel:
		return t, false
	case x.kind == mapping || y.kind == mapping:
		return x, x.kind == y.kind && alike(x.typ, y.typ)
	case x.kind == pointee && y.kind != pointee:
		return y, alike(x.typ, y.typ)
	case y.kind == pointee, x.kind == element && y.kind == element:
		return x, alike(x.typ, y.typ)
	case x.kind == field && y.kind == field:
		return x, sameName(x, y)
	}
	return t, false
}

// alike reports whether two types may be the same. Each package was read for itself: only their texts can be compared.
func alike(a, b types.Type) bool {
	return a == nil || b == nil || types.TypeString(a, nil) == types.TypeString(b, nil)
}

// elementOf returns what a channel is for; nil if that is unknown.
func elementOf(t types.Type) types.Type {
	if t != nil {
		if c, ok := t.Underlying().(*types.Chan); ok {
			return c.Elem()
		}
	}
	return nil
}

// sameName reports whether two fields may be the same, of which one is known by its name alone.
func sameName(x, y target) bool {
	if x.decl.IsValid() && y.decl.IsValid() {
		return false
	}
	return x.name[strings.LastIndexByte(x.name, '.')+1:] == y.name[strings.LastIndexByte(y.name, '.')+1:]
}

// within reports whether a field or an element may lie in what is accessed as a whole.
func (f *Finder) within(part, whole target) bool {
	if whole.kind == mapping || whole.kind == channel || part.kind != field && part.kind != element {
		return false
	}
	if whole.typ == nil {
		return part.kind == field && whole.kind != field
	}
	return f.contains(whole.typ, part)
}

// contains reports whether a value of the type has the field, or an array of such elements, in it.
func (f *Finder) contains(t types.Type, part target) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			v := u.Field(i)
			if part.kind == field && f.fset.Position(v.Pos()).String() == part.key || f.contains(v.Type(), part) {
				return true
			}
		}
	case *types.Array:
		return part.kind == element && alike(part.typ, u.Elem()) || f.contains(u.Elem(), part)
	case *types.Basic:
		return u.Kind() == types.Invalid // a struct of another module, perhaps
	}
	return false
}

// describe returns a target as an answer for somebody who reads a file.
func (f *Finder) describe(t target, reader string) Variable {
	v := Variable{Name: t.name}
	if t.decl.IsValid() {
		p := f.fset.Position(t.decl)
		v.File, v.Line = p.Filename, p.Line
	}
	if t.typ == nil {
		return v
	}
	v.Type = types.TypeString(t.typ, func(p *types.Package) string {
		if p.Path() == filepath.Dir(reader) {
			return ""
		}
		return p.Name()
	})
	if size, ok := f.sizeof(t.typ); ok {
		v.Size = int(size)
	}
	v.Kind = kindOf(t)
	return v
}

// either returns the answer that both a slice and its elements are possible.
func (f *Finder) either(slice target, reader string) Variable {
	v := f.describe(slice, reader)
	v.Name, v.Kind, v.Size = v.Name+" or an element of it", "", 0
	return v
}

// kindOf says what the bytes of a target mean.
func kindOf(t target) string {
	switch t.kind {
	case mapping:
		return "map"
	case channel:
		return "channel"
	}
	switch u := t.typ.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Signature, *types.Map:
		return "pointer"
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsBoolean != 0:
			return "bool"
		case info&types.IsUnsigned != 0:
			return "uint"
		case info&types.IsInteger != 0:
			return "int"
		case info&types.IsFloat != 0:
			return "float"
		case u.Kind() == types.UnsafePointer:
			return "pointer"
		}
	}
	return ""
}
