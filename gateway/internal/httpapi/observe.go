package httpapi

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"tallyflow/gateway/internal/problem"
	"tallyflow/gateway/internal/telemetry"
)

const (
	// slowRequestTime is twice the time in which a small batch has to be answered. A client that sends slowly is not waited
	// for in it.
	slowRequestTime = 2 * time.Second
	// maxRefusals are lines of a minute for one client and code. Its operator needs one, and a few show whether they are alike.
	maxRefusals = 3
	// maxFailures are lines of a minute for one code and route. Clients quote the ids of such requests, so most of them are
	// there.
	maxFailures = 20
)

// observe logs and measures a request, by the route's pattern. Paths and query strings stay out: they may hold anything.
func (handler *Handler) observe(exchange *exchange) {
	info := exchange.info
	info.Status = exchange.status
	duration := time.Since(exchange.startedAt)
	worked := max(0, duration-time.Duration(info.waitedFor.Load()))
	if info.Problem != nil {
		handler.metrics.refused.WithLabelValues(string(info.Problem.Code), info.Problem.Fault()).Inc()
		if info.Problem.Code == problem.RequestTimeout {
			handler.metrics.countLimit("slow-uploads")
		}
	}
	if !exchange.hasLeft {
		handler.measure(exchange, duration, worked)
	}
	handler.log(exchange, duration, worked)
}

func (handler *Handler) measure(exchange *exchange, duration, worked time.Duration) {
	info, method := exchange.info, telemetry.MethodName(exchange.request.Method)
	if method == telemetry.OtherMethod {
		method = "other"
	}
	handler.metrics.requestSeconds.
		WithLabelValues(routeName(info), method, strconv.Itoa(info.Status)).Observe(duration.Seconds())
	if info.Route == ingestPath && method == http.MethodPost {
		handler.metrics.ingestSeconds.WithLabelValues(rowClass(info.rowCount), outcomeOf(info)).Observe(worked.Seconds())
	}
}

// outcomeOf counts what its client has brought to fail as refused, also where the answer is a 503.
func outcomeOf(info *Info) string {
	switch {
	case info.Problem == nil:
		return "accepted"
	case info.Problem.Fault() == "client":
		return "refused"
	}
	return "failed"
}

func routeName(info *Info) string {
	if info.Route == "" {
		return "none"
	}
	return info.Route
}

func (handler *Handler) log(exchange *exchange, duration, worked time.Duration) {
	info, ctx := exchange.info, exchange.request.Context()
	line := []any{
		"requestId", info.RequestID, "method", telemetry.MethodName(exchange.request.Method), "route", routeName(info),
		"durationMs", duration.Milliseconds(),
	}
	if info.APIKeyID != 0 {
		line = append(line, "apiKeyId", info.APIKeyID)
	}
	if info.BatchID != "" {
		line = append(line, "batch_id", info.BatchID)
	}
	if exchange.hasLeft {
		// The status means nothing.
		kind, overflow := ofClient(info, "left")
		handler.lines.Write(ctx, kind, overflow, "the client left before its request was whole", line...)
		return
	}
	line = append(line, "status", info.Status)
	switch {
	case info.Problem == nil && worked > slowRequestTime:
		kind, overflow := ofClient(info, "slow")
		handler.lines.Write(ctx, kind, overflow, "slow request", line...)
	case info.Problem == nil:
		handler.options.Logger.DebugContext(ctx, "request", line...)
	case info.Status >= 500:
		kind, overflow := ofRoute(info)
		line = append(line, "code", string(info.Problem.Code), "err", info.Err)
		handler.lines.Write(ctx, kind, overflow, "request failed", line...)
	default:
		kind, overflow := ofClient(info, string(info.Problem.Code))
		line = append(line, "code", string(info.Problem.Code))
		// With the address, so that an operator sees who is refused.
		if info.Status == http.StatusUnauthorized || info.Status == http.StatusForbidden {
			line = append(line, "address", info.address[:min(len(info.address), maxAddressBytes)])
		}
		handler.lines.Write(ctx, kind, overflow, "refused", line...)
	}
}

// ofClient makes what one client does one kind of lines for each code.
func ofClient(info *Info, code string) (kind, overflow telemetry.LineKind) {
	name, value := "network", any(clientNetwork(info.address))
	if info.APIKeyID != 0 {
		name, value = "apiKeyId", info.APIKeyID
	}
	common := []any{"code", code}
	overflow = telemetry.LineKind{Key: code, Level: slog.LevelInfo, MaxLines: maxRefusals, Common: common}
	kind = overflow
	kind.Key = code + " " + name + " " + slog.AnyValue(value).String()
	kind.Common = append([]any{name, value}, common...)
	return kind, overflow
}

// ofRoute makes what fails on our side one kind for each route, whoever asks. It recovers by itself, but for an
// unexpected error.
func ofRoute(info *Info) (kind, overflow telemetry.LineKind) {
	level := slog.LevelWarn
	code := info.Problem.Code
	if code == problem.InternalError {
		level = slog.LevelError
	}
	common := []any{"code", string(code)}
	overflow = telemetry.LineKind{Key: string(code), Level: level, MaxLines: maxFailures, Common: common}
	kind = overflow
	kind.Key = string(code) + " " + routeName(info)
	kind.Common = append([]any{"route", routeName(info)}, common...)
	return kind, overflow
}
