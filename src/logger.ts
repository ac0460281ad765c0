import { TraceFlags, trace } from '@opentelemetry/api';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { describeDatabaseError } from './db/connection/errors.ts';

/**
 * JSON lines on stdout. Errors are logged without the fields in which PostgreSQL quotes row values.
 *
 * @param forward takes each line too; null where nobody wants it
 */
export function createLogger(
  service: string,
  level: string,
  forward: ((line: string) => void) | null = null,
): Logger {
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
    mixin: traceIds,
  };
  if (forward === null) return pino(options);
  const stdout = pino.destination(1);
  return pino(options, {
    write(line: string) {
      stdout.write(line);
      forward(line);
    },
  });
}

/** The ids under which the trace of a line is found, where one is recorded. */
function traceIds(): { trace_id?: string; span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return {};
  return { trace_id: span.traceId, span_id: span.spanId };
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const database = describeDatabaseError(error);
  // Knex puts the statement into the message, and the message is the stack's first line.
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return {
    type: error.name,
    ...(database ?? { message: error.message, code: 'code' in error ? error.code : undefined }),
    stack: frames?.join('\n'),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
