import { type Context, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { batchIdAttribute } from '../tracing/batch-id-attribute.ts';
import { endAfter, tracer } from '../tracing/in-span.ts';
import { contextOf } from '../tracing/traceparent.ts';

interface GroupedBatch {
  id: string;
  /** Of the request that sent it, where that is recorded. */
  traceparent?: string | undefined;
}

/**
 * A run for several batches belongs to several requests, and has a trace of its own. Its first span links to each request
 * that is recorded, and a short span in the trace of each request links to the run. Both traces are found by the batch.
 * Batches of no recorded request are part of what runs now.
 */
export function traceGroup<Result>(
  batches: readonly GroupedBatch[],
  start: () => Promise<Result>,
): Promise<Result> {
  const requests = batches.flatMap(({ id, traceparent }) => {
    if (traceparent === undefined) return [];
    const context = contextOf(traceparent);
    const span = trace.getSpanContext(context);
    return span === undefined ? [] : [{ batchId: id, context, span }];
  });
  if (requests.length === 0) return start();
  const group = tracer.startSpan('start batches', {
    root: true,
    kind: SpanKind.PRODUCER,
    attributes: { 'tallyflow.batch.count': batches.length },
    links: requests.map(({ batchId, span }) => link(batchId, span)),
  });
  return endAfter(group, () => {
    for (const { batchId, context, span } of requests) {
      shortSpan('batch of a group', batchId, span);
      shortSpan('start in a group', batchId, group.spanContext(), context);
    }
    return start();
  });
}

const link = (batchId: string, span: SpanContext) => ({
  context: span,
  attributes: { [batchIdAttribute]: batchId },
});

function shortSpan(name: string, batchId: string, target: SpanContext, parent?: Context): void {
  const attributes = { [batchIdAttribute]: batchId };
  tracer.startSpan(name, { attributes, links: [link(batchId, target)] }, parent).end();
}
