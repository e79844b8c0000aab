//go:build clewinside

package testing

// letGo runs the test without control, as go test would. What it leaves behind goes on, so nothing else can be run in
// this process.
func (b *clewBatch) letGo() {
	clewFree = true
	run := b.job.next()
	if b.job.plainly != nil {
		run = b.job.plainly()
	}
	clewMark(true, 0)
	ended := make(chan bool)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				panic(p) // the run goes on until the process is gone
			}
			close(ended)
		}()
		run.body()
	}()
	<-ended
	clewMark(false, 0)
	b.runs, b.left, b.outside, b.status = 1, 1, true, "pass"
	switch {
	case run.failed():
		b.found("failure", "", 0)
	case run.skipped():
		b.status = "skip"
	}
}
