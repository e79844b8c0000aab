//go:build unix

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// runScript runs a shell script in the place of the go command. The script may interrupt clew, whose
// process number is in $CLEW.
func runScript(t *testing.T, script string) (goTest, string) {
	t.Helper()
	var out bytes.Buffer
	env := append(os.Environ(), "CLEW="+strconv.Itoa(os.Getpid()))
	result, err := runGo("/bin/sh", []string{"-c", script}, t.TempDir(), env, &out, &out)
	if err != nil {
		t.Fatal(err)
	}
	return result, out.String()
}

func TestRunGoGivesTheExitCode(t *testing.T) {
	result, out := runScript(t, "echo hello; exit 7")
	if result != (goTest{exit: 7}) || out != "hello\n" {
		t.Errorf("got %+v, output %q", result, out)
	}
}

func TestRunGoSaysThatThereIsNothingToRun(t *testing.T) {
	if _, err := runGo(filepath.Join(t.TempDir(), "go"), nil, ".", nil, nil, nil); err == nil {
		t.Error("want an error")
	}
}

func TestInterruptReachesWhatTheGoCommandStarted(t *testing.T) {
	result, out := runScript(t, `
		sh -c 'trap "echo saved; exit 1" INT; kill -TERM $CLEW; while :; do sleep 0.01; done'
		exit $?`)
	if out != "saved\n" || !result.interrupted {
		t.Errorf("got %+v, output %q", result, out)
	}
}

func TestSecondInterruptKills(t *testing.T) {
	result, _ := runScript(t, `
		trap "kill -INT $CLEW" INT
		kill -INT $CLEW
		while :; do sleep 0.01; done`)
	if result.exit == 0 || !result.interrupted {
		t.Errorf("got %+v", result)
	}
}
