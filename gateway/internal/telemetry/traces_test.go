package telemetry

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"tallyflow/gateway/internal/config"
)

func TestSendsSpansWithoutMessagesOfErrors(t *testing.T) {
	received := make(chan []byte, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, err := gzip.NewReader(request.Body)
		if err != nil || request.URL.Path != "/v1/traces" || request.Header.Get("Api-Key") != "k" {
			t.Errorf("%s: %v", request.URL, err)
			return
		}
		text, _ := io.ReadAll(body)
		received <- text
	}))
	defer collector.Close()
	defer otel.SetTracerProvider(noop.NewTracerProvider())
	settings := config.Telemetry{Endpoint: collector.URL, Headers: map[string]string{"api-key": "k"}, SampleRatio: 1}
	shutdown, err := StartTraces(t.Context(), settings, "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	ctx, request := tracer().Start(t.Context(), "POST /x", trace.WithSpanKind(trace.SpanKindServer))
	sending, step := StartSend(ctx, "a-topic")
	if want := "00-" + step.SpanContext().TraceID().String() + "-" + step.SpanContext().SpanID().String() + "-01"; Traceparent(sending) != want {
		t.Errorf("traceparent is %q", Traceparent(sending))
	}
	EndStep(step, errors.New("account 4711"))
	EndStep(request, nil)
	if err := shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := string(<-received)
	for _, want := range []string{"send a-topic", "POST /x", "tallyflow-gateway", "1.2.3", "error.type", "*errors.errorString"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(text, "4711") {
		t.Error("quotes the error")
	}
}

func TestRecordsNothingWithoutAnEndpoint(t *testing.T) {
	if _, err := StartTraces(t.Context(), config.Telemetry{SampleRatio: 1}, "", slog.Default()); err != nil {
		t.Fatal(err)
	}
	ctx, step := StartStep(t.Context(), "x")
	defer EndStep(step, nil)
	if step.IsRecording() || Traceparent(ctx) != "" {
		t.Fail()
	}
}

func TestComplainsAboutACollectorOnceInAWhile(t *testing.T) {
	output := &bytes.Buffer{}
	complain := limitComplaints(slog.New(slog.NewTextHandler(output, nil)))
	for range 3 {
		complain.Handle(errors.New("x"))
	}
	if strings.Count(output.String(), "telemetry could not be sent") != 1 {
		t.Error(output.String())
	}
}
