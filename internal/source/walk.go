package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
)

// usesAt lists what a line of a file accesses. The function's name tells the function literals on a line apart; it may be
// empty. Of a statement on several lines it lists what is on this one, or all if nothing is.
func (p *pkg) usesAt(file string, line int, function string) []use {
	c := &collector{p: p}
	tree := p.files[filepath.Base(file)]
	if tree == nil {
		return nil
	}
	depth := literals(function)
	p.walk(tree, 0, func(n ast.Node, at int) {
		from, to := p.lines(n)
		if from <= line && line <= to && (depth < 0 || depth == at) {
			c.statement(n)
		}
	})
	var here, all []use
	for _, u := range c.uses {
		all = append(all, u.use)
		if u.from <= line && line <= u.to {
			here = append(here, u.use)
		}
	}
	if len(here) > 0 {
		return here
	}
	return all
}

// lines returns the first and last line of what a statement accesses by itself.
func (p *pkg) lines(n ast.Node) (from, to int) {
	end := n.End()
	switch n := n.(type) {
	case *ast.RangeStmt:
		end = n.X.End()
	case *ast.SelectStmt:
		end = n.Pos()
	}
	return p.fset.Position(n.Pos()).Line, p.fset.Position(end).Line
}

// walk visits each statement and each condition, with the number of function literals around it.
func (p *pkg) walk(n ast.Node, depth int, visit func(n ast.Node, depth int)) {
	expression := func(e ast.Expr) {
		if e != nil {
			visit(e, depth)
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			p.walk(n.Body, depth+1, visit)
			return false
		case *ast.AssignStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.SendStmt, *ast.ReturnStmt, *ast.GoStmt, *ast.DeferStmt,
			*ast.ValueSpec, *ast.RangeStmt, *ast.SelectStmt:
			visit(n, depth)
		case *ast.IfStmt:
			expression(n.Cond)
		case *ast.ForStmt:
			expression(n.Cond)
		case *ast.SwitchStmt:
			expression(n.Tag)
		case *ast.CaseClause:
			for _, e := range n.List {
				expression(e)
			}
		}
		return true
	})
}

var literal = regexp.MustCompile(`^(func)?\d+(-range\d+)*$`)

// literals is in how many function literals the code of a function is, by its full name: two in p.F.func1.2. It is -1 for
// an empty name.
func literals(function string) int {
	if function == "" {
		return -1
	}
	n := 0
	for _, part := range strings.Split(function[strings.LastIndexByte(function, '/')+1:], ".")[1:] {
		if literal.MatchString(part) {
			n++
		}
	}
	return n
}

// findShared finds the local variables that other threads may know: a function literal uses them, or their address is taken.
func (p *pkg) findShared() map[types.Object]bool {
	shared := map[types.Object]bool{}
	share := func(e ast.Expr) {
		if o := p.root(e); o != nil {
			shared[o] = true
		}
	}
	var inside func(n ast.Node, from, to token.Pos)
	inside = func(n ast.Node, from, to token.Pos) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				if n.Pos() != from {
					inside(n, n.Pos(), n.End())
					return false
				}
			case *ast.Ident:
				if o := p.info.Uses[n]; o != nil && from.IsValid() && (o.Pos() < from || o.Pos() >= to) {
					shared[o] = true
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					share(n.X)
				}
			case *ast.SliceExpr:
				share(n.X)
			case *ast.SelectorExpr:
				if s := p.info.Selections[n]; s == nil || s.Kind() == types.MethodVal {
					share(n.X)
				}
			}
			return true
		})
	}
	for _, file := range p.files {
		inside(file, token.NoPos, token.NoPos)
	}
	return shared
}
