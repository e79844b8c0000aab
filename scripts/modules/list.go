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
		{path: "github.com/panjf2000/ants/v2", version: "v2.12.1"},
		{path: "github.com/gammazero/workerpool", version: "v1.2.1"},
	}},
	{"caches and maps", []module{
		{path: "github.com/hashicorp/golang-lru/v2", version: "v2.0.7"},
		{path: "github.com/patrickmn/go-cache", version: "v2.1.0+incompatible"},
		{path: "github.com/allegro/bigcache/v3", version: "v3.1.0"},
		{path: "github.com/coocood/freecache", version: "v1.2.7"},
		{path: "github.com/jellydator/ttlcache/v3", version: "v3.4.1"},
		{path: "github.com/dgraph-io/ristretto/v2", version: "v2.4.2"},
		{path: "github.com/maypok86/otter/v2", version: "v2.4.0"},
		{path: "github.com/orcaman/concurrent-map/v2", version: "v2.0.1"},
		{path: "github.com/puzpuzpuz/xsync/v4", version: "v4.5.0"},
	}},
	{"queues and events", []module{
		{path: "github.com/eapache/queue", version: "v1.1.0"},
		{path: "github.com/eapache/channels", version: "v1.1.0"},
		{path: "github.com/gammazero/deque", version: "v1.2.1"},
		{path: "github.com/asaskevich/EventBus", version: "v0.0.0-20200907212545-49d423059eef"},
		{path: "github.com/cskr/pubsub", version: "v1.0.2"},
		{path: "github.com/ThreeDotsLabs/watermill", version: "v1.5.1"},
		{path: "github.com/fsnotify/fsnotify", version: "v1.10.1"},
	}},
	{"retries and limits", []module{
		// ExampleRetry asks a server on the Internet.
		{path: "github.com/cenkalti/backoff/v5", version: "v5.0.3", flags: []string{"-skip=^ExampleRetry$"}},
		{path: "github.com/avast/retry-go/v4", version: "v4.7.0"},
		{path: "github.com/eapache/go-resiliency", version: "v1.7.0"},
		{path: "github.com/sony/gobreaker/v2", version: "v2.4.0"},
		{path: "github.com/failsafe-go/failsafe-go", version: "v0.9.8"},
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
		// TestMuxContextIsThreadSafe makes a million requests with two threads each: one run takes minutes.
		{path: "github.com/go-chi/chi/v5", version: "v5.5.0", packages: []string{".", "./middleware"}, flags: []string{"-skip=^TestMuxContextIsThreadSafe$"}},
		{path: "github.com/gorilla/mux", version: "v1.8.1"},
		{path: "github.com/julienschmidt/httprouter", version: "v1.3.0"},
		{path: "github.com/gin-gonic/gin", version: "v1.12.0"},
		{path: "github.com/labstack/echo/v4", version: "v4.16.0"},
		{path: "github.com/hashicorp/go-retryablehttp", version: "v0.7.8"},
		{path: "github.com/gorilla/websocket", version: "v1.5.3"},
		{path: "github.com/coder/websocket", version: "v1.8.15"},
		{path: "golang.org/x/net", version: "v0.57.0", packages: []string{"./http2", "./netutil", "./context/...", "./trace"}},
	}},
	{"RPC and streams", []module{
		{path: "github.com/hashicorp/yamux", version: "v0.1.2"},
		{path: "github.com/xtaci/smux", version: "v1.5.58"},
		{path: "storj.io/drpc", version: "v1.0.0"},
		{path: "github.com/creachadair/jrpc2", version: "v1.3.3"},
		{path: "google.golang.org/grpc", version: "v1.80.0", packages: []string{
			"./internal/grpcsync", "./internal/buffer", "./internal/cache", "./internal/resolver", "./internal/idle",
			"./internal/balancergroup", "./internal/binarylog", "./connectivity", "./metadata", "./mem", "./status"}},
	}},
	{"databases", []module{
		{path: "go.etcd.io/bbolt", version: "v1.5.0", flags: []string{"-short"}},
		{path: "github.com/tidwall/buntdb", version: "v1.3.0"},
		{path: "github.com/syndtr/goleveldb", version: "v1.0.0"},
		{path: "github.com/hashicorp/go-memdb", version: "v1.3.5"},
		{path: "github.com/alicebob/miniredis/v2", version: "v2.40.0"},
		// A test of examples/orders never ends: docs/found.
		{path: "github.com/DATA-DOG/go-sqlmock", version: "v1.5.2", packages: []string{"."}},
		{path: "github.com/dgraph-io/badger/v4", version: "v4.9.6", packages: []string{"./skl", "./y", "./trie", "./table"}},
	}},
	{"consensus", []module{
		{path: "go.etcd.io/raft/v3", version: "v3.6.0"},
		{path: "github.com/hashicorp/raft", version: "v1.8.0", flags: []string{"-short"}},
		{path: "github.com/hashicorp/memberlist", version: "v0.7.0", flags: []string{"-short"}},
	}},
	{"logging and metrics", []module{
		{path: "go.uber.org/zap", version: "v1.28.0"},
		{path: "github.com/rs/zerolog", version: "v1.35.1"},
		{path: "github.com/sirupsen/logrus", version: "v1.10.2"},
		{path: "github.com/lmittmann/tint", version: "v1.2.1"},
		{path: "github.com/prometheus/client_golang", version: "v1.23.2", packages: []string{"./prometheus/..."}},
	}},
}
