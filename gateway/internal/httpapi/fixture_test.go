package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
	"tallyflow/gateway/internal/config"
)

const (
	apiKey    = "tally_key"
	boundKey  = "tally_bound"
	readKey   = "tally_read"
	oldKey    = "tally_old"
	otherKey  = "tally_other"
	batchPath = ingestPath + "/"
)

// testKeys are API keys that a test may revoke.
type testKeys struct {
	byHash  map[[32]byte]*apikeys.Key
	isStale bool
	revoked chan struct{}
	// watched is told of each watch that begins, and unwatched of each that ends.
	watched, unwatched chan int64
}

func (keys *testKeys) Find(hash [32]byte) (*apikeys.Key, bool) {
	key, isKnown := keys.byHash[hash]
	return key, isKnown
}

func (keys *testKeys) Fresh() bool { return !keys.isStale }

func (keys *testKeys) Watch(keyID int64) (<-chan struct{}, func()) {
	select {
	case keys.watched <- keyID:
	default:
	}
	return keys.revoked, func() {
		select {
		case keys.unwatched <- keyID:
		default:
		}
	}
}

// committed is a batch that was captured.
type committed struct {
	id       string
	rows     []map[string]string
	count    int
	envelope capture.Envelope
}

// testUpload keeps the rows, and hands them over with the commit.
type testUpload struct {
	id      string
	fixture *fixture
	rows    []byte
	count   int
}

func (upload *testUpload) Write(_ context.Context, rows []byte, count int) error {
	if len(upload.rows) > 0 {
		upload.rows = append(upload.rows, ',')
	}
	upload.rows = append(upload.rows, rows...)
	upload.count += count
	return upload.fixture.writeError
}

func (upload *testUpload) Reset() { upload.rows, upload.count = nil, 0 }

func (upload *testUpload) Discard() {}

func (upload *testUpload) Commit(ctx context.Context, envelope capture.Envelope) error {
	if upload.fixture.committing != nil {
		upload.fixture.committing(ctx)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if upload.fixture.commitError != nil {
		return upload.fixture.commitError
	}
	batch := committed{id: upload.id, count: upload.count, envelope: envelope}
	if err := json.Unmarshal([]byte("["+string(upload.rows)+"]"), &batch.rows); err != nil {
		return err
	}
	upload.fixture.mutex.Lock()
	defer upload.fixture.mutex.Unlock()
	upload.fixture.batches = append(upload.fixture.batches, batch)
	return nil
}

// fixture is a server with keys, whose batches are kept.
type fixture struct {
	t       *testing.T
	url     string
	address string
	keys    *testKeys
	handler *Handler
	server  *Server

	mutex   sync.Mutex
	batches []committed

	beginError, writeError, commitError error
	// committing is called when a commit begins.
	committing func(ctx context.Context)
}

func usualLimits() config.Limits {
	return config.Limits{
		MaxBatchRows: 200, MaxBodyBytes: 100_000, MaxStreamRows: 12_000, MaxStreamBytes: 3_000_000,
		RateLimitPerMinute: 60_000, RateLimitRowsPerMinute: 10_000_000, RateLimitBytesPerMinute: 1 << 32,
		UnauthenticatedPerMinute: 300,
	}
}

func start(t *testing.T, limits config.Limits) *fixture {
	t.Helper()
	fixture := &fixture{t: t, keys: &testKeys{
		byHash:  map[[32]byte]*apikeys.Key{},
		revoked: make(chan struct{}),
		watched: make(chan int64, 100), unwatched: make(chan int64, 100),
	}}
	for text, key := range map[string]*apikeys.Key{
		apiKey:   {ID: 1, LineageID: 1, Scopes: []string{"ingest"}},
		boundKey: {ID: 2, LineageID: 2, Scopes: []string{"read", "ingest"}, AccountPrefixes: []string{"acc-1"}},
		readKey:  {ID: 3, LineageID: 3, Scopes: []string{"read"}},
		oldKey:   {ID: 4, LineageID: 4, Scopes: []string{"ingest"}, ExpiresAt: time.Now().Add(-time.Minute)},
		otherKey: {ID: 5, LineageID: 5, Scopes: []string{"ingest"}},
	} {
		fixture.keys.byHash[sha256.Sum256([]byte(text))] = key
	}
	logger := slog.New(slog.DiscardHandler)
	fixture.handler = New(Options{
		Keys: fixture.keys,
		Begin: func(batchID string, _ *apikeys.Key) (Upload, error) {
			return &testUpload{id: batchID, fixture: fixture}, fixture.beginError
		},
		Limits:  limits,
		Logger:  logger,
		Metrics: prometheus.NewRegistry(),
		Open: map[string]http.Handler{"/healthz": http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(response, "{}")
		})},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fixture.address = listener.Addr().String()
	fixture.url = "http://" + fixture.address
	fixture.server = NewServer(fixture.handler, logger, fixture.handler.CountLimit)
	served := make(chan error, 1)
	go func() { served <- fixture.server.Serve(listener) }()
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		fixture.server.Drain(ended)
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return fixture
}

// answer is what came back.
type answer struct {
	status  int
	headers http.Header
	text    string
	body    struct {
		BatchID          string  `json:"batch_id"`
		TransactionCount int     `json:"transaction_count"`
		RequestID        *string `json:"request_id"`
		Code             string  `json:"code"`
		Detail           string  `json:"detail"`
		ErrorCount       int     `json:"error_count"`
		Errors           []struct {
			Pointer string `json:"pointer"`
			Line    int    `json:"line"`
		} `json:"errors"`
	}
}

// send posts a body as JSON, unless headers say otherwise.
func (fixture *fixture) send(body string, headers ...string) answer {
	fixture.t.Helper()
	return fixture.request(http.MethodPost, batchPath, body, headers...)
}

func (fixture *fixture) request(method, path, body string, headers ...string) answer {
	fixture.t.Helper()
	request, err := http.NewRequest(method, fixture.url+path, strings.NewReader(body))
	if err != nil {
		fixture.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", "application/json")
	for index := 0; index < len(headers); index += 2 {
		request.Header.Set(headers[index], headers[index+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fixture.t.Fatal(err)
	}
	return read(fixture.t, response)
}

func read(t *testing.T, response *http.Response) answer {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	result := answer{status: response.StatusCode, headers: response.Header, text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &result.body); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	return result
}

func (fixture *fixture) expect(found answer, status int, code string) {
	fixture.t.Helper()
	if found.status != status || found.body.Code != code {
		fixture.t.Errorf("answered with %d %s, expected %d %s", found.status, found.text, status, code)
	}
	if found.headers.Get("X-Request-Id") == "" || found.headers.Get("X-Content-Type-Options") != "nosniff" {
		fixture.t.Errorf("headers are missing: %v", found.headers)
	}
	if status >= 400 {
		fixture.expectNothing()
	}
}

func (fixture *fixture) captured() []committed {
	fixture.mutex.Lock()
	defer fixture.mutex.Unlock()
	return fixture.batches
}

func (fixture *fixture) expectNothing() {
	fixture.t.Helper()
	if batches := fixture.captured(); len(batches) > 0 {
		fixture.t.Errorf("%d batches were captured", len(batches))
	}
}

func rowOf(id string, more string) string {
	return `{"transaction_id":"` + id + `","account_id":"acc-1","amount":-42.10,"currency":"USD","date":"2026-01-31"` + more + `}`
}
