package letters

import (
	"fmt"
	"strings"
	"testing"
)

func TestEachThreadKeepsItsOrder(t *testing.T) {
	got := Write("abc", "123")
	fmt.Println(got)

	isLetter := func(r rune) bool { return r >= 'a' }
	letters := strings.Join(strings.FieldsFunc(got, func(r rune) bool { return !isLetter(r) }), "")
	digits := strings.Join(strings.FieldsFunc(got, isLetter), "")
	if letters != "abc" || digits != "123" {
		t.Errorf("the sheet says %q", got)
	}
}
