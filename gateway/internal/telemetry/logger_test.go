package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"
)

func lineOf(t *testing.T, write func(logger *slog.Logger)) map[string]any {
	t.Helper()
	output := &bytes.Buffer{}
	write(NewLogger(output, "debug"))
	line := map[string]any{}
	if err := json.Unmarshal(output.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line
}

func TestLogsInTheFormOfTheAPI(t *testing.T) {
	line := lineOf(t, func(logger *slog.Logger) {
		logger.Warn("request failed", "code", "overloaded", "err", errors.New("too much"))
	})
	at, err := time.Parse("2006-01-02T15:04:05.000Z", line["time"].(string))
	if err != nil || time.Since(at) > time.Minute {
		t.Errorf("time is %v", line["time"])
	}
	if _, isNumber := line["pid"].(float64); !isNumber {
		t.Errorf("pid is %v", line["pid"])
	}
	delete(line, "time")
	delete(line, "pid")
	want := map[string]any{
		"level": "warn", "service": "gateway", "msg": "request failed", "code": "overloaded",
		"err": map[string]any{"message": "too much"},
	}
	if !reflect.DeepEqual(line, want) {
		t.Errorf("got %v", line)
	}
}

func TestNamesEachLevelAsTheAPIDoes(t *testing.T) {
	for name, level := range levels {
		if nameOf(level) != name {
			t.Errorf("%s is %s", name, nameOf(level))
		}
	}
	line := lineOf(t, func(logger *slog.Logger) { Fatal(logger, "cannot listen", errors.New("x")) })
	if line["level"] != "fatal" {
		t.Errorf("got %v", line)
	}
}

func TestIsSilentBelowItsLevel(t *testing.T) {
	for level, isWritten := range map[string]bool{"silent": false, "fatal": true, "error": true} {
		output := &bytes.Buffer{}
		Fatal(NewLogger(output, level), "x", errors.New("x"))
		if (output.Len() > 0) != isWritten {
			t.Errorf("%s: wrote %d bytes", level, output.Len())
		}
	}
}

func TestNamesTheTraceThatIsRecorded(t *testing.T) {
	for flags, want := range map[trace.TraceFlags]any{trace.FlagsSampled: "01000000000000000000000000000000", 0: nil} {
		span := trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: flags,
		})
		line := lineOf(t, func(logger *slog.Logger) {
			logger.With("a", 1).InfoContext(trace.ContextWithSpanContext(t.Context(), span), "x")
		})
		if line["trace_id"] != want {
			t.Errorf("got %v", line)
		}
	}
}
