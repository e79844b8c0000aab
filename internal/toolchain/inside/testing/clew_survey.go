//go:build clewinside

package testing

import (
	"os"
	"strconv"
	"unsafe"
)

// A survey is made by the process that first needs it, in a run that nobody counts, and kept in a file for the others: for
// some tests it makes a difference whether they were run before in the same process.

// learn has the strategies go by the survey of the batch.
func (b *clewBatch) learn() {
	clewSurveyOf = b.of
	p, size := clewSurveyMemory()
	survey := unsafe.Slice((*byte)(p), size)
	path := b.surveys + string(os.PathSeparator) + "survey-" + clewHash(b.of)
	switch text, err := os.ReadFile(path); {
	case b.blind:
		clewSurveyed(false)
	case err == nil && len(text) == len(survey):
		copy(survey, text)
		clewSurveyKnown()
	default:
		b.survey()
		part := path + "-" + strconv.Itoa(os.Getpid())
		if os.WriteFile(part, survey, 0o600) == nil {
			os.Rename(part, path)
		}
	}
}

// survey makes the survey. It is the plain run, so if it comes to a bad end that is for schedule 0 to tell.
func (b *clewBatch) survey() {
	clewMark(true, 0)
	run, verdict := b.run(0, clewSurvey, false)
	_, _, _, _, _, alive, _, _ := clewResults()
	sound := (verdict == clewOK || verdict == clewLeak) && !run.failed()
	clewSurveyed(sound)
	clewLast.clean = alive == 0 && sound && !run.skipped() && !chatty.on
}

// clewHash names a text in a few letters. It is FNV-1a.
func clewHash(text string) string {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return strconv.FormatUint(h, 16)
}
