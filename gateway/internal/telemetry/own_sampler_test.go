package telemetry

import (
	"context"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func isRecorded(sampler *ownSampler, kind trace.SpanKind, flags trace.TraceFlags) bool {
	parent := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: flags, Remote: true,
	})
	return sampler.ShouldSample(sdktrace.SamplingParameters{
		ParentContext: trace.ContextWithSpanContext(context.Background(), parent), TraceID: parent.TraceID(), Kind: kind,
	}).Decision == sdktrace.RecordAndSample
}

func TestNoClientChoosesWhetherItIsRecorded(t *testing.T) {
	if isRecorded(&ownSampler{ratio: 0}, trace.SpanKindServer, trace.FlagsSampled) {
		t.Error("a client chose to be recorded")
	}
	if !isRecorded(&ownSampler{ratio: 1}, trace.SpanKindServer, 0) {
		t.Error("a client chose not to be recorded")
	}
	sampler := &ownSampler{ratio: 0.5}
	decisions := map[bool]int{}
	for range 90 {
		decisions[isRecorded(sampler, trace.SpanKindServer, trace.FlagsSampled)]++
	}
	if len(decisions) != 2 {
		t.Error("one trace id is always decided about in the same way")
	}
}

func TestStepsAreRecordedWithTheirRequest(t *testing.T) {
	if !isRecorded(&ownSampler{ratio: 0}, trace.SpanKindProducer, trace.FlagsSampled) ||
		isRecorded(&ownSampler{ratio: 1}, trace.SpanKindProducer, 0) {
		t.Fail()
	}
}

func TestRecordsABoundedNumberOfRequestsASecond(t *testing.T) {
	sampler, now := &ownSampler{ratio: 1}, time.Now()
	count := func(at time.Time) (count int) {
		for range maxRequestsPerSecond + 1 {
			if sampler.hasRoom(at) {
				count++
			}
		}
		return count
	}
	if first, same, next := count(now), count(now.Add(999*time.Millisecond)), count(now.Add(time.Second)); first != 100 || same != 0 || next != 100 {
		t.Errorf("recorded %d, %d and %d", first, same, next)
	}
}
