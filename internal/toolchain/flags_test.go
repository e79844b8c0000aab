package toolchain

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestTestArgs(t *testing.T) {
	const before = "-overlay=/o.json"
	const exec = "-exec='/a clew/clew' exec -seed=1"
	const compiler = "-gcflags=all=-race -d=checkptr=0|-gcflags=testing="
	const profile = "-pgo=/inside.pprof|" + exec
	for _, c := range []struct {
		name    string
		goflags string
		user    string
		want    string // | between arguments
	}{
		{"nothing", "", "", before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout=0"},
		{"packages and flags stay", "", "-v -run X ./... -count=1 -args -race -tags=x",
			before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout=0|-v|-run|X|./...|-count=1|-args|-race|-tags=x"},
		{"tags with a space", "", "-tags a,b .", before + "|-tags=race,underclew,a,b|" + compiler + "|" + profile + "|-timeout=0|."},
		{"tags with equals", "", "--tags=a .", before + "|-tags=race,underclew,a|" + compiler + "|" + profile + "|-timeout=0|."},
		{"race among the tags", "", "-tags=a,race,b", before + "|-tags=race,underclew,a,b|" + compiler + "|" + profile + "|-timeout=0"},
		{"tags of GOFLAGS", "-tags=env", ".", before + "|-tags=race,underclew,env|" + compiler + "|" + profile + "|-timeout=0|."},
		{"the command line hides them", "-tags=env", "-tags=cmd", before + "|-tags=race,underclew,cmd|" + compiler + "|" + profile + "|-timeout=0"},
		{"race is dropped", "", "-race -v -race=true", before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout=0|-v"},
		{"race in GOFLAGS is switched off", "-race", ".", before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-race=false|-timeout=0|."},
		{"gcflags for the packages", "", "-gcflags=-N=1", before + "|-tags=race,underclew|" + compiler + "|-gcflags=-race -d=checkptr=0 -N=1|" + profile + "|-timeout=0"},
		{"gcflags for a pattern", "", "-gcflags all=-l -gcflags=m/...=-N",
			before + "|-tags=race,underclew|" + compiler + "|-gcflags=all=-race -d=checkptr=0 -l|-gcflags=m/...=-race -d=checkptr=0 -N|" + profile + "|-timeout=0"},
		{"no gcflags", "", "-gcflags=", before + "|-tags=race,underclew|" + compiler + "|-gcflags=-race -d=checkptr=0|" + profile + "|-timeout=0"},
		{"gcflags of GOFLAGS", "-gcflags=-N -mod=mod", "-gcflags=-l",
			before + "|-tags=race,underclew|" + compiler + "|-gcflags=-race -d=checkptr=0 -N|-gcflags=-race -d=checkptr=0 -l|" + profile + "|-timeout=0"},
		{"timeout given", "", "-timeout 5s .", before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout|5s|."},
		{"timeout given as test.timeout", "", "-test.timeout=5s", before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-test.timeout=5s"},
		{"timeout in GOFLAGS", "-timeout=5s", "", before + "|-tags=race,underclew|" + compiler + "|" + profile},
		{"profile given", "", "-pgo off .", before + "|-tags=race,underclew|" + compiler + "|" + exec + "|-timeout=0|-pgo|off|."},
		{"profile in GOFLAGS", "-pgo=auto", "", before + "|-tags=race,underclew|" + compiler + "|" + exec + "|-timeout=0"},
		{"chdir comes first", "", "-v -C dir .", "-C|dir|" + before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout=0|-v|."},
		{"others pass", "", "-c -o x -json -coverprofile=c -list .",
			before + "|-tags=race,underclew|" + compiler + "|" + profile + "|-timeout=0|-c|-o|x|-json|-coverprofile=c|-list|."},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &Overlay{JSON: "/o.json", GOFLAGS: c.goflags}
			got, err := TestArgs(o, []string{"/a clew/clew", "exec", "-seed=1"}, strings.Fields(c.user))
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Split(c.want, "|"); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestTestArgsRefuses(t *testing.T) {
	for _, c := range []struct{ goflags, user, want string }{
		{"", "-exec sudo .", "-exec on the command line cannot be used with clew"},
		{"", "--overlay=x .", "-overlay on the command line cannot be used"},
		{"-exec=sudo", "", "-exec in GOFLAGS cannot be used"},
		{"'-overlay=a b'", "", "-overlay in GOFLAGS cannot be used"},
		{"", "-msan", "-msan on the command line cannot be used"},
		{"", "-fuzz FuzzX", "-fuzz on the command line cannot be used"},
		{"'-x", "", "GOFLAGS: unterminated '"},
	} {
		_, err := TestArgs(&Overlay{GOFLAGS: c.goflags}, nil, strings.Fields(c.user))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || !errors.As(err, new(*UsageError)) {
			t.Errorf("GOFLAGS=%s go test %s: got %v, want %s", c.goflags, c.user, err, c.want)
		}
	}
}

func TestMergedGOFLAGS(t *testing.T) {
	o := &Overlay{JSON: "/a b/o.json", GOFLAGS: "-mod=mod -tags=x -race -gcflags=-N"}
	flags, err := TestArgs(o, []string{"/a b/clew", "exec"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.MergedGOFLAGS(flags)
	want := `-mod=mod '-overlay=/a b/o.json' -tags=race,underclew,x '-gcflags=all=-race -d=checkptr=0' -gcflags=testing= '-gcflags=-race -d=checkptr=0 -N' '-pgo=/a b/inside.pprof' "-exec='/a b/clew' exec" -race=false -timeout=0`
	if err != nil || got != want {
		t.Errorf("got  %s (%v)\nwant %s", got, err, want)
	}
}

func TestGOFLAGSComeBackFromWhatClewEnvMadeOfThem(t *testing.T) {
	for _, goflags := range []string{
		"", "-mod=mod", "'-ldflags=-X a=b' -v", "-tags=x,y", "-timeout=5s", "-pgo=/my/default.pgo", "-gcflags=-N '-gcflags=m/...=-N -l' -gcflags=all=-l",
	} {
		o := &Overlay{JSON: "/a b/o.json", GOFLAGS: goflags}
		flags, err := TestArgs(o, []string{"/a b/clew", "exec", "-overlay=HASH"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		merged, err := o.MergedGOFLAGS(flags)
		if err != nil {
			t.Fatal(err)
		}
		env, found := WithoutOwnFlags([]string{"GOFLAGS=" + merged, "HOME=/"})
		if got := getenv(env, "GOFLAGS"); !found || got != goflags || getenv(env, "HOME") != "/" {
			t.Errorf("%s became %s, and then %s (%t)", goflags, merged, got, found)
		}
	}
	for _, users := range []string{"", "-tags=race -timeout=0", "-exec=sudo", "'-exec=strace exec' -race=false", "'-x"} {
		if env, found := WithoutOwnFlags([]string{"GOFLAGS=" + users}); found || getenv(env, "GOFLAGS") != users {
			t.Errorf("%s, which is the user's, became %s", users, getenv(env, "GOFLAGS"))
		}
	}
}

func TestChdirAndHasFlag(t *testing.T) {
	user := strings.Fields("-C dir -json -v=false . -args -c")
	if got := Chdir(user); got != "dir" {
		t.Errorf("Chdir = %q", got)
	}
	for name, want := range map[string]bool{"json": true, "v": false, "c": false} {
		if got := HasFlag(user, name); got != want {
			t.Errorf("HasFlag(%q) = %v", name, got)
		}
	}
}
