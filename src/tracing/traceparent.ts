import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { isTraced } from './in-span.ts';

/**
 * The trace and the span of what runs now as a W3C `traceparent`, to go on with later or elsewhere; undefined where they
 * are not recorded.
 */
export function currentTraceparent(): string | undefined {
  if (!isTraced()) return undefined;
  const headers: { traceparent?: string } = {};
  propagation.inject(context.active(), headers);
  return headers.traceparent;
}

/** The context that a `traceparent` names. One that is not valid, or none, begins a new trace. */
export const contextOf = (traceparent: string | undefined): Context =>
  traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });

/** Goes on with the trace, and with no other that runs now; in none where there is no `traceparent`. */
export const withTraceparent = <Result>(
  traceparent: string | undefined,
  work: () => Result,
): Result => context.with(contextOf(traceparent), work);
