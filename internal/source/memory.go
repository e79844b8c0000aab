package source

import (
	"go/types"
	"slices"
)

// fits reports whether a target can lie where the memory is.
func (f *Finder) fits(u use, m Memory) bool {
	global := m.Region == "global"
	if v, ok := u.root.(*types.Var); ok && m.Region != "" {
		if packageLevel := v.Pkg() != nil && v.Parent() == v.Pkg().Scope(); packageLevel != global {
			return false
		}
	}
	if (u.fresh || u.kind == channel) && global {
		return false
	}
	if u.kind != mapping && u.kind != channel && !holds(u.typ, m.Holds) {
		return false
	}
	if m.Region != "heap" || m.Size == 0 {
		return true
	}
	switch {
	case u.kind == variable:
		return f.fitsVariable(u.typ, m)
	case u.kind == field && u.owner != nil:
		return f.fitsField(u.target, m)
	case u.kind == element || u.kind == pointee:
		size, ok := f.sizeof(u.typ)
		return !ok || size <= int64(m.Size)
	}
	return true
}

// holds reports whether a word of memory that is for a pointer, or for a scalar, may be part of a value of a type. So a slice
// is told from its elements.
func holds(t types.Type, word string) bool {
	if t == nil || !sized(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		pointer := u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
		return word != "pointer" || pointer
	case *types.Pointer, *types.Chan, *types.Map, *types.Signature:
		return word != "scalar"
	case *types.Array:
		return holds(u.Elem(), word)
	case *types.Struct:
		return word != "pointer" || u.NumFields() == 0 || slices.ContainsFunc(fields(u), func(f *types.Var) bool { return holds(f.Type(), word) })
	}
	return true
}

func fields(s *types.Struct) []*types.Var { return slices.Collect(s.Fields()) }

// sizeClasses are the sizes of small heap objects; a variable has one of its own, unless it is very small.
var sizeClasses = []int64{8, 16, 24, 32, 48, 64, 80, 96, 112, 128}

func (f *Finder) fitsVariable(t types.Type, m Memory) bool {
	size, ok := f.sizeof(t)
	if !ok || size < 16 {
		return true
	}
	for _, class := range sizeClasses {
		if size <= class {
			return int64(m.Size) == class && int64(m.Offset) < size
		}
	}
	return size <= int64(m.Size) && int64(m.Offset) < size
}

// fitsField reports whether a struct of the field's can lie in the heap object such that the field is at the offset.
func (f *Finder) fitsField(t target, m Memory) bool {
	whole, ok := f.sizeof(t.owner)
	st, isStruct := t.owner.Underlying().(*types.Struct)
	if !ok || !isStruct {
		return true
	}
	var fields []*types.Var
	at := -1
	for i := range st.NumFields() {
		fields = append(fields, st.Field(i))
		if f.fset.Position(st.Field(i).Pos()).String() == t.key {
			at = i
		}
	}
	if at < 0 {
		return true
	}
	offset := f.sizes.Offsetsof(fields)[at]
	first := int64(m.Offset) - offset // where the struct would begin, at most
	last := first - max(0, f.sizes.Sizeof(fields[at].Type())-1)
	return first >= 0 && max(last, 0)+whole <= int64(m.Size)
}

// sizeof returns the size of a type; ok is false if it is not known.
func (f *Finder) sizeof(t types.Type) (size int64, ok bool) {
	if t == nil || !sized(t) {
		return 0, false
	}
	return f.sizes.Sizeof(t), true
}

// sized reports whether the size of a type is fixed: none of its parts is a type parameter, or unknown.
func sized(t types.Type) bool {
	if _, parameter := t.(*types.TypeParam); parameter {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.Invalid
	case *types.Array:
		return sized(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if !sized(u.Field(i).Type()) {
				return false
			}
		}
	}
	return true
}
