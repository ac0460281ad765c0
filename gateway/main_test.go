package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace/noop"

	"tallyflow/gateway/internal/config"
	"tallyflow/gateway/internal/telemetry"
	"tallyflow/gateway/internal/waittest"
)

const apiKey = "tally_a-key-that-only-this-test-has"

const row = `{"transaction_id":"t1","account_id":"a1","amount":"1.00","currency":"USD","date":"2026-01-31"}`

type gateway struct {
	url string
	// metricsURL is where its metrics are.
	metricsURL string
	kafka      *kgo.Client
	stop       func()
	ended      <-chan error
	broker     *kfake.Cluster
}

// startGateway runs the whole gateway with a broker and one API key, and with this endpoint for traces, if any.
func startGateway(t *testing.T, endpoint string) *gateway {
	t.Helper()
	broker, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "tallyflow.batches", "tallyflow.batch-parts", "tallyflow.api-keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.ListenAddrs()...), kgo.ConsumeTopics("tallyflow.batches"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	settings, err := config.Load(func(name string) string {
		return map[string]string{
			"KAFKA_BROKERS": broker.ListenAddrs()[0], "PORT": "0", "METRICS_PORT": "0",
			"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_TRACES_SAMPLER_ARG": "1",
		}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	lines, output := io.Pipe()
	stopping, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	ended := make(chan error, 1)
	go func() { ended <- run(stopping, settings, telemetry.NewLogger(output, "info")) }()
	started := &gateway{kafka: client, stop: stop, ended: ended, broker: broker}
	started.publishKey(t, false)
	urls, metricsURLs := make(chan string, 1), make(chan string, 1)
	go func() {
		for scanner := bufio.NewScanner(lines); scanner.Scan(); {
			line := struct{ Msg, URL string }{}
			if json.Unmarshal(scanner.Bytes(), &line) != nil {
				continue
			}
			switch line.Msg {
			case "gateway started":
				urls <- line.URL
			case "metrics served":
				metricsURLs <- line.URL
			}
		}
	}()
	started.metricsURL, started.url = <-metricsURLs, <-urls
	waittest.Until(t, func() bool { return started.get(t, "/readyz") == http.StatusOK })
	waittest.Until(t, func() bool { return started.post(t, strings.NewReader("[")) == http.StatusBadRequest })
	return started
}

