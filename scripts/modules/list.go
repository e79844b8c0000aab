package main

// A group is modules of one field.
type group struct {
	field   string
	modules []module
}

// A module is released code with tests of its own.
type module struct {
	path, version string
	packages      []string // all, if there are none
	flags         []string // for go test and clew test alike
}

// groups are the modules, by field: well-known ones whose tests synchronize, need nothing outside, and build with Go 1.25.
var groups = []group{
	{"synchronization", []module{
		{path: "golang.org/x/sync", version: "v0.20.0"}, // the last one that Go 1.25 builds
		{path: "go.uber.org/atomic", version: "v1.12.0"},
		{path: "github.com/sourcegraph/conc", version: "v0.3.0"},
		{path: "github.com/oklog/run", version: "v1.2.0"},
		{path: "go.uber.org/goleak", version: "v1.3.0"},
		{path: "github.com/creachadair/taskgroup", version: "v0.13.2"},
		{path: "github.com/hashicorp/go-multierror", version: "v1.1.1"},
		{path: "github.com/oklog/ulid/v2", version: "v2.1.2"},
	}},
	{"pools", []module{
		{path: "github.com/jackc/puddle/v2", version: "v2.2.3"},
		{path: "github.com/alitto/pond/v2", version: "v2.7.1"},
		{path: "github.com/gammazero/workerpool", version: "v1.2.1"},
	}},
	{"caches and maps", []module{
		{path: "github.com/hashicorp/golang-lru/v2", version: "v2.0.7"},
		{path: "github.com/patrickmn/go-cache", version: "v2.1.0+incompatible"},
		{path: "github.com/coocood/freecache", version: "v1.2.7"},
		{path: "github.com/jellydator/ttlcache/v3", version: "v3.4.1"},
		{path: "github.com/orcaman/concurrent-map/v2", version: "v2.0.1"},
	}},
	{"queues and events", []module{
		{path: "github.com/eapache/queue", version: "v1.1.0"},
		{path: "github.com/eapache/channels", version: "v1.1.0"},
		{path: "github.com/gammazero/deque", version: "v1.2.1"},
		{path: "github.com/asaskevich/EventBus", version: "v0.0.0-20200907212545-49d423059eef"},
		{path: "github.com/cskr/pubsub", version: "v1.0.2"},
		{path: "github.com/fsnotify/fsnotify", version: "v1.10.1"},
	}},
	{"retries and limits", []module{
		// ExampleRetry asks a server on the Internet.
		{path: "github.com/cenkalti/backoff/v5", version: "v5.0.3", flags: []string{"-skip=^ExampleRetry$"}},
		{path: "github.com/avast/retry-go/v4", version: "v4.7.0"},
		{path: "github.com/eapache/go-resiliency", version: "v1.7.0"},
		{path: "github.com/sony/gobreaker/v2", version: "v2.4.0"},
		{path: "golang.org/x/time", version: "v0.15.0"},
		{path: "go.uber.org/ratelimit", version: "v0.3.1"},
	}},
	{"schedulers and clocks", []module{
		{path: "github.com/robfig/cron/v3", version: "v3.0.1"},
		{path: "github.com/go-co-op/gocron/v2", version: "v2.21.2"},
		{path: "github.com/reugn/go-quartz", version: "v0.15.2"},
		{path: "github.com/benbjohnson/clock", version: "v1.3.5"},
		{path: "github.com/jonboulle/clockwork", version: "v0.5.0"},
	}},
	{"HTTP", []module{
		// TestMuxContextIsThreadSafe makes a million requests with two threads each: it is too long to be explored.
		{path: "github.com/go-chi/chi/v5", version: "v5.5.0", packages: []string{".", "./middleware"}},
		{path: "github.com/gorilla/mux", version: "v1.8.1"},
		{path: "github.com/julienschmidt/httprouter", version: "v1.3.0"},
		{path: "github.com/hashicorp/go-retryablehttp", version: "v0.7.8"},
		{path: "github.com/gorilla/websocket", version: "v1.5.3"},
		{path: "github.com/coder/websocket", version: "v1.8.15"},
	}},
	{"RPC and streams", []module{
		{path: "storj.io/drpc", version: "v1.0.0"},
		{path: "github.com/creachadair/jrpc2", version: "v1.3.3"},
	}},
	{"databases", []module{
		{path: "github.com/tidwall/buntdb", version: "v1.3.0"},
		{path: "github.com/hashicorp/go-memdb", version: "v1.3.5"},
		// A test of examples/orders never ends: docs/found.
		{path: "github.com/DATA-DOG/go-sqlmock", version: "v1.5.2", packages: []string{"."}},
	}},
	{"consensus", []module{
		{path: "go.etcd.io/raft/v3", version: "v3.6.0"},
	}},
	{"logging", []module{
		{path: "go.uber.org/zap", version: "v1.28.0"},
		{path: "github.com/rs/zerolog", version: "v1.35.1"},
		{path: "github.com/sirupsen/logrus", version: "v1.10.2"},
		{path: "github.com/lmittmann/tint", version: "v1.2.1"},
	}},
}
