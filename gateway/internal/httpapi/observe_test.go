package httpapi

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/telemetry"
)

// observed is a handler whose log is kept.
func observed() (*Handler, *bytes.Buffer) {
	handler, output := benchmarkHandler(), &bytes.Buffer{}
	handler.options.Logger = slog.New(slog.NewTextHandler(output, nil))
	handler.lines = telemetry.NewLimitedLines(handler.options.Logger)
	return handler, output
}

// serve returns once all that belongs to a request was written, which is after its answer.
func serve(handler *Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.RemoteAddr = "127.0.0.1:1"
	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", jsonType)
	for index := 0; index < len(headers); index += 2 {
		request.Header.Set(headers[index], headers[index+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(unlimited{recorder}, request)
	return recorder
}

func TestTheLogHasNothingOfARequestThatItsClientChose(t *testing.T) {
	handler, output := observed()
	serve(handler, http.MethodPost, ingestPath+"?request_id=secret", `{"secret`, "X-Request-Id", "r-1")
	serve(handler, http.MethodGet, "/secret", "")
	serve(handler, http.MethodPost, batchPath, batchOf(`"secret"`), "Authorization", "Bearer secret")
	log := output.String()
	if strings.Contains(log, "secret") || strings.Contains(log, apiKey) {
		t.Errorf("the log has %s", log)
	}
	for _, expected := range []string{
		"level=INFO msg=refused requestId=r-1", "route=/api/integrations/transactions", "status=400 code=malformed_json",
		"route=none", "code=not_found", "apiKeyId=1", "address=127.0.0.1",
	} {
		if !strings.Contains(log, expected) {
			t.Errorf("the log lacks %q: %s", expected, log)
		}
	}
}

func TestTheLogIsShortAboutAClientThatIsRefusedAgainAndAgain(t *testing.T) {
	handler, output := observed()
	for range 10 {
		serve(handler, http.MethodPost, batchPath, "{")
	}
	handler.SumUp()
	log := output.String()
	if count := strings.Count(log, "msg=refused"); count != maxRefusals {
		t.Errorf("the log has %d lines", count)
	}
	if !strings.Contains(log, "count=7") {
		t.Errorf("the log does not sum up: %s", log)
	}
}

func TestMetricsTellWhoseFaultItIs(t *testing.T) {
	registry := prometheus.NewRegistry()
	handler := benchmarkHandler()
	handler.metrics = newMetrics(registry)
	serve(handler, http.MethodPost, batchPath, batchOf(rows(1)...))
	serve(handler, http.MethodPost, batchPath, "{")
	handler.options.Begin = func(string, *apikeys.Key) (Upload, error) { panic("broken") }
	found := serve(handler, http.MethodPost, batchPath, "{}")
	if found.Code != http.StatusInternalServerError || strings.Contains(found.Body.String(), "broken") {
		t.Errorf("answered with %d %s", found.Code, found.Body)
	}
	counts := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, series := range family.GetMetric() {
			name := family.GetName()
			for _, label := range series.GetLabel() {
				name += " " + label.GetValue()
			}
			counts[name] = series.GetCounter().GetValue() + float64(series.GetHistogram().GetSampleCount())
		}
	}
	for name, expected := range map[string]float64{
		"tallyflow_batches_captured_total new":                                   1,
		"tallyflow_requests_refused_total malformed_json client":                 1,
		"tallyflow_requests_refused_total internal_error server":                 1,
		"tallyflow_requests_refused_total rate_limited client":                   0,
		"tallyflow_ingest_request_seconds accepted 1000":                         1,
		"tallyflow_ingest_request_seconds refused unknown":                       1,
		"tallyflow_ingest_request_seconds failed unknown":                        1,
		"tallyflow_ingest_request_seconds failed more":                           0,
		"tallyflow_http_request_seconds POST /api/integrations/transactions 202": 1,
		"tallyflow_limits_hit_total bodies":                                      0,
	} {
		if count, isThere := counts[name]; !isThere || count != expected {
			t.Errorf("%s is %v, expected %v", name, count, expected)
		}
	}
}

func TestTheLogHasLittleOfWhatAClientChooses(t *testing.T) {
	var written bytes.Buffer
	handler := benchmarkHandler()
	handler.options.Limits.TrustedProxyHops = 1
	handler.options.Logger = slog.New(slog.NewTextHandler(&written, nil))
	handler.lines = telemetry.NewLimitedLines(handler.options.Logger)
	long := strings.Repeat("x", 1000)
	serve(handler, http.MethodPost, ingestPath, "", "X-Forwarded-For", long)
	serve(handler, long, ingestPath, "", "X-Forwarded-For", long)
	if log := written.String(); strings.Count(log, "\n") != 2 || strings.Contains(log, long[:65]) {
		t.Error(log)
	}
}
