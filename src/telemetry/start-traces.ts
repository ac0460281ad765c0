import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  ExportResultCode,
  globalErrorHandler,
  setGlobalErrorHandler,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { OwnSampler } from './own-sampler.ts';
import { SpanIds } from './span-ids.ts';
import type { Telemetry } from './telemetry.ts';
import type { OtlpOptions } from './telemetry-options.ts';

/** Spans that wait for the collector, of some 2 kB each. Those beyond are dropped. */
const maxWaitingSpans = 2_048;
/** Well below the megabyte that endpoints take at once, and few enough to be encoded in some milliseconds. */
const maxSpansOfExport = 256;
/** Long statements are cut. */
const maxAttributeCharacters = 2_000;
/** A log line about a collector that is away is enough. */
const problemPauseMs = 5 * 60_000;

/**
 * After an export that failed, the SDK's processor takes itself for idle while it runs the next one, and begins another:
 * twice as many with each failure, each with spans of its own that wait. So it is not told of failures.
 */
class OneAtATimeExporter extends OTLPTraceExporter {
  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    super.export(spans, ({ code, error }) => {
      if (code === ExportResultCode.FAILED)
        globalErrorHandler(error ?? new Error('spans could not be sent'));
      done({ code: ExportResultCode.SUCCESS });
    });
  }
}

/** Records spans and sends them by OTLP. They wait in a bounded queue, and nothing waits for them. */
export function startTraces(
  { endpoint, headers, traceRatio }: OtlpOptions,
  resource: Resource,
  onProblem: (error: unknown) => void,
): Telemetry {
  let nextProblemAt = 0;
  setGlobalErrorHandler((error) => {
    if (performance.now() < nextProblemAt) return;
    nextProblemAt = performance.now() + problemPauseMs;
    onProblem(error);
  });
  const exporter = new OneAtATimeExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers,
    // A tenth is left, since the same statements come again and again.
    compression: CompressionAlgorithm.GZIP,
  });
  const provider = new TracerProvider({
    resource,
    sampler: new OwnSampler(traceRatio),
    idGenerator: new SpanIds(),
    spanLimits: { attributeValueLengthLimit: maxAttributeCharacters },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: maxWaitingSpans,
        maxExportBatchSize: maxSpansOfExport,
      }),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async shutdown() {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
