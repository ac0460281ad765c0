import { types } from 'node:util';
import { trace } from '@opentelemetry/api';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { describeDatabaseError } from './db/connection/errors.ts';
import { errorClass, sendableMessage } from './error-reports/describe-error.ts';
import { stackFrames } from './error-reports/stack-frames.ts';
import { isTraced } from './tracing/in-span.ts';

/** A cause of a cause tells what went wrong. */
const maxCauses = 5;
/** Codes of the system, of Node.js, of gRPC and of ours: words, which quote nothing. */
const codeForm = /^[\w-]{1,64}$/;

/**
 * JSON lines on stdout. Errors are logged without the fields in which PostgreSQL quotes row values. The message of any
 * other error is in the line, since nobody else has it; whoever forwards lines has to leave it out.
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
    serializers: { err: (error: unknown) => serializeError(error) },
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
  const span = isTraced() ? trace.getActiveSpan()?.spanContext() : undefined;
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

function serializeError(error: unknown, causesLeft = maxCauses): unknown {
  if (!(error instanceof Error || types.isNativeError(error))) return { message: String(error) };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: errorClass(error),
    ...(describeDatabaseError(error) ?? {
      message: error.message,
      code: codeForm.test(String(code)) ? code : undefined,
    }),
    // In words of ours, which can be forwarded.
    sendableMessage: sendableMessage(error) ?? undefined,
    // Knex puts the statement into the message, and the message is the stack's first line.
    stack: frameLines(error),
    ...(error.cause !== undefined &&
      causesLeft > 0 && { cause: serializeError(error.cause, causesLeft - 1) }),
  };
}

const frameLines = (error: Error): string =>
  stackFrames(error)
    .reverse()
    .map(({ function: name, filename, lineno, colno }) => {
      const place = `${filename}:${lineno}:${colno}`;
      return `    at ${name === undefined ? place : `${name} (${place})`}`;
    })
    .join('\n');
