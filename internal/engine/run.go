package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goclew/clew/internal/explain"
)

// An outcome is what became of a batch.
type outcome struct {
	done    *done         // nil if the worker died
	finding *foundMessage // nil if there is none, or if the worker died
	races   []raceMessage // those that are new; none if the worker died
	death   *death        // nil if it did not
	index   uint64        // of the last run
	steps   uint64        // of the last run
	runs    int           // completed
	output  string        // of the last run
	log     []byte        // step log, if it was asked for
	haunted bool          // threads of earlier batches are gone from the process
}

// run has a worker do a batch. If no step is done for limit of real time, the worker is ended; 0 is no limit. The error is
// the context's cause, or says how clew failed: a worker's death is an outcome.
func (w *worker) run(ctx context.Context, b batch, limit time.Duration) (*outcome, error) {
	before := w.shm.word(shmRuns)
	b.surveys = w.temp
	w.send(b.command())
	out := &outcome{haunted: w.haunted}
	watch := &watch{limit: limit}
	for out.done == nil && out.death == nil {
		r, err := w.next(ctx, watch)
		switch {
		case errors.Is(err, errDied):
			out.buried(w)
		case errors.Is(err, errHangs):
			out.hung(w, b, limit)
		case err != nil:
			return nil, err
		case r.Race != nil:
			out.races = append(out.races, *r.Race)
		case r.Finding != nil:
			out.finding = r.Finding
		case r.Done != nil:
			out.done = r.Done
			out.output = lastOutput(w, w.stray.take())
			w.haunted = w.haunted || out.done.Gone > 0
		case r.Error != "":
			return nil, fmt.Errorf("the worker refused a command: %s", r.Error)
		default:
			return nil, errors.New("the worker answered run with something else")
		}
	}
	out.index, out.steps = w.shm.word(shmIndex), w.shm.word(shmSteps)
	out.runs = int(w.shm.word(shmRuns) - before)
	if out.death != nil && !out.death.inRun && out.runs == 0 {
		out.index = b.first // it died before the batch began
	}
	if b.logs() {
		out.log = w.shm.log()
	}
	if out.death != nil && out.death.kind == "" {
		return nil, fmt.Errorf("inside the test binary: %s", out.death.message)
	}
	return out, nil
}

// buried fills in the outcome of a worker that died.
func (o *outcome) buried(w *worker) {
	var before string
	o.death, before = autopsy(w, w.stray.take())
	o.output = lastOutput(w, before)
}

// hung ends a worker whose run does not move, and fills in where it was.
func (o *outcome) hung(w *worker, b batch, limit time.Duration) {
	inRun := w.shm.word(shmRunning) == 1
	dump := w.stacks()
	flag := " (a -timeout allows more)"
	if b.wall > 0 {
		limit, flag = time.Duration(b.wall)*time.Millisecond, ""
	}
	o.death = &death{kind: "livelock", inRun: inRun, crash: dump,
		message: fmt.Sprintf("livelock: no step for %v of real time%s", limit.Round(100*time.Millisecond), flag),
		stack:   runningStack(dump, ownFrame)}
	if !inRun {
		o.death.message += ", between two runs"
	}
	o.output = lastOutput(w, "")
}

// lastOutput is what the last run wrote: through the testing package, and past it.
func lastOutput(w *worker, stray string) string {
	text, lost := w.shm.output()
	if lost > 0 {
		text = fmt.Sprintf("%s\n… %d bytes of output left out …\n", text, lost)
	}
	if stray == "" {
		return text
	}
	return closeLine(stray) + text
}

// ownFrame reports whether a call of a crash report is in the user's code.
func ownFrame(f crashFrame) bool { return !explain.Hidden(f.frame().Package()) }
