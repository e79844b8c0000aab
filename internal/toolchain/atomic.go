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
var atomicTypes = map[string]struct{ unsigned, suffix string }{
	"Int32": {"uint32", ""}, "Uint32": {"uint32", ""},
	"Int64": {"uint64", "64"}, "Uint64": {"uint64", "64"},
	"Uintptr": {"uintptr", "uintptr"},
}

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
		if strings.HasSuffix(f.Name.Name, "Pointer") && f.Name.Name != "LoadPointer" {
			continue // lives in package runtime
		}
		body, err := atomicBody(f)
		if err != nil {
			return err
		}
		linkname := "//go:linkname " + f.Name.Name // package runtime refers to some
		for _, c := range f.Doc.List {
			if c.Text == "//go:noescape" || strings.HasPrefix(c.Text, "//go:linkname") {
				s.replace(c, "//") // the former is only for functions without a body
			}
		}
		s.insert(f.Type.Func, linkname+"\n")
		s.insert(f.End(), body)
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

// atomicBody returns the body for a function such as AddInt64.
func atomicBody(f *ast.FuncDecl) (string, error) {
	name := f.Name.Name
	var params []string
	for _, p := range f.Type.Params.List {
		for _, n := range p.Names {
			params = append(params, n.Name)
		}
	}
	for opName, op := range atomicOps {
		typ, ok := strings.CutPrefix(name, opName)
		if !ok {
			continue
		}
		point := fmt.Sprintf(" {\nclewAtomicOp(%d, unsafe.Pointer(addr), sys.GetCallerPC())\n", op)
		if name == "LoadPointer" {
			return point + "return real.Loadp(unsafe.Pointer(addr))\n}", nil
		}
		t, ok := atomicTypes[typ]
		if !ok {
			continue
		}
		return point + atomicCall(opName, typ, t.unsigned, t.suffix, params) + "\n}", nil
	}
	return "", fmt.Errorf("sync/atomic.%s is an operation that clew does not know", name)
}

func atomicCall(op, typ, unsigned, suffix string, params []string) string {
	own := strings.ToLower(typ)
	ptr := fmt.Sprintf("(*%s)(unsafe.Pointer(addr))", unsigned)
	arg := func(i int) string { return fmt.Sprintf("%s(%s)", unsigned, params[i]) }
	switch op {
	case "Load":
		return fmt.Sprintf("return %s(real.Load%s(%s))", own, suffix, ptr)
	case "Store":
		return fmt.Sprintf("real.Store%s(%s, %s)", suffix, ptr, arg(1))
	case "Swap":
		return fmt.Sprintf("return %s(real.Xchg%s(%s, %s))", own, suffix, ptr, arg(1))
	case "CompareAndSwap":
		return fmt.Sprintf("return real.Cas%s(%s, %s, %s)", suffix, ptr, arg(1), arg(2))
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
		n++
	}
	if n == 0 {
		return fmt.Errorf("no methods")
	}
	return nil
}
