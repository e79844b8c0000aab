package toolchain

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// An EditError tells that an edit found no place in a toolchain's sources.
type EditError struct {
	Edit    string // name of the edit
	File    string // slash path below GOROOT/src
	Release string // "1.26"
	GOROOT  string
	Reason  string
}

func (e *EditError) Error() string {
	return fmt.Sprintf("edit %q of %s does not fit Go %s in %s: %s (clew works with Go %s as they were released)",
		e.Edit, e.File, e.Release, e.GOROOT, e.Reason, releaseList())
}

// An edit is one named change to one file of the standard library.
type edit struct {
	name  string // what the change is for, in a few words
	file  string // slash path below GOROOT/src; "a or b" is the first of the two that there is
	apply func(*source) error
}

// editedFiles returns the standard library's files that clew changes or adds for
// a release such as "1.26": slash paths below src, which is GOROOT/src, with their
// new contents. An edit that finds no place is an [*EditError].
func editedFiles(src, release string) (map[string][]byte, error) {
	files, err := insideFiles()
	if err != nil {
		return nil, err
	}
	misfit := func(edit, file string, err error) error {
		return &EditError{edit, file, release, filepath.Dir(src), err.Error()}
	}
	open := map[string]*source{}
	for _, e := range edits() {
		file := firstThere(src, e.file)
		s := open[file]
		if s == nil {
			if s, err = openSource(src, file); err != nil {
				return nil, misfit(e.name, file, err)
			}
			open[file] = s
		}
		if err := e.apply(s); err != nil {
			return nil, misfit(e.name, file, err)
		}
	}
	for name, s := range open {
		if files[name], err = s.result(); err != nil {
			return nil, misfit("all", name, err)
		}
	}
	if err := addGenerated(files, src, misfit); err != nil {
		return nil, err
	}
	return files, nil
}

// firstThere returns the first of the files in "a or b" that there is below src, or else the last.
func firstThere(src, files string) string {
	names := strings.Split(files, " or ")
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(src, filepath.FromSlash(name))); err == nil {
			return name
		}
	}
	return names[len(names)-1]
}

// A source is a Go file being edited. Places are found in its syntax tree, by
// function and statement; the edits themselves are cuts in the text, so that
// everything else, comments and directives included, stays as it was.
type source struct {
	text []byte
	fset *token.FileSet
	file *ast.File
	cuts []cut
}

// A cut replaces text[from:to].
type cut struct {
	from, to int
	with     string
}

func openSource(src, name string) (*source, error) {
	text, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("no such file")
	}
	return parseSource(name, text)
}

