package cpu

import (
	"bytes"
	"os"
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

// TestMain writes the process' peak memory to the file that BENCH_PEAK names.
func TestMain(m *testing.M) {
	code := m.Run()
	if file := os.Getenv("BENCH_PEAK"); file != "" {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			panic(err)
		}
		for line := range bytes.Lines(status) {
			if kilobytes, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
				if err := os.WriteFile(file, bytes.TrimSpace(kilobytes), 0o666); err != nil {
					panic(err)
				}
			}
		}
	}
	os.Exit(code)
}
