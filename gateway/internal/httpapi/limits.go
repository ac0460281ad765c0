package httpapi

import (
	"time"

	"tallyflow/gateway/internal/admission"
	"tallyflow/gateway/internal/problem"
	"tallyflow/gateway/internal/ratelimit"
)

const (
	// bodySlots are the JSON bodies that are read at a time. Each holds a row or two, and rows for a part of a record.
	bodySlots       = 128
	bodySlotsPerKey = 96
	// streamSlots are the NDJSON streams that are read at a time. They may last for minutes.
	streamSlots       = 32
	streamSlotsPerKey = 16
	// Bursts of honest clients wait: a thousand small requests of a key at once are all served.
	maxWaitingPerKey        = 1_000
	maxWaiting              = 4_000
	maxWaitingStreamsPerKey = 16
	maxWaitingStreams       = 64
	// A burst is over by then; a client that would wait for longer is better told to come back.
	patience = 10 * time.Second
	// A stream may take a minute, and a request that waits for one holds little.
	streamPatience = 20 * time.Second
	// By then most requests that were ahead are done.
	retryAfterSeconds       = 2
	streamRetryAfterSeconds = 5
)

var (
	// bodyPace is in bytes. A modem sends seven times as much. While others wait, it is what a phone with a bad connection
	// sends.
	bodyPace = admission.PaceLimits{PerSecond: 1024, PerSecondWhenOthersWait: 256 * 1024}
	// streamPace is in rows. A row a second is no stream.
	streamPace = admission.PaceLimits{PerSecond: 1, PerSecondWhenOthersWait: 100}
)

func newBodySlots(countLimit func(string)) *admission.Semaphore {
	return admission.NewSemaphore(admission.Options{
		Name:              "bodies",
		Capacity:          bodySlots,
		CapacityPerKey:    bodySlotsPerKey,
		MaxWaitingPerKey:  maxWaitingPerKey,
		MaxWaiting:        maxWaiting,
		Patience:          patience,
		RetryAfterSeconds: retryAfterSeconds,
		CountLimit:        countLimit,
	})
}

func newStreamSlots(countLimit func(string)) *admission.Semaphore {
	return admission.NewSemaphore(admission.Options{
		Name:              "streams",
		Capacity:          streamSlots,
		CapacityPerKey:    streamSlotsPerKey,
		MaxWaitingPerKey:  maxWaitingStreamsPerKey,
		MaxWaiting:        maxWaitingStreams,
		Patience:          streamPatience,
		RetryAfterSeconds: streamRetryAfterSeconds,
		CountLimit:        countLimit,
	})
}

// announce adds a limit to those that the answer tells of.
func announce(exchange *exchange, policy string, standing ratelimit.Standing) {
	addToList(exchange, "RateLimit-Policy", policy)
	addToList(exchange, "RateLimit", standing.Member())
}

// The names are written as in the draft, which Go's canonical form is not.
func addToList(exchange *exchange, name, member string) {
	headers := exchange.Header()
	if list := headers[name]; len(list) > 0 {
		member = list[0] + ", " + member
	}
	headers[name] = []string{member}
}

func tooMany[Key comparable](handler *Handler, limit *ratelimit.Limit[Key], standing ratelimit.Standing) *problem.Problem {
	handler.metrics.countLimit(limit.Name())
	return &problem.Problem{
		Code:              problem.RateLimited,
		Detail:            limit.Exceeded(),
		RetryAfterSeconds: standing.SecondsLeft(),
	}
}

// count counts rows or bytes of a key.
func (handler *Handler) count(limit *ratelimit.Limit[int64], lineageID int64, amount int) error {
	if standing := limit.Add(lineageID, amount); standing.IsExceeded() {
		return tooMany(handler, limit, standing)
	}
	return nil
}