func (gateway *gateway) publishKey(t *testing.T, isRevoked bool) {
	t.Helper()
	hash := sha256.Sum256([]byte(apiKey))
	record := &kgo.Record{Topic: "tallyflow.api-keys", Key: []byte("1")}
	if !isRevoked {
		record.Value = fmt.Appendf(nil,
			`{"version":1,"id":1,"lineage_id":1,"key_hash":"%s","scopes":["ingest"],"account_prefixes":[],"expires_at":null}`,
			hex.EncodeToString(hash[:]))
	}
	complete := &kgo.Record{
		Topic: "tallyflow.api-keys", Key: []byte("complete"), Value: []byte(`{"version":1,"log_start_offset":0}`),
	}
	if err := gateway.kafka.ProduceSync(t.Context(), record, complete).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func (gateway *gateway) get(t *testing.T, path string) int {
	t.Helper()
	response, err := http.Get(gateway.url + path)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func (gateway *gateway) post(t *testing.T, body io.Reader) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, gateway.url+"/api/integrations/transactions/", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestTakesABatchAndWritesItToKafka(t *testing.T) {
	gateway := startGateway(t, "")
	if status := gateway.post(t, strings.NewReader(`{"transactions":[`+row+`]}`)); status != http.StatusAccepted {
		t.Fatalf("answered %d", status)
	}
	records := gateway.kafka.PollFetches(t.Context()).Records()
	if len(records) != 1 || !strings.HasPrefix(string(records[0].Value), `{"version":1,"transactions":[{"transaction_id":"t1",`) {
		t.Errorf("wrote %v", records)
	}
}

func TestRefusesAKeyWithinTwoSecondsAfterItWasRevoked(t *testing.T) {
	gateway := startGateway(t, "")
	gateway.publishKey(t, true)
	revokedAt := time.Now()
	waittest.Until(t, func() bool { return gateway.post(t, strings.NewReader("[")) == http.StatusUnauthorized })
	if took := time.Since(revokedAt); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestAnswersTheRequestsThatAreOpenWhenItIsToldToStop(t *testing.T) {
	gateway := startGateway(t, "")
	body, rest := io.Pipe()
	status := make(chan int, 1)
	go func() { status <- gateway.post(t, body) }()
	if _, err := io.WriteString(rest, `{"transactions":[`+row); err != nil {
		t.Fatal(err)
	}
	gateway.stop()
	waittest.Until(t, func() bool {
		_, err := http.Get(gateway.url + "/healthz")
		return err != nil
	})
	if _, err := io.WriteString(rest, "]}"); err != nil {
		t.Fatal(err)
	}
	_ = rest.Close()
	if got := <-status; got != http.StatusAccepted {
		t.Errorf("answered %d", got)
	}
	if err := <-gateway.ended; err != nil {
		t.Error(err)
	}
	if count := gateway.broker.PartitionInfo("tallyflow.batches", 0).HighWatermark; count != 1 {
		t.Errorf("wrote %d records", count)
	}
}

func TestARecordSaysInWhichTraceItWasMade(t *testing.T) {
	var spans strings.Builder
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if body, err := gzip.NewReader(request.Body); err == nil {
			_, _ = io.Copy(&spans, body)
		}
	}))
	defer collector.Close()
	defer otel.SetTracerProvider(noop.NewTracerProvider())
	gateway := startGateway(t, collector.URL)
	if status := gateway.post(t, strings.NewReader(`{"transactions":[`+row+`]}`)); status != http.StatusAccepted {
		t.Fatalf("answered %d", status)
	}
	record := gateway.kafka.PollFetches(t.Context()).Records()[0]
	traceparent := ""
	for _, header := range record.Headers {
		if header.Key == "traceparent" {
			traceparent = string(header.Value)
		}
	}
	if !regexp.MustCompile("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$").MatchString(traceparent) {
		t.Errorf("traceparent is %q", traceparent)
	}
	gateway.stop()
	if err := <-gateway.ended; err != nil {
		t.Fatal(err)
	}
	collector.Close()
	for _, want := range []string{
		"POST /api/integrations/transactions", "read and check the body", "send tallyflow.batches", string(record.Key),
	} {
		if !strings.Contains(spans.String(), want) {
			t.Errorf("no span has %q", want)
		}
	}
}

func TestHasTheVersionOfTheWhole(t *testing.T) {
	text, err := os.ReadFile("../package.json")
	if err != nil {
		t.Fatal(err)
	}
	whole := struct{ Version string }{}
	if err := json.Unmarshal(text, &whole); err != nil || whole.Version != version {
		t.Errorf("package.json has version %s", whole.Version)
	}
}

// documentedMetrics are the metrics of a gateway in the table of docs/observability.md, with their labels.
func documentedMetrics(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../docs/observability.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) > 4 && strings.Contains(cells[2], "gateway") && strings.HasPrefix(cells[1], " `tallyflow_") {
			documented[strings.Trim(cells[1], " `")] = strings.NewReplacer("`", "", " ", "").Replace(cells[3])
		}
	}
	return documented
}

func TestServesTheMetricsThatTheDocsList(t *testing.T) {
	gateway := startGateway(t, "")
	response, err := http.Get(gateway.metricsURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	served, documented := map[string]string{}, documentedMetrics(t)
	for name, family := range families {
		if !strings.HasPrefix(name, "tallyflow_") {
			continue
		}
		labels := []string{}
		for _, label := range family.GetMetric()[0].GetLabel() {
			labels = append(labels, label.GetName())
		}
		// In the order in which the docs have them.
		slices.SortFunc(labels, func(one, other string) int {
			return strings.Index(documented[name], one) - strings.Index(documented[name], other)
		})
		served[name] = strings.Join(labels, ",")
	}
	if !maps.Equal(served, documented) {
		t.Errorf("serves %v, and the docs have %v", served, documented)
	}
}

func TestHealthIsAskedWhereTheGatewayListens(t *testing.T) {
	for host, want := range map[string]string{
		"": "localhost", "0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "127.0.0.1", "10.0.0.7": "10.0.0.7", "::1": "[::1]",
	} {
		settings := config.Config{Host: host, Port: 3001}
		if got := healthURL(settings); got != "http://"+want+":3001/healthz" {
			t.Errorf("%s for %q", got, host)
		}
	}
}
