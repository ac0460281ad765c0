import { SpanKind } from '@opentelemetry/api';
import { batchIdAttribute } from '../../tracing/batch-id-attribute.ts';
import { tracer } from '../../tracing/in-span.ts';
import { contextOf } from '../../tracing/traceparent.ts';

/** A span of the trace in which the gateway took the batch over. It is made afterwards, since a group is of many traces. */
export function traceStored(
  traceparent: string | undefined,
  batchId: string,
  beganAt: number,
): void {
  if (traceparent === undefined) return;
  tracer
    .startSpan(
      'store batch',
      { kind: SpanKind.CONSUMER, startTime: beganAt, attributes: { [batchIdAttribute]: batchId } },
      contextOf(traceparent),
    )
    .end();
}
