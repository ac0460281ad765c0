// Package telemetry writes the log, serves the metrics, and sends traces.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"math"
	"os"

	"go.opentelemetry.io/otel/trace"
)

// levelFatal is logged before the process ends because of it.
const levelFatal = slog.Level(12)

var levels = map[string]slog.Level{
	"fatal": levelFatal, "error": slog.LevelError, "warn": slog.LevelWarn, "info": slog.LevelInfo,
	"debug": slog.LevelDebug, "trace": slog.LevelDebug - 4, "silent": math.MaxInt,
}

// NewLogger writes JSON lines in the form of those of the API and the worker.
func NewLogger(output io.Writer, level string) *slog.Logger {
	handler := slog.NewJSONHandler(output, &slog.HandlerOptions{Level: levels[level], ReplaceAttr: inOneForm})
	return slog.New(tracedHandler{handler}).With("service", "gateway", "pid", os.Getpid())
}

// Fatal logs why the process ends.
func Fatal(logger *slog.Logger, message string, err error) {
	logger.Log(context.Background(), levelFatal, message, "err", err)
}

func inOneForm(groups []string, attribute slog.Attr) slog.Attr {
	if err, isError := attribute.Value.Any().(error); isError {
		return slog.Group(attribute.Key, "message", err.Error())
	}
	if len(groups) > 0 {
		return attribute
	}
	switch attribute.Key {
	case slog.TimeKey:
		const iso = "2006-01-02T15:04:05.000Z"
		return slog.String(slog.TimeKey, attribute.Value.Time().UTC().Format(iso))
	case slog.LevelKey:
		return slog.String(slog.LevelKey, nameOf(attribute.Value.Any().(slog.Level)))
	}
	return attribute
}

func nameOf(level slog.Level) string {
	for name, known := range levels {
		if known == level {
			return name
		}
	}
	return level.String()
}

// tracedHandler adds the ids under which the trace of a line is found, where one is recorded.
type tracedHandler struct{ slog.Handler }

func (handler tracedHandler) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsSampled() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return handler.Handler.Handle(ctx, record)
}

func (handler tracedHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return tracedHandler{handler.Handler.WithAttrs(attributes)}
}

func (handler tracedHandler) WithGroup(name string) slog.Handler {
	return tracedHandler{handler.Handler.WithGroup(name)}
}
