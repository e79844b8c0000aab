package viewer

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/goclew/clew/internal/trace"
)

// A browser shows a page and keeps what its console complains about.
type browser struct {
	t    testing.TB
	ctx  context.Context
	mu   sync.Mutex
	said []string
}

// browse opens a page, and waits until it shows its trace, unless it is empty. Without a browser the test is skipped.
func browse(t testing.TB, url string) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on PATH, which shows the page in this test")
	}
	flags := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 900), chromedp.WSURLReadTimeout(time.Minute)}
	for _, f := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		flags = append(flags, chromedp.Flag(f, true))
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), flags...)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(func() { end(); stop() })
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if url != "about:blank" {
		b.do(chromedp.Navigate(url), chromedp.WaitReady("body[data-ready]"))
	}
	t.Cleanup(b.quiet)
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, fmt.Sprint("exception: ", e.ExceptionDetails.Text, " ", e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprint("console.", e.Type))
	case *log.EventEntryAdded:
		b.said = append(b.said, e.Entry.Text+" "+e.Entry.URL)
	}
}

// quiet checks that the console had nothing to complain about.
func (b *browser) quiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.said {
		b.t.Errorf("the console says: %s", s)
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("the browser: %v; its console says: %q", err, b.said)
	}
}

// press types keys, one after the other.
func (b *browser) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// eval returns what an expression gives, as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return result
}

// is waits until an expression gives what is wanted.
func (b *browser) is(expression, want string) {
	b.t.Helper()
	b.until(expression, func(got string) bool { return got == want }, want)
}

// shows waits until a part of the page has a text, or lacks it if that begins with "no ".
func (b *browser) shows(part, text string) {
	b.t.Helper()
	without, no := strings.CutPrefix(text, "no ")
	b.until(fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", part), func(got string) bool { return strings.Contains(got, without) != no }, text)
}

// until waits for a while.
func (b *browser) until(expression string, done func(got string) bool, want string) {
	b.t.Helper()
	got := ""
	for range 200 {
		if got = b.eval(expression); done(got) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.t.Errorf("%s is %q, want %q", expression, got, want)
}

// recorded opens a recorded trace of one of the examples; testdata/examples has their sources as they were then.
func recorded(t *testing.T, name string) *Viewer {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs("testdata/examples")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "run.txt")
	moved := strings.ReplaceAll(string(text), "/src/clew/examples", filepath.ToSlash(examples))
	if err := os.WriteFile(file, []byte(moved), 0o666); err != nil {
		t.Fatal(err)
	}
	v, err := Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDeadlockIsShownFromItsFirstStepToItsCircle(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "philosophers")).URL())
	b.shows("#finding", "main/1, main/2, main/3 and 2 more wait for each other")
	b.shows("#step", "The run ended: deadlock. 6 threads have not ended, 6 blocked.")
	b.shows("#graph", "They wait for each other")
	b.shows("#graph ul", "main/1 waits for mutex#2, held by main/2")
	b.shows("#source", "t.forks[right].Lock()")
	b.shows("#threads tbody", "lock mutex#2, held by main/2")
	b.press(kb.Home)
	b.shows("#step", "Step 1 of 27")
	b.is("document.getElementById('graph').hidden", "true")
	b.press(kb.ArrowRight, kb.ArrowRight)
	b.shows("#step", "Step 3 of 27")
	b.shows("#step", "starts main/1")
	b.press("n")
	b.shows("#step", "Step 13 of 27")
	b.shows("#said", "Step 13: main/3 TestEverybodyEats.func1, start")
	b.press("t")
	b.shows("#step", "lock mutex#1 at table.go:21")
	b.shows("#source .line.current", "t.forks[left].Lock()")
	b.shows("#threads tr[aria-current]", "mutex#1")
	b.press("f")
	b.shows("#step", "The end")
}

