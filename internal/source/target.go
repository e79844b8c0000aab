package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// kind is what sort of memory a target is.
type kind int

const (
	variable kind = iota + 1 // a package's or a captured one
	field
	element // of a slice or array
	mapping // a map as a whole
	channel // a channel as a whole: to close it is a write, to send a read
	pointee // what a pointer points to
)

// A target is what an expression denotes in memory.
type target struct {
	kind  kind
	key   string       // the same for all expressions that certainly denote the same memory, or the same field of other memory
	name  string       // for people
	typ   types.Type   // nil if unknown
	decl  token.Pos    // of the variable or field; none for other kinds
	root  types.Object // the variable that it is part of; nil if it is reached through a pointer or slice
	owner types.Type   // of a field: the struct it is in; nil if unknown
}

// A use is a target as a line accesses it.
type use struct {
	target
	read, write bool
	atomic      bool // its address is taken: for an atomic operation, perhaps
	fresh       bool // written where memory was made at run time: by append, or in a new struct
}

// target returns what an expression denotes; ok is false if it is nothing in memory that threads could share.
func (p *pkg) target(e ast.Expr) (t target, ok bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return p.target(e.X)
	case *ast.Ident:
		return p.variable(e)
	case *ast.SelectorExpr:
		return p.selected(e)
	case *ast.IndexExpr:
		return p.element(e.X)
	case *ast.StarExpr:
		return p.pointee(e.X), true
	}
	return t, false
}

// pointee returns the target that a pointer points to.
func (p *pkg) pointee(x ast.Expr) target {
	t := target{kind: pointee, key: "*" + p.key(x), name: "*" + types.ExprString(x)}
	if pointer, ok := p.under(x).(*types.Pointer); ok {
		t.typ = known(pointer.Elem())
	}
	return t
}

// variable returns the target of an identifier: a package's variable, or a local one that others may know.
func (p *pkg) variable(id *ast.Ident) (t target, ok bool) {
	v, isVar := p.object(id).(*types.Var)
	if id.Name == "_" || !isVar || v.IsField() || !p.packageLevel(v) && !p.shared[v] {
		return t, false
	}
	return target{kind: variable, key: p.position(v.Pos()), name: id.Name, typ: known(v.Type()), decl: v.Pos(), root: v}, true
}

// selected returns the target of x.f: a field, or another package's variable.
func (p *pkg) selected(e *ast.SelectorExpr) (t target, ok bool) {
	s := p.info.Selections[e]
	if s == nil {
		if v, isVar := p.info.Uses[e.Sel].(*types.Var); isVar && !v.IsField() {
			return target{kind: variable, key: p.position(v.Pos()), name: types.ExprString(e), typ: known(v.Type()), decl: v.Pos(), root: v}, true
		}
		return target{kind: field, key: "." + e.Sel.Name, name: types.ExprString(e)}, p.info.Uses[e.Sel] == nil
	}
	v, isVar := s.Obj().(*types.Var)
	if !isVar {
		return t, false
	}
	owner := p.path(s)[len(s.Index())-1]
	t = target{kind: field, key: p.position(v.Pos()), name: types.ExprString(e), typ: known(v.Type()), decl: v.Pos(), owner: known(owner.owner), root: p.root(e)}
	if n := owner.named; n != "" {
		t.name = n + "." + e.Sel.Name
	}
	return t, true
}

// A hop is one field on the way from a value to a field of it that is promoted.
type hop struct {
	field *types.Var
	owner types.Type // the struct that the field is in
	named string     // its name, if it has one
	deref bool       // through a pointer
}

// path returns the fields that a selection goes through; the last one is what it selects. That of a method ends before it.
func (p *pkg) path(s *types.Selection) []hop {
	var hops []hop
	t := s.Recv()
	for _, i := range s.Index() {
		h := hop{}
		if pointer, ok := t.Underlying().(*types.Pointer); ok {
			t, h.deref = pointer.Elem(), true
		}
		h.owner = t
		if n, ok := t.(*types.Named); ok {
			h.named = n.Obj().Name()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || i >= st.NumFields() {
			break
		}
		h.field = st.Field(i)
		hops, t = append(hops, h), h.field.Type()
	}
	return hops
}

// element returns the target of an element of x.
func (p *pkg) element(x ast.Expr) (t target, ok bool) {
	name := p.name(x)
	t = target{kind: element, key: "[]" + p.key(x), name: "element of " + name}
	if of, ok := p.target(x); ok {
		t.decl = of.decl
	}
	switch c := p.under(x).(type) {
	case *types.Map:
		t.kind, t.key, t.name, t.typ = mapping, "map "+p.key(x), "map "+name, known(p.info.TypeOf(x))
	case *types.Slice:
		t.typ = known(c.Elem())
	case *types.Array:
		t.typ, t.root = known(c.Elem()), p.root(x)
	case *types.Pointer:
		if a, isArray := c.Elem().Underlying().(*types.Array); isArray {
			t.typ = known(a.Elem())
		}
	case *types.Basic:
		if c.Info()&types.IsString != 0 { // the bytes of a string do not change
			return t, false
		}
	}
	return t, true
}

// channel returns the target of the channel that x is.
func (p *pkg) channel(x ast.Expr) target {
	t := target{kind: channel, key: "chan " + p.key(x), name: "channel " + p.name(x), typ: p.typeOf(x)}
	if of, ok := p.target(x); ok {
		t.decl = of.decl
	}
	return t
}

// root returns the variable that the memory of an expression is part of; nil if it is reached through a pointer or slice.
func (p *pkg) root(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return p.root(e.X)
	case *ast.Ident:
		return p.object(e)
	case *ast.SelectorExpr:
		s := p.info.Selections[e]
		if s == nil {
			return p.info.Uses[e.Sel]
		}
		if s.Indirect() {
			return nil
		}
		return p.root(e.X)
	case *ast.IndexExpr:
		if _, array := p.under(e.X).(*types.Array); array {
			return p.root(e.X)
		}
	}
	return nil
}

// key identifies what an expression denotes, as well as that is known: by its text at worst.
func (p *pkg) key(e ast.Expr) string {
	if t, ok := p.target(e); ok {
		return t.key
	}
	return types.ExprString(e)
}

// name is how an expression is called within the name of a target.
func (p *pkg) name(e ast.Expr) string {
	if t, ok := p.target(e); ok && t.kind != element {
		return t.name
	}
	return types.ExprString(e)
}

func (p *pkg) object(id *ast.Ident) types.Object {
	if o := p.info.Uses[id]; o != nil {
		return o
	}
	return p.info.Defs[id]
}

func (p *pkg) packageLevel(v *types.Var) bool { return v.Pkg() != nil && v.Parent() == v.Pkg().Scope() }

func (p *pkg) typeOf(e ast.Expr) types.Type { return known(p.info.TypeOf(e)) }

// under is the underlying type of an expression, never nil.
func (p *pkg) under(e ast.Expr) types.Type {
	if t := p.info.TypeOf(e); t != nil {
		return t.Underlying()
	}
	return types.Typ[types.Invalid]
}

func (p *pkg) position(pos token.Pos) string { return p.fset.Position(pos).String() }

// known returns nil for a type of which parts are not known.
func known(t types.Type) types.Type {
	if t == nil || strings.Contains(types.TypeString(t, nil), "invalid type") {
		return nil
	}
	return t
}
