import { SpanKind } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { batchIdAttribute } from '../tracing/batch-id-attribute.ts';
import { inSpan } from '../tracing/in-span.ts';
import { addTrace } from './trace-header.ts';

/** A start within a trace has a span, and the run goes on with the trace. */
export const traceStarts: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    inSpan(`start ${input.workflowType}`, optionsOf(input.options), () => next(addTrace(input))),
  signalWithStart: (input, next) =>
    inSpan(`start ${input.workflowType}`, optionsOf(input.options), () => next(addTrace(input))),
};

const optionsOf = ({ workflowId, args }: { workflowId: string; args: readonly unknown[] }) => ({
  kind: SpanKind.CLIENT,
  attributes: { 'temporal.workflow.id': workflowId, ...batchOf(args) },
});

/** The batch that a workflow or an activity is about, if it is about one. */
export function batchOf([input]: readonly unknown[]): { [batchIdAttribute]?: string } {
  const { batchId } = (input ?? {}) as { batchId?: unknown };
  return typeof batchId === 'string' ? { [batchIdAttribute]: batchId } : {};
}