func TestEveryStepAndEveryThreadIsWhatTheTraceSays(t *testing.T) {
	v := recorded(t, "lostwakeup")
	b := browse(t, serve(t, v).URL()+"#step=1")
	for i, want := range []string{"main TestEverybodyGetsThrough start", "add waitgroup#1", "go", "main/1", "lock mutex#1", "load atomic#1"} {
		b.shows("#step", fmt.Sprintf("Step %d of 17", i+1))
		for _, word := range strings.Fields(want) {
			b.shows("#step", word)
		}
		b.press("j")
	}
	b.press(kb.End)
	b.shows("#threads tbody tr[data-thread='1']", "wait waitgroup#1")
	b.shows("#threads tbody tr[data-thread='2']", "wait cond#1")
	b.shows("#threads tbody tr[data-thread='3']", "terminated")
}

func TestRaceIsShownSideBySideWithItsValues(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "tornrange")).URL())
	b.shows("#step", "Step 6 of 11")
	b.shows("#race .access:first-child", "main/1 writes")
	b.shows("#race .access:first-child", "l.low = low")
	b.shows("#race .access:last-child", "main reads")
	b.shows("#values", "memory#1")
	b.shows("#values", "30")
	b.shows("#values", "no memory#2")
	b.press(kb.ArrowRight)
	b.shows("#values", "memory#2")
	b.do(chromedp.Click("#race .access:first-child button"))
	b.shows("#step", "Step 5 of 11")
}

func TestReaderBehindAWriterIsNotSaidToWaitForReaders(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "rwmutexwriter")).URL())
	b.shows("#graph ul", "main/1 waits for rwmutex#1, behind the writer main/2")
	b.shows("#graph ul", "main/2 waits for rwmutex#1, held by main/1")
}

func TestLinkLeadsToAStepAndFollowsIt(t *testing.T) {
	s := serve(t, recorded(t, "philosophers"))
	b := browse(t, s.URL()+"#step=17&thread=main/4&filter=object:mutex%233")
	b.shows("#step", "Step 17 of 27")
	b.shows("#threads tr[aria-current]", "main/4")
	b.shows("#threads h2", "2 of 6")
	b.press(kb.ArrowRight)
	b.shows("#step", "Step 18 of 27")
	b.is("location.hash", "#step=18&thread=main%2F4&filter=object%3Amutex%233")
	b.eval("location.hash = '#step=end'")
	b.shows("#step", "The end")
	b.shows("#threads h2", "no of 6")
}

func TestSearchFiltersThreadsAndFindsSteps(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "philosophers")).URL()+"#step=1")
	b.press("/", kb.Backspace) // the browser is driven below the page, which cannot keep the / out of the box here
	b.press("object:mutex#4")
	b.shows("#threads h2", "2 of 6")
	b.shows("#threads tbody", "no main/1")
	b.press(kb.Enter)
	b.shows("#step", "lock mutex#4")
	b.shows("#step", "main/4")
	b.press(kb.Escape)
	for _, c := range []struct{ text, count string }{{"state:blocked", "6"}, {"thread:main", "1 of 6"}, {"thread:main/*", "5 of 6"}, {"-thread:main/1", "5 of 6"}, {"nothing-like-it", "0 of 6"}} {
		b.eval("location.hash = '#step=end&filter=" + c.text + "'")
		b.shows("#threads h2 small", c.count)
	}
}

func TestEverythingIsReachedByKeyboard(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "poolleak")).URL())
	b.press("?")
	b.shows("#help", "the next switch to another thread")
	b.press(kb.Escape)
	width := "document.getElementById('canvas').width > 0"
	if b.eval(width) != "true" {
		t.Fatal("the timeline has no width")
	}
	for _, key := range []string{"w", "w", "d", "a", "s", "0", "x", "o", "l", "x", kb.ArrowDown, kb.ArrowUp, "T", "N"} {
		b.press(key)
	}
	b.press(kb.Home, " ")
	b.shows("#controls [data-action=play]", "stop")
	b.shows("#step", "Step 3 of")
	b.press(" ")
	b.shows("#controls [data-action=play]", "play")
	reached := map[string]bool{}
	for range 60 {
		b.press(kb.Tab)
		reached[b.eval("document.activeElement.dataset.action ?? document.activeElement.id ?? ''")] = true
		reached[b.eval("document.activeElement.getAttribute('aria-label') ?? ''")] = true
	}
	for _, want := range []string{"first", "previous", "play", "next", "switch", "thread", "finding", "search", "number", "axis", "help", "timeline", "Table of threads", "Lines of source"} {
		if !reached[want] {
			t.Errorf("Tab does not lead to %s", want)
		}
	}
}

func TestWrittenPageOpensFromDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := recorded(t, "philosophers").WriteHTML(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	b := browse(t, "file://"+filepath.ToSlash(file)+"#step=14")
	b.shows("#step", "Step 14 of 27")
	b.shows("#source .line.current", "t.forks[left].Lock()")
	b.press("f")
	b.shows("#graph", "They wait for each other")
}

// Whatever a trace says is text: in names, messages, places, and in the sources.
func TestTextOfATraceStaysText(t *testing.T) {
	const attack = `</title></script><script>document.title='hit'</script><img src=x onerror="document.title='hit'"><!--`
	root := write(t, map[string]string{"go.mod": "module m", "a.go": "package m // " + attack + "\n"})
	tr := sample(root, filepath.Join(root, "a.go"))
	elsewhere := &trace.Frame{Func: "m." + attack, File: "/" + attack + ".go", Line: 1}
	object := &trace.Object{Name: attack, Kind: "mutex", First: elsewhere, Called: attack}
	other := &trace.Thread{Name: "main/" + attack, Called: attack, Parent: tr.Threads[0], Entry: elsewhere, State: "blocked", WaitOp: attack, WaitsOn: object, Stack: []*trace.Frame{elsewhere}}
	tr.About = trace.About{Test: "Test" + attack, Package: attack, Go: attack, Root: root}
	tr.Finding = &trace.Finding{Kind: "race", Message: attack, Story: []trace.Sentence{{Step: 1, Text: attack}}}
	tr.Threads, tr.Objects = append(tr.Threads, other), []*trace.Object{object}
	tr.Steps[0].Preempted = true
	tr.Steps = append(tr.Steps, trace.Step{Thread: other, Op: attack, Object: object, Frame: tr.Steps[0].Frame, Pick: -1})
	tr.Changes = append(tr.Changes, trace.Change{Step: 1, Thread: other, To: trace.New, By: tr.Threads[0]},
		trace.Change{Step: 2, Thread: other, To: trace.Blocked, Wait: "blocked", Op: attack, Object: object})
	at := trace.Access{Thread: other, Op: attack, Step: 2, Stack: []*trace.Frame{tr.Steps[0].Frame, elsewhere}}
	tr.Races = []*trace.Race{{Object: object, First: at, Second: at}}
	v := open(t, tr)
	page := filepath.Join(t.TempDir(), "run.html")
	f, err := os.Create(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.WriteHTML(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for way, url := range map[string]string{"served": serve(t, v).URL(), "written": "file://" + filepath.ToSlash(page)} {
		t.Run(way, func(t *testing.T) {
			b := browse(t, url)
			for _, part := range []string{"#test", "#about", "#finding", "#story", "#race", "#step", "#source", "#threads"} {
				b.shows(part, "onerror=")
			}
			b.press("n", "t", kb.End, kb.Home)
			b.shows("#step", "a preemption")
			if got := b.eval("document.title"); got == "hit" || !strings.Contains(got, attack) {
				t.Errorf("the title is %q", got)
			}
			if n := b.eval("document.images.length"); n != "0" {
				t.Errorf("%s images have come into the page", n)
			}
		})
	}
}

// What got into the page all the same could not run: the policy forbids what is not the page's own.
func TestPolicyLetsNothingElseRun(t *testing.T) {
	b := browse(t, serve(t, recorded(t, "poolleak")).URL())
	for _, try := range []string{
		"document.body.innerHTML = '<b>'",
		"document.body.appendChild(Object.assign(document.createElement('script'), {text: 'document.title = 1'}))",
	} {
		if got := b.eval("(() => { try { " + try + "; return 'ran' } catch (e) { return 'refused' } })()"); got != "refused" {
			t.Errorf("%s %s", try, got)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = nil // the browser has said what it refused
}
