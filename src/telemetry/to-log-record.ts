import type { AnyValue, LogRecord } from '@opentelemetry/api';
import { ROOT_CONTEXT, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api';
import { sendableRequestId } from '../domain/sendable-request-id.ts';

const severities: Record<string, SeverityNumber> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/**
 * What stays in the log of the machine, wherever it stands in a line: what the first admin's line holds, and the
 * messages of errors, which may quote what the program was working on.
 */
const fieldsThatStay = new Set(['email', 'password', 'message']);
/** What the record and its resource say already. */
const fieldsElsewhere = new Set(['level', 'time', 'msg', 'trace_id', 'span_id', 'service', 'pid']);
/** Errors in the words of the semantic conventions, by which services that show logs recognize them. */
const conventions: Record<string, string> = {
  'err.type': 'exception.type',
  'err.sendableMessage': 'exception.message',
  'err.stack': 'exception.stacktrace',
};
/** An error with its causes is not deeper. */
const maxDepth = 6;

/** A line of the log as a record of OpenTelemetry; null for a line that is not JSON. Its fields become attributes. */
export function toLogRecord(line: string): LogRecord | null {
  const fields = parseLine(line);
  if (fields === null) return null;
  const { level, time, msg, trace_id: traceId, span_id: spanId } = fields;
  const attributes: Record<string, AnyValue> = {};
  for (const [name, value] of Object.entries(fields))
    if (name === 'requestId') attributes.requestId = sendableRequestId(String(value));
    else if (!fieldsElsewhere.has(name) && !fieldsThatStay.has(name))
      flatten(name, value, attributes, maxDepth);
  return {
    timestamp: new Date(String(time)),
    severityNumber: severities[String(level)] ?? SeverityNumber.UNSPECIFIED,
    severityText: String(level),
    body: String(msg ?? ''),
    attributes,
    ...(typeof traceId === 'string' &&
      typeof spanId === 'string' && {
        context: trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId,
          traceFlags: TraceFlags.SAMPLED,
        }),
      }),
  };
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** `{ err: { cause: { code } } }` becomes `err.cause.code`: few services can search within objects. */
function flatten(
  name: string,
  value: unknown,
  into: Record<string, AnyValue>,
  depth: number,
): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    into[conventions[name] ?? name] = value;
  else if (Array.isArray(value) || depth === 0) into[name] = JSON.stringify(value, withoutStaying);
  else
    for (const [key, inner] of Object.entries(value))
      if (!fieldsThatStay.has(key)) flatten(`${name}.${key}`, inner, into, depth - 1);
}

const withoutStaying = (key: string, value: unknown): unknown =>
  fieldsThatStay.has(key) ? undefined : value;
