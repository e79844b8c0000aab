package settings

import (
	"sync"
	"testing"
)

func TestDescribeWhileSetting(t *testing.T) {
	s := New(map[string]string{"host": "localhost", "port": "80"})

	var address string
	var wg sync.WaitGroup
	wg.Go(func() { address = s.Describe() })
	wg.Go(func() { s.Set("port", "8080") })
	wg.Wait()

	if address != "localhost:80" && address != "localhost:8080" {
		t.Errorf("address is %q", address)
	}
}
