import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { currentTraceparent } from '../tracing/traceparent.ts';

/** The header of workflows and activities that names their trace (src/workflows/trace-run.ts reads it too). */
const header = 'traceparent';

/** Adds the trace of what runs now; nothing where it is not recorded. */
export function addTrace<Input extends { readonly headers: Headers }>(input: Input): Input {
  const traceparent = currentTraceparent();
  if (traceparent === undefined) return input;
  const payload = defaultPayloadConverter.toPayload(traceparent);
  return { ...input, headers: { ...input.headers, [header]: payload } };
}

export function readTrace(headers: Headers): string | undefined {
  const payload = headers[header];
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload<string>(payload);
}
