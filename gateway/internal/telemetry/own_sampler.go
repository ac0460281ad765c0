package telemetry

import (
	"math/rand/v2"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// maxRequestsPerSecond bounds what is recorded: requests are traced before anybody knows who sends them, and without a
// limit refused ones alone could push out the traces of others.
const maxRequestsPerSecond = 100

// ownSampler decides once a request whether it is recorded; everything below follows. A client's traceparent has no say:
// neither its flag, nor its trace id, which it could choose so that each of its requests is recorded.
type ownSampler struct {
	ratio float64

	mutex     sync.Mutex
	windowEnd time.Time
	inWindow  int
}

func (sampler *ownSampler) ShouldSample(parameters sdktrace.SamplingParameters) sdktrace.SamplingResult {
	parent := trace.SpanContextFromContext(parameters.ParentContext)
	isRecorded := parent.IsSampled()
	if parameters.Kind == trace.SpanKindServer {
		isRecorded = rand.Float64() < sampler.ratio && sampler.hasRoom(time.Now())
	}
	result := sdktrace.SamplingResult{Decision: sdktrace.Drop, Tracestate: parent.TraceState()}
	if isRecorded {
		result.Decision = sdktrace.RecordAndSample
	}
	return result
}

func (sampler *ownSampler) Description() string { return "ownSampler" }

// hasRoom tells whether one more request of this second may be recorded. It counts the request.
func (sampler *ownSampler) hasRoom(now time.Time) bool {
	sampler.mutex.Lock()
	defer sampler.mutex.Unlock()
	if !now.Before(sampler.windowEnd) {
		sampler.windowEnd, sampler.inWindow = now.Add(time.Second), 0
	}
	sampler.inWindow++
	return sampler.inWindow <= maxRequestsPerSecond
}
