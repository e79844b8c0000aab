//go:build !linux

package cli

// workingFolder says that it is not known in which folder go test was called.
func workingFolder() string { return "" }
