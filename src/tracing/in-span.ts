import {
  context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { errorType } from './error-type.ts';

/** Makes spans while telemetry is on, and nothing at all otherwise. */
export const tracer = trace.getTracer('tallyflow');

/**
 * Whether what runs now is part of a trace that is recorded. What a request has started, and goes on after its span has
 * ended, is no part: it may serve others, for as long as the process runs.
 */
export function isTraced(): boolean {
  const span = trace.getActiveSpan();
  if (span === undefined) return false;
  const { traceFlags, isRemote } = span.spanContext();
  return (traceFlags & TraceFlags.SAMPLED) !== 0 && (isRemote === true || span.isRecording());
}

/** Does a step of a trace in a span of its own. Outside of a trace that is recorded, it only does the step. */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  return isTraced() ? endAfter(tracer.startSpan(name, options), work) : work();
}

/** Works as a part of the span, and ends it. Of an error it keeps the type. */
export async function endAfter<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says that the span failed, and of what type of error. */
export function markFailed(span: Span, error: unknown): void {
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
