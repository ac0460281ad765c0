package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"tallyflow/gateway/internal/config"
)

// complaintInterval is how often the log says that traces could not be sent.
const complaintInterval = 5 * time.Minute

// StartTraces sends spans by OTLP over HTTP. Without an endpoint nothing is recorded. What it returns sends what is left.
func StartTraces(
	ctx context.Context, settings config.Telemetry, version string, logger *slog.Logger,
) (shutdown func(context.Context) error, err error) {
	if settings.Endpoint == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx,
		otlptracehttp.WithEndpointURL(strings.TrimSuffix(settings.Endpoint, "/")+"/v1/traces"),
		otlptracehttp.WithHeaders(settings.Headers),
		otlptracehttp.WithCompression(otlptracehttp.GzipCompression),
	)
	if err != nil {
		return nil, err
	}
	// Spans wait for a collector in a queue, and those beyond it are dropped. No request waits for it.
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(&ownSampler{ratio: settings.SampleRatio}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.namespace", "tallyflow"),
			attribute.String("service.name", "tallyflow-gateway"),
			attribute.String("service.version", version),
			attribute.String("service.instance.id", uuid.NewString()),
		)),
	)
	otel.SetTracerProvider(provider)
	otel.SetErrorHandler(limitComplaints(logger))
	return provider.Shutdown, nil
}

// StartRequest begins the span of a request. It goes on with the trace of a client's traceparent; its tracestate stays out.
func StartRequest(request *http.Request) (context.Context, trace.Span) {
	ctx := propagation.TraceContext{}.Extract(request.Context(), propagation.MapCarrier{
		"traceparent": request.Header.Get("Traceparent"),
	})
	method := MethodName(request.Method)
	return tracer().Start(ctx, method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", method),
	))
}

// OtherMethod stands for all methods that clients invent.
const OtherMethod = "_OTHER"

// MethodName is the method, of those that are known: clients may invent others.
func MethodName(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return method
	}
	return OtherMethod
}

// StartStep begins a span for a step of a request. Outside of a trace that is recorded it records nothing.
func StartStep(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx, noop.Span{}
	}
	return tracer().Start(ctx, name, options...)
}

// StartSend begins the span of a message that is sent to the topic.
func StartSend(ctx context.Context, topic string) (context.Context, trace.Span) {
	return StartStep(ctx, "send "+topic, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
		attribute.String("messaging.system", "kafka"),
		attribute.String("messaging.destination.name", topic),
	))
}

// EndStep ends the span, and says of what type an error was. Its message stays out: it may quote a row.
func EndStep(span trace.Span, err error) {
	if err != nil {
		MarkFailed(span, err)
	}
	span.End()
}

// MarkFailed says that the span failed.
func MarkFailed(span trace.Span, err error) {
	span.SetAttributes(attribute.String("error.type", errorType(err)))
	span.SetStatus(codes.Error, "")
}

// Traceparent is the trace and the span of the context, to go on with elsewhere; empty where they are not recorded.
func Traceparent(ctx context.Context) string {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsSampled() {
		return ""
	}
	return "00-" + span.TraceID().String() + "-" + span.SpanID().String() + "-01"
}

func tracer() trace.Tracer { return otel.Tracer("tallyflow") }

func limitComplaints(logger *slog.Logger) otel.ErrorHandlerFunc {
	var complainedAt atomic.Int64
	return func(err error) {
		last, now := complainedAt.Load(), time.Now().Unix()
		if now-last >= int64(complaintInterval.Seconds()) && complainedAt.CompareAndSwap(last, now) {
			logger.Warn("telemetry could not be sent", "err", err)
		}
	}
}