func parseSource(name string, text []byte) (*source, error) {
	s := &source{text: text, fset: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return s, err
}

// result returns the text with all cuts made.
func (s *source) result() ([]byte, error) {
	sort.SliceStable(s.cuts, func(i, j int) bool { return s.cuts[i].from < s.cuts[j].from })
	var out bytes.Buffer
	at := 0
	for _, c := range s.cuts {
		if c.from < at {
			return nil, fmt.Errorf("two edits change the same place")
		}
		out.Write(s.text[at:c.from])
		out.WriteString(c.with)
		at = c.to
	}
	out.Write(s.text[at:])
	return format.Source(out.Bytes())
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

func (s *source) insert(at token.Pos, text string) {
	s.cuts = append(s.cuts, cut{s.offset(at), s.offset(at), text})
}

func (s *source) replace(n ast.Node, text string) {
	s.cuts = append(s.cuts, cut{s.offset(n.Pos()), s.offset(n.End()), text})
}

// fn finds a function by name, "ready" or "(*Mutex).Lock".
func (s *source) fn(name string) (*ast.FuncDecl, error) {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && s.fullName(f) == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("no function %s", name)
}

func (s *source) fullName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return "(" + s.print(f.Recv.List[0].Type) + ")." + f.Name.Name
}

// print returns a node's source in one line, with the spaces that gofmt gives it.
func (s *source) print(n ast.Node) string {
	var b strings.Builder
	printer.Fprint(&b, s.fset, n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// stmts returns the statements of a function whose source is, or begins with,
// text; a text that ends in "…" is a beginning.
func (s *source) stmts(f *ast.FuncDecl, text string) []ast.Stmt {
	prefix, isPrefix := strings.CutSuffix(text, "…")
	var found []ast.Stmt
	ast.Inspect(f.Body, func(n ast.Node) bool {
		st, ok := n.(ast.Stmt)
		if !ok {
			return true
		}
		if _, block := st.(*ast.BlockStmt); block {
			return true
		}
		src := s.print(st)
		if src == text || isPrefix && strings.HasPrefix(src, prefix) {
			found = append(found, st)
		}
		return true
	})
	return found
}

// stmt finds the one statement of a function with the given source.
func (s *source) stmt(fn, text string) (ast.Stmt, error) {
	f, err := s.fn(fn)
	if err != nil {
		return nil, err
	}
	switch found := s.stmts(f, text); len(found) {
	case 0:
		return nil, fmt.Errorf("no statement %q in %s", text, fn)
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("%d statements %q in %s, want one", len(found), text, fn)
	}
}

// atStart inserts code at the beginning of a function.
func atStart(fn, code string) func(*source) error {
	return func(s *source) error {
		f, err := s.fn(fn)
		if err != nil {
			return err
		}
		if f.Body == nil {
			return fmt.Errorf("%s has no body", fn)
		}
		s.insert(f.Body.Lbrace+1, "\n"+code+"\n")
		return nil
	}
}

// before inserts code before a statement of a function.
func before(fn, stmt, code string) func(*source) error {
	return func(s *source) error {
		st, err := s.stmt(fn, stmt)
		if err != nil {
			return err
		}
		s.insert(st.Pos(), code+"\n")
		return nil
	}
}

// after inserts code behind a statement of a function.
func after(fn, stmt, code string) func(*source) error {
	return func(s *source) error {
		st, err := s.stmt(fn, stmt)
		if err != nil {
			return err
		}
		s.insert(st.End(), "\n"+code)
		return nil
	}
}

// beforeLast inserts code before the last of equal statements of a function.
func beforeLast(fn, stmt, code string) func(*source) error {
	return func(s *source) error {
		f, err := s.fn(fn)
		if err != nil {
			return err
		}
		found := s.stmts(f, stmt)
		if len(found) == 0 {
			return fmt.Errorf("no statement %q in %s", stmt, fn)
		}
		s.insert(found[len(found)-1].Pos(), code+"\n")
		return nil
	}
}

// atReturns inserts code wherever a function returns: before each return
// statement that is its own, and at its end.
func atReturns(fn, code string) func(*source) error {
	return func(s *source) error {
		f, err := s.fn(fn)
		if err != nil {
			return err
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				s.insert(n.Pos(), code+"\n")
			}
			return true
		})
		s.insert(f.Body.Rbrace, code+"\n")
		return nil
	}
}

// returned puts a call of wrap around the first result, unless it is nil, wherever a function whose name begins with prefix
// returns; there must be such functions.
func returned(prefix, wrap string) func(*source) error {
	return func(s *source) error {
		n := 0
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || !strings.HasPrefix(s.fullName(f), prefix) {
				continue
			}
			ast.Inspect(f.Body, func(node ast.Node) bool {
				if r, ok := node.(*ast.ReturnStmt); ok && len(r.Results) > 0 && s.print(r.Results[0]) != "nil" {
					s.replace(r.Results[0], wrap+"("+s.print(r.Results[0])+")")
					n++
				}
				return true
			})
		}
		if n == 0 {
			return fmt.Errorf("no function %s… returns anything", prefix)
		}
		return nil
	}
}

// exprs replaces an expression everywhere in a function; it must be there.
func exprs(fn, old, new string) func(*source) error {
	return func(s *source) error {
		f, err := s.fn(fn)
		if err != nil {
			return err
		}
		n := 0
		ast.Inspect(f.Body, func(node ast.Node) bool {
			if e, ok := node.(ast.Expr); ok && s.print(e) == old {
				s.replace(e, new)
				n++
				return false
			}
			return true
		})
		if n == 0 {
			return fmt.Errorf("no expression %q in %s", old, fn)
		}
		return nil
	}
}

// ifThere makes a change to a function that not all releases have.
func ifThere(fn string, change func(fn string) func(*source) error) func(*source) error {
	return func(s *source) error {
		if _, err := s.fn(fn); err != nil {
			return nil
		}
		return change(fn)(s)
	}
}

// field adds a field at the end of a struct type.
func field(typ, decl string) func(*source) error {
	return func(s *source) error {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || t.Name.Name != typ {
					continue
				}
				st, ok := t.Type.(*ast.StructType)
				if !ok {
					return fmt.Errorf("type %s is no struct", typ)
				}
				s.insert(st.Fields.Closing, decl+"\n")
				return nil
			}
		}
		return fmt.Errorf("no type %s", typ)
	}
}

// imported adds an import.
func imported(path string) func(*source) error {
	return func(s *source) error {
		for _, im := range s.file.Imports {
			if im.Path.Value == `"`+path+`"` {
				return nil
			}
		}
		s.insert(s.file.Name.End(), "\n\nimport "+`"`+path+`"`)
		return nil
	}
}

// reimported puts one import in the place of another.
func reimported(old, new string) func(*source) error {
	return func(s *source) error {
		for _, im := range s.file.Imports {
			if im.Path.Value == `"`+old+`"` {
				s.replace(im.Path, `"`+new+`"`)
				return nil
			}
		}
		return fmt.Errorf("no import of %s", old)
	}
}

// all applies changes one after the other.
func all(changes ...func(*source) error) func(*source) error {
	return func(s *source) error {
		for _, c := range changes {
			if err := c(s); err != nil {
				return err
			}
		}
		return nil
	}
}
