package viewer

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/goclew/clew/internal/trace"
)

// big makes a trace of very many steps and threads: main starts the others, each of which locks one of some mutexes, waits where that is
// held, and changes an atomic variable, over and over.
func big(steps, threads int) *trace.Trace {
	at := func(line int) *trace.Frame {
		return &trace.Frame{Func: "example.com/m.work", File: "/m/work.go", Line: line}
	}
	places := []*trace.Frame{at(10), at(11), at(12), at(13)}
	g := &generator{t: &trace.Trace{About: trace.About{Test: "TestBig"}, End: "ok"}}
	for i := range 64 {
		g.t.Objects = append(g.t.Objects, &trace.Object{Name: fmt.Sprintf("mutex#%d", i+1), Kind: "mutex", First: places[0]})
	}
	g.t.Objects = append(g.t.Objects, &trace.Object{Name: "atomic#1", Kind: "atomic", First: places[1]})
	main := g.thread("main", nil, places[0])
	g.step(main, "start", nil, places[0])
	all := []*worker{}
	for i := 1; i < threads; i++ {
		g.step(main, "go", nil, places[0])
		all = append(all, &worker{thread: g.thread("main/"+strconv.Itoa(i), main, places[0]), locks: g.t.Objects[i%64]})
	}
	lot := uint32(1)
	for len(g.t.Steps) < steps {
		lot = lot*1664525 + 1013904223
		w := all[int(lot>>8)%len(all)]
		for range 1 + lot>>28 {
			if !g.turn(w, g.t.Objects[64], places) {
				break
			}
		}
	}
	for _, w := range all {
		if w.holds {
			g.t.Held = append(g.t.Held, trace.Held{Object: w.locks, Thread: w.thread})
		}
	}
	return g.t
}

// A generator makes a trace that keeps to the rules.
type generator struct {
	t       *trace.Trace
	holders map[*trace.Object]*worker
	waiting map[*trace.Object][]*worker
}

type worker struct {
	thread  *trace.Thread
	locks   *trace.Object
	holds   bool
	blocked bool
	at      int
}

func (g *generator) thread(name string, by *trace.Thread, entry *trace.Frame) *trace.Thread {
	t := &trace.Thread{Name: name, Parent: by, Entry: entry}
	g.t.Threads = append(g.t.Threads, t)
	g.change(trace.Change{Thread: t, To: trace.New, By: by})
	return t
}

func (g *generator) change(c trace.Change) {
	c.Step = len(g.t.Steps)
	g.t.Changes = append(g.t.Changes, c)
}

func (g *generator) step(t *trace.Thread, op string, o *trace.Object, at *trace.Frame) {
	g.t.Steps = append(g.t.Steps, trace.Step{Time: time.Duration(len(g.t.Steps)) * time.Microsecond, Thread: t, Op: op, Object: o, Frame: at, Pick: -1})
}

// turn lets a worker take a step, and reports whether it can go on.
func (g *generator) turn(w *worker, counter *trace.Object, places []*trace.Frame) bool {
	if g.holders == nil {
		g.holders, g.waiting = map[*trace.Object]*worker{}, map[*trace.Object][]*worker{}
	}
	switch {
	case w.blocked:
		return false
	case !w.holds && g.holders[w.locks] != nil:
		w.blocked = true
		g.waiting[w.locks] = append(g.waiting[w.locks], w)
		g.change(trace.Change{Thread: w.thread, To: trace.Blocked, Wait: "blocked", Op: "lock", Object: w.locks})
		return false
	case !w.holds:
		g.step(w.thread, "lock", w.locks, places[1])
		w.holds, g.holders[w.locks], w.at = true, w, 0
	case w.at < 3:
		g.step(w.thread, "add", counter, places[2])
		w.at++
	default:
		g.step(w.thread, "unlock", w.locks, places[3])
		w.holds, g.holders[w.locks] = false, nil
		if queue := g.waiting[w.locks]; len(queue) > 0 {
			queue[0].blocked = false
			g.waiting[w.locks] = queue[1:]
			g.change(trace.Change{Thread: queue[0].thread, To: trace.Runnable, By: w.thread})
		}
	}
	return true
}

// BenchmarkBigTrace tells how long a trace of 1,000,000 steps of 10,000 threads takes to open, in clew and in the browser, and how long frames take
// while one zooms, pans and scrolls in it.
func BenchmarkBigTrace(b *testing.B) {
	file := filepath.Join(b.TempDir(), "big.trace")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	if err := big(1_000_000, 10_000).WriteBinary(f); err != nil {
		b.Fatal(err)
	}
	f.Close()
	for b.Loop() {
		start := time.Now()
		v, err := Open(file, "")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms-in-clew")
		w := browse(b, "about:blank")
		if _, err := chromedp.Call(w.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		w.do(chromedp.Navigate(serve(b, v).URL()), chromedp.WaitReady("body[data-ready]"))
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms-in-browser")
		b.ReportMetric(w.worked(), "cpu-ms-in-browser")
		for _, way := range []struct{ name, act string }{
			{"whole", "key('d')"}, {"zooming", "key(i % 60 < 30 ? 'w' : 's')"}, {"panning", "key(i % 60 < 30 ? 'd' : 'a')"},
			{"scrolling", "document.getElementById('timeline').scrollTop += 90"}, {"stepping", "key('n')"},
		} {
			before := w.worked()
			b.ReportMetric(w.each(way.act), "ms-a-frame-"+way.name)
			b.ReportMetric((w.worked()-before)/frames, "cpu-ms-a-frame-"+way.name)
		}
	}
}

// frames is how many of them are measured.
const frames = 120

// worked returns how long the page's thread has worked so far, in milliseconds. On a busy machine this tells more than the clock.
func (b *browser) worked() float64 {
	b.t.Helper()
	got, err := chromedp.Call(b.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return m.Value * 1000
		}
	}
	b.t.Fatal("the browser does not tell TaskDuration")
	return 0
}

// each does something in each of many frames, and returns how long one takes on average, in milliseconds.
func (b *browser) each(act string) float64 {
	b.t.Helper()
	took, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](`new Promise((done) => {
		const key = (k) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: k, bubbles: true }));
		let i = 0, start = 0;
		const frame = (now) => {
			if (i === 0) start = now;
			if (i === `+strconv.Itoa(frames)+`) return done((now - start) / i);
			`+act+`;
			i++;
			requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return took
}
