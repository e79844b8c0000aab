package toolchain

import (
	"fmt"
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/goclew/clew/internal/strategy"
)

// The functions of sync/atomic are declared in its doc files and implemented in
// assembly. atomicFiles gives them bodies in Go: the point first, then the
// operation of internal/runtime/atomic.

// atomicOps maps the operation in a function's name to clew's name for it.
var atomicOps = map[string]strategy.Op{
	"Swap": strategy.OpSwap, "CompareAndSwap": strategy.OpCAS, "Add": strategy.OpAdd,
	"And": strategy.OpAnd, "Or": strategy.OpOr, "Load": strategy.OpLoad, "Store": strategy.OpStore,
}

// atomicTypes maps the type in a function's name to the unsigned type of its width,
// and the suffix that internal/runtime/atomic gives it.
var atomicTypes = map[string]atomicType{
	"Int32": {"uint32", ""}, "Uint32": {"uint32", ""},
	"Int64": {"uint64", "64"}, "Uint64": {"uint64", "64"},
	"Uintptr": {"uintptr", "uintptr"},
	"Pointer": {"unsafe.Pointer", "p"}, // loads only
}

type atomicType struct{ unsigned, suffix string }

func atomicFiles(src string) (map[string][]byte, error) {
	names, err := filepath.Glob(filepath.Join(src, "sync", "atomic", "doc*.go"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no files sync/atomic/doc*.go")
	}
	files := map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file := path.Join("sync/atomic", filepath.Base(name))
		s, err := parseSource(file, text)
		if err != nil {
			return nil, err
		}
		if err := giveBodies(s); err != nil {
			return nil, err
		}
		if files[file], err = s.result(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func giveBodies(s *source) error {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body != nil {
			continue
		}
		if !hasBody(f.Name.Name) {
			continue
		}
		body, err := atomicBody(f)
		if err != nil {
			return err
		}
		for _, c := range f.Doc.List {
			if strings.HasPrefix(c.Text, "//go:") {
				s.replace(c, "//") // noescape is only for functions without a body
			}
		}
		// Package runtime refers to some by linkname.
		s.insert(f.Type.Func, "//go:linkname "+f.Name.Name+"\n")
		s.insert(f.End(), body)
		s.insert(f.End(), "\n\n"+s.raw(f))
	}
	for _, change := range []func(*source) error{
		imported("internal/runtime/sys"),
		func(s *source) error {
			s.insert(s.file.Name.End(), "\n\nimport real \"internal/runtime/atomic\"")
			return nil
		},
		imported("unsafe"),
	} {
		if err := change(s); err != nil {
			return err
		}
	}
	return nil
}

// atomicBody returns the body for a function such as AddInt64: the point, and a call of
// rawAddInt64, which does the work. Methods call the latter, being points themselves.
func atomicBody(f *ast.FuncDecl) (string, error) {
	op, _, _, err := atomicName(f.Name.Name)
	if err != nil {
		return "", err
	}
	call := "raw" + f.Name.Name + "(" + strings.Join(paramNames(f), ", ") + ")"
	if f.Type.Results != nil {
		call = "return " + call
	}
	return fmt.Sprintf(" {\nclewAtomicOp(%d, unsafe.Pointer(addr), sys.GetCallerPC())\n%s\n}", atomicOps[op], call), nil
}

// raw returns the function that does the work of f.
func (s *source) raw(f *ast.FuncDecl) string {
	signature := strings.Replace(s.print(f.Type), "func(", "(", 1)
	op, typ, t, _ := atomicName(f.Name.Name)
	body := fmt.Sprintf("clewEdge(%d, unsafe.Pointer(addr), unsafe.Sizeof(*addr))\n", atomicOps[op])
	body += atomicCall(op, typ, t.unsigned, t.suffix, paramNames(f))
	return "//go:nocheckptr\nfunc raw" + f.Name.Name + signature + " {\n" + body + "\n}\n"
}

func paramNames(f *ast.FuncDecl) []string {
	var params []string
	for _, p := range f.Type.Params.List {
		for _, n := range p.Names {
			params = append(params, n.Name)
		}
	}
	return params
}

// atomicName splits a name such as AddInt64.
func atomicName(name string) (op, typ string, t atomicType, err error) {
	for op := range atomicOps {
		if typ, ok := strings.CutPrefix(name, op); ok {
			if t, ok := atomicTypes[typ]; ok {
				return op, typ, t, nil
			}
		}
	}
	return "", "", t, fmt.Errorf("sync/atomic.%s is an operation that clew does not know", name)
}

func atomicCall(op, typ, unsigned, suffix string, params []string) string {
	own := strings.ToLower(typ)
	ptr := fmt.Sprintf("(*%s)(unsafe.Pointer(addr))", unsigned)
	arg := func(i int) string { return fmt.Sprintf("%s(%s)", unsigned, params[i]) }
	switch op {
	case "Load":
		if typ == "Pointer" {
			return "return real.Loadp(unsafe.Pointer(addr))"
		}
		return fmt.Sprintf("return %s(real.Load%s(%s))", own, suffix, ptr)
	case "Store":
		return fmt.Sprintf("real.Store%s(%s, %s)", suffix, ptr, arg(1))
	case "Swap":
		return fmt.Sprintf("return %s(real.Xchg%s(%s, %s))", own, suffix, ptr, arg(1))
	case "CompareAndSwap":
		return fmt.Sprintf("swapped = real.Cas%s(%s, %s, %s)\nif swapped {\nclewSwapped(unsafe.Pointer(addr))\n}\nreturn swapped",
			suffix, ptr, arg(1), arg(2))
	case "Add":
		delta := map[string]string{"": "int32", "64": "int64", "uintptr": "uintptr"}[suffix]
		return fmt.Sprintf("return %s(real.Xadd%s(%s, %s(%s)))", own, suffix, ptr, delta, params[1])
	default: // And, Or
		if suffix == "" {
			suffix = "32"
		}
		return fmt.Sprintf("return %s(real.%s%s(%s, %s))", own, op, suffix, ptr, arg(1))
	}
}

// hasBody reports whether a function of sync/atomic is one that giveBodies looks after:
// those that write pointers live in package runtime.
func hasBody(name string) bool {
	_, typ, _, err := atomicName(name)
	return err == nil && (typ != "Pointer" || name == "LoadPointer")
}

// atomicMethods makes the methods of sync/atomic's types points.
func atomicMethods(s *source) error {
	n := 0
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil || len(f.Recv.List[0].Names) == 0 {
			continue
		}
		op, ok := atomicOps[f.Name.Name]
		if !ok {
			return fmt.Errorf("%s is an operation that clew does not know", s.fullName(f))
		}
		s.insert(f.Body.Lbrace+1, fmt.Sprintf("\nclewAtomicOp(%d, unsafe.Pointer(%s), sys.GetCallerPC())\n", op, f.Recv.List[0].Names[0].Name))
		ast.Inspect(f.Body, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if fn, ok := call.Fun.(*ast.Ident); ok && hasBody(fn.Name) {
					s.insert(fn.Pos(), "raw")
				}
			}
			return true
		})
		n++
	}
	if n == 0 {
		return fmt.Errorf("no methods")
	}
	return nil
}
