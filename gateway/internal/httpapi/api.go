// Package httpapi takes batches over HTTP, by the same contract as the API (contract/).
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tallyflow/gateway/internal/admission"
	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
	"tallyflow/gateway/internal/config"
	"tallyflow/gateway/internal/problem"
	"tallyflow/gateway/internal/ratelimit"
	"tallyflow/gateway/internal/telemetry"
)

// ingestPath is written with a slash behind it or without, in letters of either case.
const ingestPath = "/api/integrations/transactions"

// Upload is a batch on its way to Kafka, as capture.Upload.
type Upload interface {
	Write(ctx context.Context, rows []byte, count int) error
	Reset()
	Commit(ctx context.Context, envelope capture.Envelope) error
	Discard()
}

// Keys are the API keys, as apikeys.Store has them.
type Keys interface {
	Find(hash [32]byte) (*apikeys.Key, bool)
	Fresh() bool
	Watch(keyID int64) (ended <-chan struct{}, stop func())
}

// Options are what the handler works with.
type Options struct {
	Keys Keys
	// Begin begins a batch.
	Begin   func(batchID string, key *apikeys.Key) (Upload, error)
	Limits  config.Limits
	Logger  *slog.Logger
	Metrics prometheus.Registerer
	// Open are the handlers of GET that anyone may ask, by their paths.
	Open map[string]http.Handler
}

// Handler answers requests.
type Handler struct {
	options         Options
	metrics         *metrics
	lines           *telemetry.LimitedLines
	unauthenticated *ratelimit.Limit[string]
	requests        *ratelimit.Limit[int64]
	rows            *ratelimit.Limit[int64]
	bytes           *ratelimit.Limit[int64]
	bodies          *admission.Semaphore
	streams         *admission.Semaphore
}

// New returns the handler of the port that clients reach.
func New(options Options) *Handler {
	metrics := newMetrics(options.Metrics)
	limits := options.Limits
	return &Handler{
		options:         options,
		metrics:         metrics,
		lines:           telemetry.NewLimitedLines(options.Logger),
		unauthenticated: ratelimit.New[string]("per-address", "requests", "", limits.UnauthenticatedPerMinute),
		requests:        ratelimit.New[int64]("per-key", "requests", "", limits.RateLimitPerMinute),
		rows:            ratelimit.New[int64]("per-key-rows", "rows", "rows", limits.RateLimitRowsPerMinute),
		bytes:           ratelimit.New[int64]("per-key-bytes", "bytes", "content-bytes", limits.RateLimitBytesPerMinute),
		bodies:          newBodySlots(metrics.countLimit),
		streams:         newStreamSlots(metrics.countLimit),
	}
}

// SumUp writes what the log has left out so far. It is called when the last request was answered.
func (handler *Handler) SumUp() { handler.lines.SumUp() }

// CountLimit counts a connection that was closed because a limit was reached.
func (handler *Handler) CountLimit(name string) { handler.metrics.countLimit(name) }

func (handler *Handler) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	exchange := newExchange(response, request)
	exchange.info.address = clientAddress(request, int(handler.options.Limits.TrustedProxyHops))
	setSecurityHeaders(response.Header())
	response.Header()["X-Request-Id"] = []string{exchange.info.RequestID}
	defer func() {
		if thrown := recover(); thrown != nil {
			exchange.fail(fmt.Errorf("panic: %v\n%s", thrown, debug.Stack()))
		}
		handler.observe(exchange)
		if exchange.hasLeft {
			// There is nobody to answer.
			panic(http.ErrAbortHandler)
		}
		exchange.linger()
	}()
	if err := handler.route(exchange); err != nil {
		exchange.fail(err)
	}
}

func (handler *Handler) route(exchange *exchange) error {
	if isPath(exchange.path, ingestPath) {
		exchange.info.Route = ingestPath
		if exchange.request.Method != http.MethodPost {
			return exchange.refuseMethod("POST")
		}
		return handler.ingest(exchange)
	}
	for path, open := range handler.options.Open {
		if !isPath(exchange.path, path) {
			continue
		}
		exchange.info.Route = path
		if exchange.request.Method != http.MethodGet && exchange.request.Method != http.MethodHead {
			return exchange.refuseMethod("HEAD, GET")
		}
		open.ServeHTTP(exchange, exchange.request)
		return nil
	}
	return problem.New(problem.NotFound, fmt.Sprintf("There is nothing at %s.", exchange.path))
}

// isPath compares letters of either case. Letters beyond ASCII that fold into one of it take more bytes.
func isPath(given, path string) bool {
	given = strings.TrimSuffix(given, "/")
	return len(given) == len(path) && strings.EqualFold(given, path)
}

// toProblem is what a client is told of an error. Errors that are no fault of the client say nothing about their cause
// but the request id, under which the log has it.
func toProblem(err error) *problem.Problem {
	var known *problem.Problem
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, capture.ErrUnavailable):
		return unavailable("Kafka is unavailable. Nothing was stored. Send the request again.", err)
	case errors.Is(err, capture.ErrUnconfirmed):
		return unavailable("Kafka has not confirmed the batch. Send the request again; "+
			"transactions that are already stored are not stored twice.", err)
	case errors.Is(err, capture.ErrFull):
		return overloaded("Too many batches wait for Kafka.", false, err)
	case errors.Is(err, capture.ErrShare):
		return overloaded("Too many of your batches wait for Kafka.", true, err)
	}
	return &problem.Problem{
		Code:   problem.InternalError,
		Detail: "Something went wrong on our side. Quote the request id when you report it.",
		Cause:  err,
	}
}

// kafkaRetryAfterSeconds is the time that the election of a leader mostly takes; sooner only adds load.
const kafkaRetryAfterSeconds = 5

func unavailable(detail string, cause error) *problem.Problem {
	return &problem.Problem{
		Code: problem.KafkaUnavailable, Detail: detail, RetryAfterSeconds: kafkaRetryAfterSeconds, Cause: cause,
	}
}

func overloaded(detail string, isOwnDoing bool, cause error) *problem.Problem {
	return &problem.Problem{
		Code:              problem.Overloaded,
		Detail:            fmt.Sprintf("%s Nothing was done. Send it again in %d seconds.", detail, retryAfterSeconds),
		RetryAfterSeconds: retryAfterSeconds,
		IsOwnDoing:        isOwnDoing,
		Cause:             cause,
	}
}

// hasEnded tells whether the time is over.
func hasEnded(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }
