package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A collector lists what statements access, without the function literals in them.
type collector struct {
	p    *pkg
	uses []located
}

// located is a use and the lines it may be ascribed to.
type located struct {
	use
	from, to int
}

func (c *collector) add(u use, from, to token.Pos) {
	c.uses = append(c.uses, located{u, c.p.fset.Position(from).Line, c.p.fset.Position(to).Line})
}

// statement lists what a statement accesses by itself, the blocks in it left aside.
func (c *collector) statement(s ast.Node) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		c.assign(s)
	case *ast.IncDecStmt:
		c.write(s.X, s.End(), true)
	case *ast.ExprStmt:
		c.read(s.X)
	case *ast.SendStmt:
		c.read(s.Chan)
		c.read(s.Value)
		c.sends(s, s)
	case *ast.SelectStmt:
		for _, clause := range s.Body.List {
			if send, ok := clause.(*ast.CommClause).Comm.(*ast.SendStmt); ok {
				c.sends(send, s)
			}
		}
	case *ast.ReturnStmt:
		c.readAll(s.Results)
	case *ast.GoStmt:
		c.read(s.Call)
	case *ast.DeferStmt:
		c.read(s.Call)
	case *ast.ValueSpec:
		c.readAll(s.Values)
		for _, name := range s.Names {
			c.write(name, s.End(), false)
		}
	case *ast.RangeStmt:
		c.rangeOver(s)
	case ast.Expr:
		c.read(s)
	}
}

// sends lists a send, carried out by a statement: itself, or a select.
func (c *collector) sends(s *ast.SendStmt, by ast.Stmt) {
	from, to := c.p.lines(by)
	c.uses = append(c.uses, located{use{target: c.p.channel(s.Chan), read: true}, from, to})
}

func (c *collector) assign(s *ast.AssignStmt) {
	c.readAll(s.Rhs)
	for _, left := range s.Lhs {
		c.write(left, s.TokPos, s.Tok != token.ASSIGN && s.Tok != token.DEFINE)
	}
}

func (c *collector) rangeOver(s *ast.RangeStmt) {
	c.read(s.X)
	if t, ok := c.p.element(s.X); ok {
		c.add(use{target: t, read: true}, s.For, s.X.End())
	}
	for _, left := range []ast.Expr{s.Key, s.Value} {
		if left != nil {
			c.write(left, s.X.End(), false)
		}
	}
}

func (c *collector) readAll(list []ast.Expr) {
	for _, e := range list {
		c.read(e)
	}
}

// write lists an assignment to an expression, whose operator is at a place; reads says that it is read first.
func (c *collector) write(e ast.Expr, operator token.Pos, reads bool) {
	if t, ok := c.p.target(e); ok {
		c.add(use{target: t, read: reads, write: true}, e.Pos(), operator)
	}
	c.address(e)
}

// read lists what the value of an expression takes.
func (c *collector) read(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		if t, ok := c.p.target(e); ok {
			c.add(use{target: t, read: true}, e.Pos(), e.End())
		}
		c.address(e)
	case *ast.ParenExpr:
		c.read(e.X)
	case *ast.SliceExpr:
		c.slice(e)
	case *ast.UnaryExpr:
		c.unary(e)
	case *ast.BinaryExpr:
		c.read(e.X)
		c.read(e.Y)
	case *ast.KeyValueExpr:
		c.read(e.Value)
	case *ast.TypeAssertExpr:
		c.read(e.X)
	case *ast.CompositeLit:
		c.literal(e, false)
	case *ast.CallExpr:
		c.call(e)
	}
}

// address lists what is read to know where an expression lies.
func (c *collector) address(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		c.address(e.X)
	case *ast.SelectorExpr:
		c.base(e)
	case *ast.IndexExpr:
		if _, array := c.p.under(e.X).(*types.Array); array {
			c.address(e.X)
		} else {
			c.read(e.X)
		}
		c.read(e.Index)
	case *ast.StarExpr:
		c.read(e.X)
	case *ast.CompositeLit, *ast.CallExpr:
		c.read(e)
	}
}

// base lists what is read on the way to x.f: x if it is a pointer, and embedded pointers.
func (c *collector) base(e *ast.SelectorExpr) {
	s := c.p.info.Selections[e]
	if s == nil {
		c.unknownBase(e.X)
		return
	}
	hops := c.p.path(s)
	for i, h := range hops {
		if i == 0 && !h.deref {
			c.address(e.X)
		} else if i == 0 {
			c.read(e.X)
		}
		if i < len(s.Index())-1 && h.field != nil {
			c.add(use{target: target{kind: field, key: c.p.position(h.field.Pos()), name: h.named + "." + h.field.Name(), typ: known(h.field.Type()),
				decl: h.field.Pos(), owner: known(h.owner)}, read: true}, e.Pos(), e.End())
		}
	}
	if len(hops) == 0 {
		c.read(e.X)
	}
}

// unknownBase lists x of an x.f of which nothing is known: it is a pointer, or not read at all.
func (c *collector) unknownBase(x ast.Expr) {
	id, _ := x.(*ast.Ident)
	if _, isPackage := c.p.info.Uses[id].(*types.PkgName); isPackage {
		return
	}
	if t, ok := c.p.target(x); ok {
		t.typ = types.NewPointer(types.Typ[types.Invalid])
		c.add(use{target: t, read: true}, x.Pos(), x.End())
	}
	c.address(x)
}

func (c *collector) slice(e *ast.SliceExpr) {
	if _, array := c.p.under(e.X).(*types.Array); array {
		c.address(e.X)
	} else {
		c.read(e.X)
	}
	for _, index := range []ast.Expr{e.Low, e.High, e.Max} {
		if index != nil {
			c.read(index)
		}
	}
}

func (c *collector) unary(e *ast.UnaryExpr) {
	if e.Op != token.AND {
		c.read(e.X)
		return
	}
	if literal, ok := e.X.(*ast.CompositeLit); ok {
		c.literal(literal, true)
		return
	}
	c.taken(e.X)
}

// taken lists an expression whose address is taken: an atomic operation may be about it.
func (c *collector) taken(e ast.Expr) {
	if t, ok := c.p.target(e); ok {
		c.add(use{target: t, atomic: true}, e.Pos(), e.End())
	}
	c.address(e)
}

// literal lists what a composite literal writes: the elements of a new slice, the fields of a new struct that a pointer will
// point to. (The fields of others belong to what they are assigned to.)
func (c *collector) literal(e *ast.CompositeLit, pointed bool) {
	for _, one := range e.Elts {
		c.read(one)
	}
	t := c.p.typeOf(e)
	if t == nil {
		return
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok { // {…} for &T{…} in a list of pointers
		t, pointed = pointer.Elem(), true
	}
	name := types.TypeString(t, func(*types.Package) string { return "" })
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if !pointed {
			return
		}
		for i := range u.NumFields() {
			f := u.Field(i)
			c.add(use{target: target{kind: field, key: c.p.position(f.Pos()), name: name + "." + f.Name(), typ: known(f.Type()),
				decl: f.Pos(), owner: t}, write: true, fresh: true}, e.Pos(), e.End())
		}
	case *types.Slice:
		c.add(use{target: target{kind: element, name: "element of a new " + name, typ: known(u.Elem())}, write: true, fresh: true}, e.Pos(), e.End())
	case *types.Map:
		c.add(use{target: target{kind: mapping, name: "a new " + name, typ: t}, write: true, fresh: true}, e.Pos(), e.End())
	}
}
