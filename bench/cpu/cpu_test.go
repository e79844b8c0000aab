package cpu

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"
)

func TestSort(t *testing.T) {
	if !Sort(1_000_000) {
		t.Error("two ways to sort lead to two orders")
	}
}

func TestJSON(t *testing.T) {
	if n := JSON(20_000); n != 20_000 {
		t.Errorf("%d people came back, want 20,000", n)
	}
}

func TestMaps(t *testing.T) {
	if n := Maps(1_000_000); n != 501_000 {
		t.Errorf("%d keys are left, want 501,000", n)
	}
}

func TestTree(t *testing.T) {
	if n := Tree(300_000); n != 300_000 {
		t.Errorf("%d keys, want 300,000", n)
	}
}

func TestShared(t *testing.T) {
	if n := Shared(4, 200_000); n < 100_000 || n > 200_000 {
		t.Errorf("%d keys, want most of 200,000", n)
	}
}

// TestMain writes to the file that BENCH_USED names what the process has used, in Linux's words: "VmHWM", its peak memory in
// kB, and its processor time in clock ticks of 10 ms.
func TestMain(m *testing.M) {
	code := m.Run()
	if file := os.Getenv("BENCH_USED"); file != "" {
		if err := os.WriteFile(file, used(), 0o666); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

func used() []byte {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, peak, _ := bytes.Cut(status, []byte("VmHWM:"))
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		panic(err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')'):]) // from the third on
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return fmt.Appendf(nil, "%s %d", bytes.Fields(peak)[0], user+system)
}
