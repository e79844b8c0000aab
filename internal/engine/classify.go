package engine

import (
	"github.com/goclew/clew/internal/explain"
	"github.com/goclew/clew/internal/report"
	"github.com/goclew/clew/internal/source"
	"github.com/goclew/clew/internal/trace"
)

// classify fills in which kind of bug a finding is, if that is certain, and the steps that show it.
func (e *engine) classify(f *report.Finding, c *explain.Case, raced []*trace.Object) {
	c.Kind, c.Message, c.Where = f.Kind, f.Message, e.where
	class := explain.Classify(c)
	if class != nil {
		f.Class, f.Says, f.Cure = class.Name, class.Says, class.Cure
	}
	f.Story = explain.Lines(c, class, raced)
}

// tellRace returns a race as a finding of the run that showed it.
func (t *testRun) tellRace(c *confirmation, r *foundRace) report.Finding {
	f := r.in(c.finding)
	if r.race != nil {
		t.e.classify(&f, &explain.Case{Trace: c.trace, Race: r.race, Variable: r.told.Variable}, nil)
	}
	return f
}

// called returns what names variables: those that were raced on as they are known, atomic variables as two of their operations show.
func (e *engine) called(tr *trace.Trace, raced map[*trace.Object]explain.Variable) func(*trace.Object) (explain.Variable, bool) {
	atomics := map[*trace.Object]*explain.Variable{}
	return func(o *trace.Object) (explain.Variable, bool) {
		if v, ok := raced[o]; ok || o.Kind != "atomic" {
			return v, ok
		}
		if atomics[o] == nil {
			v := e.atomicVariable(tr, o)
			atomics[o] = &v
		}
		return *atomics[o], atomics[o].Name != ""
	}
}

// atomicVariable finds out what an atomic variable is called: its name is empty if that is not certain.
func (e *engine) atomicVariable(tr *trace.Trace, o *trace.Object) explain.Variable {
	var uses []source.Access
	for i := range tr.Steps {
		s := &tr.Steps[i]
		if s.Object != o || s.Frame == nil {
			continue
		}
		use := source.Access{File: s.Frame.File, Line: s.Frame.Line, Function: s.Frame.Func, Atomic: true, Write: s.Op != "load"}
		if len(uses) == 0 || len(uses) == 1 && uses[0] != use {
			uses = append(uses, use)
		}
	}
	if len(uses) == 0 {
		return explain.Variable{}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	found, ok := e.sources.Variable(uses[0], uses[len(uses)-1], source.Memory{})
	if !ok {
		return explain.Variable{}
	}
	return explain.Variable{Name: found.Name, Type: found.Type, Kind: found.Kind, Size: found.Size}
}
