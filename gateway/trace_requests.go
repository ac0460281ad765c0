package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"tallyflow/gateway/internal/httpapi"
	"tallyflow/gateway/internal/telemetry"
)

// traceRequests makes a span for each request of the API. Checks of health would only hide the others.
func traceRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if !strings.HasPrefix(request.URL.Path, "/api/") {
			next.ServeHTTP(response, request)
			return
		}
		ctx, span := telemetry.StartRequest(request)
		if !span.IsRecording() {
			next.ServeHTTP(response, request)
			return
		}
		ctx, info := httpapi.WithInfo(ctx)
		// Also where the client has left, for which the handler panics.
		defer func() { describe(span, request.Method, info) }()
		next.ServeHTTP(response, request.WithContext(ctx))
	})
}

// describe ends the span of a request, by the pattern of its route: paths and query strings hold ids of accounts.
func describe(span trace.Span, method string, info *httpapi.Info) {
	route := info.Route
	if route == "" {
		route = "none"
	}
	span.SetName(telemetry.MethodName(method) + " " + route)
	span.SetAttributes(attribute.String("http.route", route), attribute.Int("http.response.status_code", info.Status))
	// A client may have chosen anything for an id, such as an address of e-mail.
	if uuid.Validate(info.RequestID) == nil {
		span.SetAttributes(attribute.String("tallyflow.request.id", info.RequestID))
	}
	if info.APIKeyID != 0 {
		span.SetAttributes(attribute.Int64("tallyflow.api_key.id", info.APIKeyID))
	}
	if info.BatchID != "" {
		span.SetAttributes(attribute.String("tallyflow.batch.id", info.BatchID))
	}
	if info.Status < 500 {
		telemetry.EndStep(span, nil)
		return
	}
	failure := info.Err
	if failure == nil {
		failure = errors.New("a failure without an error")
	}
	telemetry.EndStep(span, failure)
}
