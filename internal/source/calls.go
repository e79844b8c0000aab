package source

import (
	"go/ast"
	"go/types"
	"slices"
)

// call lists what a call reads: the function, its receiver and arguments, and what built-in functions do to them.
func (c *collector) call(e *ast.CallExpr) {
	if c.builtin(e) {
		return
	}
	if to := c.p.info.Types[e.Fun]; to.IsType() {
		c.convert(e)
		return
	}
	c.callee(e.Fun)
	c.readAll(e.Args)
}

// callee lists what is read to call a function: a method's receiver too.
func (c *collector) callee(fun ast.Expr) {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		c.read(fun)
		return
	}
	s := c.p.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		c.read(fun)
		return
	}
	c.base(sel)
	c.receiver(sel, s)
}

// receiver lists the receiver of a method: a copy is taken of one that is not a pointer; the address, of one that is.
func (c *collector) receiver(sel *ast.SelectorExpr, s *types.Selection) {
	signature, ok := s.Obj().Type().(*types.Signature)
	if !ok || signature.Recv() == nil {
		return
	}
	_, wantsPointer := signature.Recv().Type().Underlying().(*types.Pointer)
	_, isPointer := c.p.under(sel.X).(*types.Pointer)
	switch {
	case wantsPointer && isPointer:
		c.read(sel.X)
	case wantsPointer:
		c.taken(sel.X)
	case isPointer:
		c.add(use{target: c.p.pointee(sel.X), read: true}, sel.Pos(), sel.End())
		c.read(sel.X)
	default:
		c.read(sel.X)
	}
}

// convert lists a conversion: between strings and slices it reads the elements.
func (c *collector) convert(e *ast.CallExpr) {
	for _, arg := range e.Args {
		c.read(arg)
		if _, slice := c.p.under(arg).(*types.Slice); slice {
			c.elements(arg, use{read: true})
		}
	}
}

// builtin lists a call of a built-in function; it reports whether it is one.
func (c *collector) builtin(e *ast.CallExpr) bool {
	id, ok := e.Fun.(*ast.Ident)
	if !ok {
		return false
	}
	if _, ok := c.p.info.Uses[id].(*types.Builtin); !ok {
		return false
	}
	for _, arg := range e.Args {
		if !c.p.info.Types[arg].IsType() {
			c.read(arg)
		}
	}
	if id.Name == "close" {
		c.add(use{target: c.p.channel(e.Args[0]), write: true}, e.Pos(), e.End())
	}
	changes := slices.Contains([]string{"append", "copy", "delete", "clear"}, id.Name)
	for i, arg := range e.Args {
		switch _, isMap := c.p.under(arg).(*types.Map); {
		case isMap && (i == 0 || id.Name != "append"):
			c.elements(arg, use{read: true, write: changes})
		case !changes || id.Name == "delete":
		case i == 0:
			c.elements(arg, use{read: id.Name == "append", write: true, fresh: id.Name == "append"})
		case id.Name == "copy" || e.Ellipsis.IsValid():
			c.elements(arg, use{read: true})
		}
	}
	return true
}

// elements lists the elements of a slice, array or map as accessed.
func (c *collector) elements(e ast.Expr, how use) {
	t, ok := c.p.element(e)
	if how.target = t; ok {
		c.add(how, e.Pos(), e.End())
	}
}
