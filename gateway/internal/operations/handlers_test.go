package operations

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
)

func TestIsReadyOnceKafkaTakesBatchesAndKeysAreRead(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "tallyflow.api-keys", "tallyflow.batch-parts"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	connection := []kgo.Opt{kgo.SeedBrokers(cluster.ListenAddrs()...)}
	writer, err := capture.NewWriter(connection, logger, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close(context.Background()) }()
	keys := apikeys.NewStore()
	handlers := Handlers(writer, keys)
	ask := func(path string) *httptest.ResponseRecorder {
		response := httptest.NewRecorder()
		handlers[path].ServeHTTP(response, httptest.NewRequest("GET", path, nil))
		return response
	}

	if response := ask("/healthz"); response.Code != 200 || response.Body.String() != `{"status":"ok"}`+"\n" {
		t.Errorf("health is %d %s", response.Code, response.Body)
	}
	want := `{"status":"unready","kafka":"away","api_keys":"stale"}` + "\n"
	if response := ask("/readyz"); response.Code != 503 || response.Body.String() != want || response.Header().Get("Retry-After") != "5" {
		t.Errorf("readiness is %d %s", response.Code, response.Body)
	}
	follower, err := apikeys.NewFollower(connection, keys, logger)
	if err != nil {
		t.Fatal(err)
	}
	go follower.Run(t.Context())
	client, err := kgo.NewClient(connection...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	complete := &kgo.Record{
		Topic: "tallyflow.api-keys", Key: []byte("complete"), Value: []byte(`{"version":1,"log_start_offset":0}`),
	}
	if err := client.ProduceSync(t.Context(), complete).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := keys.WaitUntilRead(t.Context()); err != nil {
		t.Fatal(err)
	}
	response := ask("/readyz")
	for ; response.Code != 200 && t.Context().Err() == nil; response = ask("/readyz") {
	}
	if want := `{"status":"ready","kafka":"up","api_keys":"fresh"}` + "\n"; response.Body.String() != want {
		t.Errorf("readiness is %d %s", response.Code, response.Body)
	}
}
